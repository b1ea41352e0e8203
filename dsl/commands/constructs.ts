import { NOTHING, Sym, type Value } from '../../engine/value.ts';
import type { ConstructNode } from '../ast.ts';
import { prettyConstruct, prettyGlobal } from '../pretty.ts';
import { clipsLexer } from '../tokens.ts';
import type { Standing } from '../workspace.ts';
import { keyOf } from '../../engine/rule.ts';
import { command, nameOf, type Command, type Console } from './command.ts';
import { byModule, moduleArgument } from './modules.ts';
import { fieldText, totalLine } from './texts.ts';

type Kind = ConstructNode['kind'];

const NAME = [['SYMBOL'] as const];

interface Family {
  readonly kind: Kind;
  /** Several of them, where CLIPS counts. */
  readonly plural: string;
}

const families: readonly Family[] = [
  { kind: 'defrule', plural: 'defrules' },
  { kind: 'deftemplate', plural: 'deftemplates' },
  { kind: 'deffacts', plural: 'deffacts' },
  { kind: 'defglobal', plural: 'defglobals' },
  { kind: 'deffunction', plural: 'deffunctions' },
];

/** What lists, shows and removes constructs: the same commands for each kind. */
export const constructs: readonly Command[] = [
  ...families.flatMap((family) => commandsFor(family)),
  command('rules', [0, 1], NAME, 'nothing', 'lists the rules', ([module], console) => {
    list('rules', { kind: 'defrule', plural: 'defrules' }, module, console);
    return NOTHING;
  }),
  command(
    'show-defglobals',
    [0, 1],
    NAME,
    'nothing',
    'lists the globals with their values',
    ([value], console) => {
      byModule(moduleArgument('show-defglobals', value, console), console, (module) =>
        console.workspace
          .standing('defglobal', module)
          .map((each) => `?*${each.name}* = ${fieldText(console.session.global(keyOf(each)) ?? NOTHING)}`),
      );
      return NOTHING;
    },
  ),
];

function commandsFor(family: Family): Command[] {
  const { kind, plural } = family;
  return [
    command(`list-${plural}`, [0, 1], NAME, 'nothing', `lists the ${plural}`, ([module], console) => {
      list(`list-${plural}`, family, module, console);
      return NOTHING;
    }),
    command(`pp${kind}`, [1, 1], NAME, 'nothing', `shows a ${kind} as it was defined`, (values, console) => {
      withNamed(family, values, console, (standing) => {
        if (standing.node !== null) console.routers.print(`${pretty(standing.node, standing.module)}\n`);
      });
      return NOTHING;
    }),
    command(
      `undef${kind.slice('def'.length)}`,
      [1, 1],
      NAME,
      'nothing',
      `removes a ${kind}; \`*\`: all`,
      (values, console) => {
        const [name] = values;
        if (name instanceof Sym && name.name === '*') {
          const { currentModule } = console.session;
          for (const standing of console.workspace.standing(kind, currentModule)) remove(standing, console);
        } else withNamed(family, values, console, (standing) => remove(standing, console));
        return NOTHING;
      },
    ),
  ];
}

function list(name: string, { kind, plural }: Family, value: Value | undefined, console: Console): void {
  const count = byModule(moduleArgument(name, value, console), console, (module) =>
    console.workspace.standing(kind, module).map((each) => each.name),
  );
  if (count > 0) console.routers.print(totalLine(count, kind, plural));
}

/** A construct in the form in which CLIPS shows it. */
export function pretty(node: ConstructNode, module: string): string {
  const { tokens } = clipsLexer().tokenize(node.text);
  return node.kind === 'defglobal' ? prettyGlobal(tokens, module) : prettyConstruct(tokens, module);
}

/** Does something with the construct of a name; that there is none is told. */
function withNamed<T>(
  { kind }: Family,
  [value]: readonly Value[],
  { workspace, routers }: Console,
  work: (standing: Standing) => T,
): T | undefined {
  const name = nameOf(value);
  const standing = workspace.find(kind, name);
  if (standing !== null) return work(standing);
  routers.print(`[PRNTUTIL1] Unable to find ${kind} ${name}.\n`);
  return undefined;
}

function remove(standing: Standing, { workspace, routers, watches, breaks }: Console): void {
  const { kind, name } = standing;
  const { firingRule } = watches;
  // A rule stays while it fires.
  const isAtWork = kind === 'defrule' && firingRule !== null && keyOf(firingRule) === keyOf(standing);
  if (isAtWork || !workspace.remove(standing))
    routers.print(`[PRNTUTIL4] Unable to delete ${kind} ${name}.\n`);
  else if (kind === 'defrule') breaks.delete(keyOf(standing));
}
