import { keyOf, MAIN } from '../rule.ts';
import type { Session } from '../session.ts';
import { FALSE, NOTHING, symbol, TRUE, type Field, type Value } from '../value.ts';
import { builtin, lexeme, RuleError, SYMBOL, type Builtin } from './builtin.ts';

type Named = { readonly module?: string; readonly name: string };

/** Modules, the focus, and what constructs there are. All of these are settings and lists of a session that a person or program works at. */
export const moduleFunctions: readonly Builtin[] = [
  builtin(
    'focus',
    [1, null],
    [SYMBOL],
    SYMBOL,
    'gives modules the focus; the first one named has it in the end',
    (values, { session }) => {
      const names = values.map((_, at) => existing(session, lexeme('focus', values, at)));
      session.focus(...names);
      return TRUE;
    },
    'world',
  ),
  builtin(
    'get-focus',
    [0, 0],
    [],
    SYMBOL,
    'the module that has the focus; FALSE when none has it',
    (_, { session }) => symbolOr(session.focusStack()[0]),
    'world',
  ),
  builtin(
    'get-focus-stack',
    [0, 0],
    [],
    'multifield',
    'the modules that wait for the focus, the one that has it first',
    (_, { session }) => session.focusStack().map(symbol),
    'world',
  ),
  builtin(
    'pop-focus',
    [0, 0],
    [],
    SYMBOL,
    'takes the focus from the module that has it, and names it',
    (_, { session }) => symbolOr(session.popFocus()),
    'world',
  ),
  builtin(
    'clear-focus-stack',
    [0, 0],
    [],
    'nothing',
    'takes the focus from all modules',
    (_, { session }) => {
      session.clearFocus();
      return NOTHING;
    },
    'world',
  ),
  builtin(
    'get-current-module',
    [0, 0],
    [],
    SYMBOL,
    'the module that new constructs belong to',
    (_, { session }) => symbol(session.currentModule),
    'world',
  ),
  builtin(
    'set-current-module',
    [1, 1],
    [SYMBOL],
    SYMBOL,
    'sets the module that new constructs belong to, and names the one before',
    (values, { session }) => {
      const before = session.currentModule;
      session.currentModule = existing(session, lexeme('set-current-module', values, 0));
      return symbol(before);
    },
    'world',
  ),
  builtin(
    'get-defmodule-list',
    [0, 0],
    [],
    'multifield',
    'the names of all modules',
    (_, { session }) => session.modules().map(symbol),
    'world',
  ),
  ...family('defrule', 'rules', (session, module) => session.rules(module)),
  ...family('deftemplate', 'templates', (session, module) => session.templates(module)),
  ...family('deffacts', 'deffacts', (session, module) => [
    ...(session.assertsInitialFact && (module ?? MAIN) === MAIN ? [{ name: 'initial-fact' }] : []),
    ...session.factsDefinitions(module),
  ]),
  ...family('defglobal', 'globals', (session, module) => session.globals(module)),
  ...family('deffunction', 'functions', (session, module) => session.functions(module)),
];

/** `get-defrule-list` and `defrule-module`, and the same for other kinds of constructs. */
function family(
  kind: string,
  plural: string,
  all: (session: Session, module?: string) => readonly Named[],
): Builtin[] {
  const list = `get-${kind}-list`;
  const module = `${kind}-module`;
  return [
    builtin(
      list,
      [0, 1],
      [SYMBOL],
      'multifield',
      `the names of the ${plural} of the current module, of another one, or (\`*\`) of all`,
      (values, { session }) => namesOf(session, list, values, all),
      'world',
    ),
    builtin(
      module,
      [1, 1],
      [SYMBOL],
      SYMBOL,
      `the module that one of the ${plural} belongs to; FALSE when there is none of that name`,
      (values, services) => {
        const name = lexeme(module, values, 0);
        const found = moduleOf(services.session, kind, name, all(services.session));
        // As in CLIPS this is told, and no error.
        if (found === FALSE) services.write('werror', `[PRNTUTIL1] Unable to find ${kind} ${name}.\n`);
        return found;
      },
      'world',
    ),
  ];
}

function namesOf(
  session: Session,
  by: string,
  values: readonly Value[],
  all: (session: Session, module?: string) => readonly Named[],
): Field[] {
  const asked = values.length === 0 ? session.currentModule : lexeme(by, values, 0);
  if (asked === '*')
    return session
      .modules()
      .flatMap((module) => all(session, module).map(({ name }) => symbol(`${module}::${name}`)));
  return all(session, existing(session, asked)).map(({ name }) => symbol(name));
}

function moduleOf(session: Session, kind: string, name: string, all: readonly Named[]): Value {
  const key = keyIn(session, kind, name, all);
  const found = all.find((each) => keyOf(each) === key);
  return found === undefined ? FALSE : symbol(found.module ?? MAIN);
}

/** The key of what a name means in the current module. */
function keyIn(session: Session, kind: string, name: string, all: readonly Named[]): string | null {
  if (kind === 'deftemplate' || kind === 'defglobal' || kind === 'deffunction')
    return session.visible(kind, name);
  const [, module = session.currentModule, plain = name] = /^(.+?)::(.+)$/.exec(name) ?? [];
  return all.some((each) => each.name === plain && (each.module ?? MAIN) === module)
    ? keyOf({ module, name: plain })
    : null;
}

function existing(session: Session, name: string): string {
  if (session.module(name) === undefined) throw new RuleError(`there is no module \`${name}\``);
  return name;
}

const symbolOr = (name: string | null | undefined): Value =>
  name === null || name === undefined ? FALSE : symbol(name);
