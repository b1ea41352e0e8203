import { CMDLETS, type CmdletFacts, type ParameterFacts } from '../module/generate.ts';
import { FIVE_LACKS } from './plain-cmdlets.ts';

export type Code =
  | 'syntax'
  | 'not-in-5.1'
  | 'unknown-cmdlet'
  | 'wrong-module'
  | 'unknown-parameter'
  | 'ambiguous-parameter'
  | 'given-twice'
  | 'too-many-arguments'
  | 'no-parameter-set'
  | 'ambiguous-parameter-set'
  | 'missing-mandatory'
  | 'bad-value'
  | 'unknown-splat'
  | 'dynamic-command';

/** What is wrong with a call. */
export interface Problem {
  readonly code: Code;
  readonly what: string;
}

export type Element =
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly hasArgument: boolean;
      readonly text: string;
    }
  | { readonly kind: 'argument'; readonly constant: boolean; readonly text: string }
  | { readonly kind: 'splat'; readonly keys: readonly string[] | null };

/** A call as it is written. */
export interface Command {
  /** Null: what is called is decided when it runs. */
  readonly name: string | null;
  readonly text: string;
  readonly line: number;
  readonly isBlock: boolean;
  readonly piped: boolean;
  readonly elements: readonly Element[];
}

// Parameters that every cmdlet takes in both PowerShells, with their aliases.
const COMMON: Readonly<Record<string, ParameterFacts>> = Object.fromEntries(
  [
    ['Verbose', 'vb', 'switch'],
    ['Debug', 'db', 'switch'],
    ['ErrorAction', 'ea', 'string'],
    ['WarningAction', 'wa', 'string'],
    ['InformationAction', 'infa', 'string'],
    ['ErrorVariable', 'ev', 'string'],
    ['WarningVariable', 'wv', 'string'],
    ['InformationVariable', 'iv', 'string'],
    ['OutVariable', 'ov', 'string'],
    ['OutBuffer', 'ob', 'int'],
    ['PipelineVariable', 'pv', 'string'],
  ].map(([name = '', alias = '', type = '']) => [name, { type, aliases: [alias], in: { '*': {} } }]),
);
const OPTIONAL_COMMON: Readonly<Record<string, ParameterFacts>> = {
  WhatIf: { type: 'switch', aliases: ['wi'], in: { '*': {} } },
  Confirm: { type: 'switch', aliases: ['cf'], in: { '*': {} } },
};

/** A parameter as it is given: the name that was meant, and its value where it is written down. */
interface Given {
  readonly name: string;
  readonly facts: ParameterFacts;
  readonly value: string | undefined;
}

/** What is wrong with a call of this cmdlet; the first kind of mistake alone. */
export function checkCall(cmdlet: string, facts: CmdletFacts, command: Command): readonly Problem[] {
  const problems: Problem[] = [];
  const all = {
    ...facts.params,
    ...COMMON,
    ...(asks(facts) ? OPTIONAL_COMMON : {}),
  };
  const given: Given[] = [];
  const positional: (string | undefined)[] = [];
  const take = (written: string, value: string | undefined): ParameterFacts | undefined => {
    const resolved = resolve(cmdlet, written, all);
    if ('code' in resolved) {
      problems.push(resolved);
      return undefined;
    }
    const { name } = resolved;
    const parameter = all[name] as ParameterFacts;
    if (given.some((one) => one.name === name))
      problems.push({ code: 'given-twice', what: `${cmdlet} -${name}` });
    given.push({ name, facts: parameter, value });
    if (!isInFive(cmdlet, name, parameter)) problems.push({ code: 'not-in-5.1', what: `${cmdlet} -${name}` });
    return parameter;
  };

  for (let at = 0; at < command.elements.length; at += 1) {
    const element = command.elements[at] as Element;
    if (element.kind === 'splat') {
      if (element.keys === null) problems.push({ code: 'unknown-splat', what: cmdlet });
      else for (const key of element.keys) take(key, undefined);
    } else if (element.kind === 'argument') {
      positional.push(element.constant ? element.text : undefined);
    } else {
      const next = command.elements[at + 1];
      const isSwitch = isSwitchLike(resolve(cmdlet, element.name, all), all);
      const takesNext = !element.hasArgument && !isSwitch && next?.kind === 'argument';
      const value = takesNext && next.constant ? next.text : undefined;
      take(element.name, value);
      if (takesNext) at += 1;
    }
  }
  if (problems.length > 0) return problems;
  return [...values(cmdlet, given), ...sets(cmdlet, facts, given, positional, command.piped)];
}

/** Whether it knows `-WhatIf` and `-Confirm`; of cmdlets that are known by their documentation alone this is not told. */
function asks({ shouldProcess, module, source }: CmdletFacts): boolean {
  return shouldProcess === true || module === '' || source === 'docs';
}

function isSwitchLike(
  resolved: Problem | { readonly name: string },
  all: Readonly<Record<string, ParameterFacts>>,
): boolean {
  if ('code' in resolved) return false;
  const { type } = all[resolved.name] ?? { type: '' };
  return type === 'switch' || type.endsWith('SwitchParameter');
}

/** The parameter that is meant: by its name, an alias, or the beginning of exactly one of them. */
function resolve(
  cmdlet: string,
  written: string,
  all: Readonly<Record<string, ParameterFacts>>,
): Problem | { readonly name: string } {
  const wanted = written.toLowerCase();
  const names = (name: string): string[] =>
    [name, ...(all[name]?.aliases ?? [])].map((one) => one.toLowerCase());
  const exact = Object.keys(all).find((name) => names(name).includes(wanted));
  if (exact !== undefined) return { name: exact };
  const near = Object.keys(all).filter((name) => names(name).some((one) => one.startsWith(wanted)));
  if (near.length === 1) return { name: near[0] ?? '' };
  return near.length === 0
    ? { code: 'unknown-parameter', what: `${cmdlet} -${written}` }
    : { code: 'ambiguous-parameter', what: `${cmdlet} -${written}: ${near.join(', ')}` };
}

function isInFive(cmdlet: string, name: string, { versions }: ParameterFacts): boolean {
  if (versions !== undefined && !versions.some((one) => one.startsWith('5'))) return false;
  return !(FIVE_LACKS[cmdlet] ?? []).includes(name);
}

/** Values that are written down, against the few that are allowed. */
function values(cmdlet: string, given: readonly Given[]): readonly Problem[] {
  return given.flatMap(({ name, facts, value }): Problem[] => {
    if (value === undefined) return [];
    const members = CMDLETS.enums[facts.type.replace(/[?[\]]/g, '')];
    const allowed = facts.values ?? (members === undefined ? undefined : Object.keys(members));
    if (allowed === undefined || allowed.some((one) => one.toLowerCase() === value.toLowerCase())) return [];
    return [{ code: 'bad-value', what: `${cmdlet} -${name} ${value}: ${allowed.join(', ')}` }];
  });
}

/** Some parameter set must hold everything that is given, and be given everything that it must have. */
function sets(
  cmdlet: string,
  facts: CmdletFacts,
  given: readonly Given[],
  positional: readonly (string | undefined)[],
  piped: boolean,
): readonly Problem[] {
  const named = given.filter(({ name }) => name in facts.params).map(({ name }) => name);
  const names = facts.sets !== undefined && facts.sets.length > 0 ? facts.sets : setsOf(facts);
  const holding = names.filter((set) => named.every((name) => placeIn(facts, name, set) !== undefined));
  if (holding.length === 0)
    return [
      {
        code: 'no-parameter-set',
        what: `${cmdlet} has no set with ${named.map((name) => `-${name}`).join(' ')}`,
      },
    ];
  const looked = holding.map((set) => {
    const places = Object.keys(facts.params)
      .filter((name) => placeIn(facts, name, set)?.position !== undefined && !named.includes(name))
      .toSorted(
        (one, other) =>
          (placeIn(facts, one, set)?.position ?? 0) - (placeIn(facts, other, set)?.position ?? 0),
      );
    const has = new Set([...named, ...places.slice(0, positional.length)]);
    const missing = Object.keys(facts.params).filter(
      (name) => placeIn(facts, name, set)?.mandatory === true && !has.has(name),
    );
    // What comes down the pipeline fills what takes it from there.
    const left = missing.filter(
      (name) =>
        !(piped && (placeIn(facts, name, set)?.pipeline ?? placeIn(facts, name, set)?.pipelineByName)),
    );
    return { set, tooMany: positional.length > places.length, left };
  });
  const fitting = looked.filter(({ tooMany }) => !tooMany);
  if (fitting.length === 0) return [{ code: 'too-many-arguments', what: cmdlet }];
  const whole = fitting.filter(({ left }) => left.length === 0);
  if (whole.length === 0) {
    const nearest = fitting.toSorted((one, other) => one.left.length - other.left.length)[0];
    return [
      {
        code: 'missing-mandatory',
        what: `${cmdlet} ${nearest?.left.map((name) => `-${name}`).join(' ') ?? ''}`,
      },
    ];
  }
  if (
    whole.length === 1 ||
    facts.defaultSet === undefined ||
    whole.some(({ set }) => set === facts.defaultSet)
  )
    return [];
  return [{ code: 'ambiguous-parameter-set', what: `${cmdlet}: ${whole.map(({ set }) => set).join(', ')}` }];
}

function setsOf({ params }: CmdletFacts): readonly string[] {
  const names = new Set(Object.values(params).flatMap((one) => Object.keys(one.in)));
  if (names.size > 1) names.delete('*');
  return names.size === 0 ? ['*'] : [...names];
}

function placeIn(
  { params }: CmdletFacts,
  name: string,
  set: string,
): ParameterFacts['in'][string] | undefined {
  const places = params[name]?.in;
  return places?.[set] ?? places?.['*'];
}
