import type { FieldType, Slot, Template } from '../rule.ts';
import type { Session } from '../session.ts';
import { FALSE, Float, symbol, type Field, type Value } from '../value.ts';
import { builtin, lexeme, LEXEME, RuleError, SYMBOL, truth, type Builtin, type Returns } from './builtin.ts';

/** All types of a field, in the order in which CLIPS lists them. Those that this language lacks are in no slot's list but in the open one. */
const OPEN_TYPES = [
  'FLOAT',
  'INTEGER',
  'SYMBOL',
  'STRING',
  'EXTERNAL-ADDRESS',
  'FACT-ADDRESS',
  'INSTANCE-ADDRESS',
  'INSTANCE-NAME',
];

/** What is declared of templates and their slots. */
export const templateFunctions: readonly Builtin[] = [
  builtin(
    'deftemplate-slot-names',
    [1, 1],
    [LEXEME],
    'multifield',
    'the names of the slots; `implied` for an ordered fact',
    (values, { session }) =>
      templateOf(session, lexeme('deftemplate-slot-names', values, 0)).slots.map(({ name }) => symbol(name)),
  ),
  ofSlot('deftemplate-slot-types', 'multifield', 'the types that a slot takes', ({ types }) =>
    OPEN_TYPES.filter((type) => types === null || types.includes(type as FieldType)).map(symbol),
  ),
  ofSlot(
    'deftemplate-slot-range',
    'multifield',
    'the least and the greatest number; FALSE for no numbers',
    ({ types, range }) => {
      if (types !== null && !types.includes('INTEGER') && !types.includes('FLOAT')) return FALSE;
      const [low = null, high = null] = range ?? [];
      return [
        low === null ? symbol('-oo') : bound(low, types),
        high === null ? symbol('+oo') : bound(high, types),
      ];
    },
  ),
  ofSlot(
    'deftemplate-slot-cardinality',
    'multifield',
    'the least and the greatest count of fields; empty for a single slot',
    ({ multi, cardinality }) => {
      if (!multi) return [];
      const [low, high] = cardinality ?? [0, null];
      return [low, high ?? symbol('+oo')];
    },
  ),
  ofSlot(
    'deftemplate-slot-allowed-values',
    'any',
    'the values that are allowed; FALSE when all are',
    ({ allowed }) => (allowed === null ? FALSE : [...allowed]),
  ),
  ofSlot('deftemplate-slot-multip', SYMBOL, 'true for a multislot', ({ multi }) => truth(multi)),
  ofSlot('deftemplate-slot-singlep', SYMBOL, 'true for a single slot', ({ multi }) => truth(!multi)),
  ofSlot(
    'deftemplate-slot-defaultp',
    SYMBOL,
    '`static` or `dynamic`; FALSE when a value has to be given',
    ({ default: given }) =>
      given.kind === 'none' ? FALSE : symbol(given.kind === 'dynamic' ? 'dynamic' : 'static'),
  ),
  builtin(
    'deftemplate-slot-default-value',
    [2, 2],
    [SYMBOL],
    'any',
    'what a slot gets that is left out; ?NONE when a value has to be given',
    (values, { session }) => {
      const [template, slot] = slotOf(session, 'deftemplate-slot-default-value', values);
      return slot.default.kind === 'none' ? symbol('?NONE') : session.defaultOf(template, slot.name);
    },
  ),
  builtin(
    'deftemplate-slot-existp',
    [2, 2],
    [SYMBOL],
    SYMBOL,
    'true when the template has the slot',
    (values, { session }) => {
      const template = templateOf(session, lexeme('deftemplate-slot-existp', values, 0));
      return truth(template.slots.some(({ name }) => name === lexeme('deftemplate-slot-existp', values, 1)));
    },
  ),
  ...['deftemplate-slot-facet-existp', 'deftemplate-slot-facet-value'].map((name) =>
    builtin(
      name,
      [3, 3],
      [SYMBOL],
      SYMBOL,
      'FALSE: slots have no facets beyond their attributes',
      (values, { session }) => {
        templateOf(session, lexeme(name, values, 0));
        return FALSE;
      },
    ),
  ),
];

function ofSlot(name: string, returns: Returns, comment: string, read: (slot: Slot) => Value): Builtin {
  return builtin(name, [2, 2], [SYMBOL], returns, comment, (values, { session }) =>
    read(slotOf(session, name, values)[1]),
  );
}

function slotOf(session: Session, by: string, values: readonly Value[]): [Template, Slot] {
  const template = templateOf(session, lexeme(by, values, 0));
  const wanted = lexeme(by, values, 1);
  const slot = template.slots.find(({ name }) => name === wanted);
  if (slot === undefined) throw new RuleError(`template \`${template.name}\` has no slot \`${wanted}\``);
  return [template, slot];
}

function templateOf(session: Session, name: string): Template {
  const key = session.visible('deftemplate', name);
  const template = key === null ? undefined : session.template(key);
  if (template === undefined) throw new RuleError(`there is no template \`${name}\``);
  return template;
}

/** A bound as it was written: a range of floats has floats. */
const bound = (value: number, types: Slot['types']): Field =>
  Number.isInteger(value) && types?.includes('INTEGER') !== false ? value : new Float(value);
