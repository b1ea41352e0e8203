import { keyOf, MAIN } from '../../engine/rule.ts';
import type { Fact } from '../../engine/session.ts';
import { FALSE, NOTHING, Sym, TRUE, type Value } from '../../engine/value.ts';
import { pieces } from '../reader.ts';
import { Source } from '../source.ts';
import { command, nameOf, wrongType, type Command, type Console } from './command.ts';
import { factLine, factText, totalLine } from './texts.ts';

const FILE = ['SYMBOL', 'STRING'] as const;

/** What shows, saves and loads the facts. */
export const workingMemory: readonly Command[] = [
  command(
    'facts',
    [0, 4],
    [['INTEGER', 'SYMBOL'], ['INTEGER']],
    'nothing',
    'lists facts: of a module or `*`, from one index, to another, so many of them',
    (values, console) => {
      listFacts(values, console);
      return NOTHING;
    },
  ),
  command(
    'save-facts',
    [1, null],
    [FILE, ['SYMBOL']],
    ['SYMBOL'],
    'writes the facts to a file: `local` those of the module, `visible` all that it sees, of all templates or some',
    ([file, scope, ...templates], console) => {
      const path = nameOf(file);
      const facts = savedFacts(nameOf(scope) === 'visible', templates, console);
      const text = (facts ?? []).map((fact) => `${factText(fact, { escaped: true })}\n`).join('');
      if (!console.routers.writeFile(path, text)) {
        console.routers.print(`[ARGACCES2] Function save-facts was unable to open file ${path}.\n`);
        return FALSE;
      }
      return facts === null ? FALSE : TRUE;
    },
  ),
  command('load-facts', [1, 1], [FILE], ['SYMBOL'], 'asserts the facts of a file', ([file], console) => {
    const path = nameOf(file);
    const text = console.routers.readFile(path);
    if (text === null) {
      console.routers.print(`[ARGACCES2] Function load-facts was unable to open file ${path}.\n`);
      return FALSE;
    }
    const source = new Source(path, text);
    for (const piece of pieces(text)) {
      if (piece.kind === 'form' && console.assertFact(source, piece) !== null) continue;
      console.routers.print('Function load-facts encountered an error\n');
      return FALSE;
    }
    return TRUE;
  }),
];

function listFacts(values: readonly Value[], console: Console): void {
  const [first, ...rest] = values;
  const isNamed = first instanceof Sym;
  const bounds = (isNamed ? rest : values).map((value, at) => bound(value, isNamed ? at + 2 : at + 1));
  const [from = 0, to = Infinity, most = Infinity] = bounds;
  const module = isNamed ? first.name : console.session.currentModule;
  if (module !== '*' && console.session.module(module) === undefined) {
    console.routers.print(`[PRNTUTIL1] Unable to find defmodule ${module}.\n`);
    return;
  }
  let count = 0;
  for (const fact of console.session.facts()) {
    if (fact.index < from || fact.index > to || !isSeen(fact, module, console)) continue;
    if (count >= most) break;
    console.routers.print(`${factLine(fact)}\n`);
    count += 1;
  }
  if (count > 0) console.routers.print(totalLine(count, 'fact'));
}

function bound(value: Value, at: number): number {
  if (at === 1 && (typeof value !== 'number' || value < 0))
    wrongType('facts', at, 'symbol or positive number');
  if (typeof value !== 'number') wrongType('facts', at, 'integer');
  if (value < 0) wrongType('facts', at, 'positive number');
  return value;
}

/** Whether a module sees the template of a fact. */
function isSeen({ template }: Fact, module: string, { session }: Console): boolean {
  if (module === '*') return true;
  const key = keyOf(template);
  return (
    session.visible('deftemplate', template.name, module) === key || (template.module ?? MAIN) === module
  );
}

function savedFacts(isVisible: boolean, names: readonly Value[], console: Console): readonly Fact[] | null {
  const { session, workspace } = console;
  const { currentModule } = session;
  const keys = new Set<string>();
  for (const [at, value] of names.entries()) {
    const found = workspace.find('deftemplate', nameOf(value));
    if (found === null) {
      console.routers.print(
        `[ARGACCES5] Function save-facts expected argument #${at + 3} to be of type ${isVisible ? 'visible' : 'local'} deftemplate name\n`,
      );
      return null;
    }
    keys.add(keyOf(found));
  }
  return [...session.facts()].filter((fact) => {
    if (names.length > 0 && !keys.has(keyOf(fact.template))) return false;
    return isVisible
      ? isSeen(fact, currentModule, console)
      : (fact.template.module ?? MAIN) === currentModule;
  });
}
