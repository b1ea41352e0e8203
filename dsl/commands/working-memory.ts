import { keyOf, MAIN } from '../../engine/rule.ts';
import { RuleError, type Fact } from '../../engine/session.ts';
import { sameValue } from '../../engine/order.ts';
import { printed } from '../../engine/printed.ts';
import { FactAddress, FALSE, NOTHING, Sym, TRUE, type Value } from '../../engine/value.ts';
import { pieces } from '../reader.ts';
import { Source } from '../source.ts';
import { command, nameOf, wrongType, type Command, type Console } from './command.ts';
import { basisText, factLine, factText, fieldsText, totalLine } from './texts.ts';

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
      throw new RuleError('Function load-facts encountered an error');
    }
    return TRUE;
  }),
  command(
    'ppfact',
    [1, 3],
    ['any'],
    'nothing',
    'shows a fact, slot by slot; TRUE: without slots that have their defaults',
    (values, console) => {
      showFact(values, console);
      return NOTHING;
    },
  ),
  command(
    'dependencies',
    [1, 1],
    ['any'],
    'nothing',
    'the matches that support a fact',
    ([value], console) => {
      const fact = factOf('dependencies', value, console);
      if (fact === null) return NOTHING;
      const supports = console.session.supportsOf(fact.index);
      const lines = supports.map((facts) => `${basisText(facts)}\n`);
      console.routers.print(lines.length === 0 ? 'None\n' : lines.join(''));
      return NOTHING;
    },
  ),
  command('dependents', [1, 1], ['any'], 'nothing', 'the facts that a fact supports', ([value], console) => {
    const fact = factOf('dependents', value, console);
    if (fact === null) return NOTHING;
    const found = [...console.session.facts()].filter(({ index }) =>
      console.session
        .supportsOf(index)
        .some((facts) => facts.some((supporting) => supporting?.index === fact.index)),
    );
    console.routers.print(
      found.length === 0 ? 'None\n' : `${found.map(({ index }) => `f-${index}`).join(',')}\n`,
    );
    return NOTHING;
  }),
];

/** The fact of an address or index; null when there is none, which is told. */
function factOf(name: string, value: Value | undefined, { session, routers }: Console): Fact | null {
  const index = value instanceof FactAddress ? value.index : value;
  if (typeof index !== 'number' || index < 0) wrongType(name, 1, 'fact-address or fact-index');
  const fact = session.fact(index);
  if (fact === undefined) routers.print(`[PRNTUTIL1] Unable to find fact f-${index}.\n`);
  return fact ?? null;
}

function showFact([value, router, hidesDefaults]: readonly Value[], console: Console): void {
  const fact = factOf('ppfact', value, console);
  if (fact === null) return;
  const { template, slots } = fact;
  const shown = template.slots.filter(({ name, default: given }) => {
    const isHiding = hidesDefaults !== undefined && hidesDefaults !== FALSE;
    return !(isHiding && given.kind === 'static' && sameValue(slots[name] ?? [], given.value));
  });
  // A space stands behind each slot but the last one of the template.
  const lines = shown.map(
    (slot) =>
      `\n   (${slot.name}${fieldsText(slots[slot.name] ?? [])})${slot === template.slots.at(-1) ? '' : ' '}`,
  );
  const text = template.implied
    ? factText(fact)
    : `(${template.name}${lines.length === 0 ? '' : ` ${lines.join('')}`})`;
  console.routers.write(router === undefined ? 't' : printed(router), `${text}\n`);
}

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
