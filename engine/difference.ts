import {
  keyOf,
  type FunctionDefinition,
  type GlobalDefinition,
  type Rule,
  type RuleBase,
  type Template,
} from './rule.ts';
import { sameValue } from './order.ts';
import { FactAddress, Float, Sym } from './value.ts';

/** What has to be done to a session that runs one rule base so that it runs another. What changed both goes and comes. */
export interface Difference {
  readonly goes: {
    readonly rules: readonly string[];
    readonly functions: readonly string[];
    readonly globals: readonly string[];
    readonly templates: readonly string[];
  };
  readonly comes: {
    readonly rules: readonly Rule[];
    readonly functions: readonly FunctionDefinition[];
    readonly globals: readonly GlobalDefinition[];
    readonly templates: readonly Template[];
  };
  /** What says what it said, from another place in the files or with another comment. */
  readonly moved: {
    readonly rules: readonly Rule[];
    readonly functions: readonly FunctionDefinition[];
  };
}

/**
 * The difference of two rule bases. A construct has changed when its own data has, or when it names a template, function or
 * global that has changed: what was compiled into it, and what its conditions matched, is then no longer true.
 */
export function differenceOf(before: RuleBase, after: RuleBase): Difference | null {
  if (!isSame(before.modules ?? [], after.modules ?? [])) return null;
  const rules = pairsOf(before.rules, after.rules);
  const functions = pairsOf(before.functions, after.functions);
  const globals = pairsOf(before.globals, after.globals);
  const templates = pairsOf(before.templates, after.templates);

  const namable: readonly Pair<Named>[] = [...functions, ...globals, ...templates];
  const changed = new Set(namable.flatMap((pair) => (isAlike(pair) ? [] : [pair.name])));
  // What depends on something changed has changed too, and so on until nothing is added.
  for (let known = -1; known !== changed.size;) {
    known = changed.size;
    for (const { name, names } of namable) if (meet(names, changed)) changed.add(name);
  }
  const stays = (pair: Pair<Named>): boolean => isAlike(pair) && !meet(pair.names, changed);
  const goes = (pairs: readonly Pair<Named>[]): string[] =>
    pairs.flatMap((pair) => (pair.old === null || stays(pair) ? [] : [pair.name]));
  const comes = <Construct extends Named>(pairs: readonly Pair<Construct>[]): Construct[] =>
    pairs.flatMap((pair) => (pair.now === null || stays(pair) ? [] : [pair.now]));
  const moved = <Construct extends Named>(pairs: readonly Pair<Construct>[]): Construct[] =>
    pairs.flatMap((pair) =>
      pair.now !== null && stays(pair) && !isSame(pair.old, pair.now, true) ? [pair.now] : [],
    );
  return {
    goes: {
      rules: goes(rules),
      functions: goes(functions),
      globals: goes(globals),
      templates: goes(templates),
    },
    comes: {
      rules: comes(rules),
      functions: comes(functions),
      globals: comes(globals),
      templates: comes(templates),
    },
    moved: { rules: moved(rules), functions: moved(functions) },
  };
}

interface Named {
  readonly name: string;
  readonly module?: string;
}

/** What has a name in one of two rule bases or in both. */
interface Pair<Construct> {
  readonly name: string;
  readonly old: Construct | null;
  readonly now: Construct | null;
  /** Every name that stands in either. */
  readonly names: ReadonlySet<string>;
}

function pairsOf<Construct extends Named>(
  before: readonly Construct[],
  after: readonly Construct[],
): Pair<Construct>[] {
  const olds = new Map(before.map((each) => [keyOf(each), each]));
  const nows = new Map(after.map((each) => [keyOf(each), each]));
  // In the order of the new one, where the place of a rule counts.
  return [...new Set([...nows.keys(), ...olds.keys()])].map((name) => {
    const old = olds.get(name) ?? null;
    const now = nows.get(name) ?? null;
    return { name, old, now, names: new Set([...namesIn(old), ...namesIn(now)]) };
  });
}

/** Whether both do the same. */
const isAlike = ({ old, now }: Pair<Named>): boolean => old !== null && now !== null && isSame(old, now);

const meet = (names: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...others].some((name) => names.has(name));

/** Equal data. Places in files and comments count only when asked for. */
function isSame(a: unknown, b: unknown, everything = false): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Sym || a instanceof Float || a instanceof FactAddress) return sameValue(a, b as Float);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    if (!everything && (key === 'origin' || key === 'comment')) return true;
    return isSame(a[key as keyof typeof a], b[key as keyof typeof b], everything);
  });
}

/** Every name that stands in a construct, whatever it names, besides its own: too many rather than too few. */
function namesIn(construct: Named | null): Set<string> {
  const names = new Set<string>();
  const collect = (data: unknown): void => {
    if (typeof data === 'string') names.add(data);
    else if (data instanceof Sym) names.add(data.name);
    else if (typeof data === 'object' && data !== null) {
      for (const [key, value] of Object.entries(data))
        if (key !== 'origin' && key !== 'comment') collect(value);
    }
  };
  if (construct !== null)
    for (const [key, value] of Object.entries(construct)) if (key !== 'name') collect(value);
  // A name with its module names what it names without. What is added here has none left.
  for (const name of names) if (name.includes('::')) names.add(name.slice(name.indexOf('::') + 2));
  return names;
}
