import { FactAddress, FALSE, Float, NOTHING, Sym, symbol, type Value } from '../value.ts';
import {
  ADDRESS,
  argument,
  builtin,
  factIndex,
  FLOAT,
  INTEGER,
  lexeme,
  RuleError,
  SYMBOL,
  truth,
  type Builtin,
  type Services,
} from './builtin.ts';
import type { Fact } from '../world.ts';

/** Facts by their addresses. `assert`, `modify` and `duplicate` are expressions of their own, not calls. */
export const factFunctions: readonly Builtin[] = [
  builtin(
    'retract',
    [1, null],
    [['FACT-ADDRESS', 'INTEGER', 'SYMBOL']],
    'nothing',
    'takes facts away; `*`: all',
    (values, services) => {
      for (const [at, value] of values.entries()) {
        if (value instanceof Sym && value.name === '*') {
          for (const fact of Array.from(services.session.facts())) services.session.retract(fact.index);
        } else if (value !== FALSE) {
          const index = factIndex('retract', values, at);
          if (!services.session.retract(index) && typeof value === 'number')
            services.write('werror', `[PRNTUTIL1] Unable to find fact f-${index}.\n`);
        }
      }
      return NOTHING;
    },
  ),
  builtin(
    'fact-index',
    [1, 1],
    [ADDRESS],
    INTEGER,
    'the number of a fact; -1 when it is gone',
    (values, services) => {
      const found = services.session.fact(factIndex('fact-index', values, 0));
      return found?.index ?? -1;
    },
  ),
  builtin('fact-existp', [1, 1], [ADDRESS], SYMBOL, 'true while the fact stands', (values, services) =>
    truth(services.session.fact(factIndex('fact-existp', values, 0)) !== undefined),
  ),
  builtin(
    'fact-relation',
    [1, 1],
    [ADDRESS],
    SYMBOL,
    'the name of its template; FALSE when it is gone',
    (values, services) => {
      const found = services.session.fact(factIndex('fact-relation', values, 0));
      return found === undefined ? FALSE : symbol(found.template.name);
    },
  ),
  builtin(
    'fact-slot-value',
    [2, 2],
    [ADDRESS, SYMBOL],
    'any',
    'the value of one slot; FALSE when the fact is gone',
    (values, services) => {
      const fact = standing('fact-slot-value', values, services);
      if (fact === null) return FALSE;
      const slot = lexeme('fact-slot-value', values, 1);
      const value = Object.hasOwn(fact.slots, slot) ? fact.slots[slot] : undefined;
      if (value === undefined)
        throw new RuleError(`template \`${fact.template.name}\` has no slot \`${slot}\``);
      return value;
    },
  ),
  builtin(
    'fact-slot-names',
    [1, 1],
    [ADDRESS],
    'any',
    'the names of its slots; FALSE when the fact is gone',
    (values, services) => {
      const fact = standing('fact-slot-names', values, services);
      return fact === null ? FALSE : fact.template.slots.map((slot) => symbol(slot.name));
    },
  ),
  builtin(
    'get-fact-list',
    [0, 1],
    [SYMBOL],
    'multifield',
    'the addresses of all facts, or of those that a module sees',
    (values, { session }) => {
      const module = values.length === 0 ? '*' : lexeme('get-fact-list', values, 0);
      if (module !== '*' && session.module(module) === undefined)
        throw new RuleError(`there is no module \`${module}\``);
      const facts = module === '*' ? session.facts() : session.factsInScope(module);
      return Array.from(facts, ({ index }) => new FactAddress(index));
    },
  ),
];

/** What controls a run, and names that nobody else has. */
export const control: readonly Builtin[] = [
  builtin('halt', [0, 0], [], 'nothing', 'ends the run after this firing', (_, services) => {
    services.session.halt();
    return NOTHING;
  }),
  builtin('gensym', [0, 0], [], SYMBOL, 'a new symbol', (_, services) => nextSymbol(services), 'world'),
  builtin('gensym*', [0, 0], [], SYMBOL, 'a new symbol', (_, services) => nextSymbol(services), 'world'),
  builtin(
    'time',
    [0, 0],
    [],
    FLOAT,
    'seconds on the clock',
    (_, services) => new Float(services.now()),
    'world',
  ),
  // `compile.ts` measures: a function of values comes too late.
  builtin(
    'timer',
    [0, null],
    ['any'],
    FLOAT,
    'how many seconds its arguments take',
    () => new Float(0),
    'world',
  ),
  builtin(
    'setgen',
    [1, 1],
    [INTEGER],
    INTEGER,
    'sets the number of the next new symbol',
    (values, services) => {
      const given = argument(values, 0);
      const next = given instanceof Float ? Math.trunc(given.value) : given;
      if (typeof next !== 'number' || next < 1)
        throw new RuleError('`setgen` wants an integer from 1 on', { value: services.counter });
      services.counter = next;
      return next;
    },
    'world',
  ),
];

function nextSymbol(services: Services): Sym {
  const made = symbol(`gen${services.counter}`);
  services.counter += 1;
  return made;
}

/** The fact of an address or a number; null for the address of one that is gone. */
function standing(name: string, values: readonly Value[], services: Services): Fact | null {
  const index = factIndex(name, values, 0);
  const fact = services.session.fact(index);
  if (fact !== undefined) return fact;
  if (argument(values, 0) instanceof FactAddress) return null;
  throw new RuleError(`\`${name}\`: there is no fact f-${index}`);
}
