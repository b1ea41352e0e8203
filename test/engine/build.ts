import type {
  Condition,
  Expression,
  FactForm,
  FieldPattern,
  GlobalDefinition,
  FunctionDefinition,
  FactsDefinition,
  Origin,
  Pattern,
  Rule,
  RuleBase,
  Slot,
  Template,
  Term,
} from '../../engine/rule.ts';
import { Session, type HostFunction, type Strategy } from '../../engine/session.ts';
import { symbol, type Field, type Value } from '../../engine/value.ts';

// Rule bases by hand, as short as they get. In patterns and expressions a string that begins with `?` or `$?` is a variable,
// `=text` is a symbol, and any other text is a symbol too; a string value is `str('…')`.

export const origin: Origin = { file: 'test.clp', line: 1, column: 1 };

/** A string of the language. */
export const str = (text: string): Expression => ({ kind: 'value', value: text });

export function slot(name: string, more: Partial<Slot> = {}): Slot {
  const value: Value = more.multi === true ? [] : symbol('nil');
  return {
    name,
    multi: false,
    types: null,
    allowed: null,
    range: null,
    cardinality: null,
    default: { kind: 'static', value },
    comment: null,
    ...more,
  };
}

/** `template('a', 'x', 'y', '$items')`: slots, multislots with a dollar. */
export function template(name: string, ...slots: (string | Slot)[]): Template {
  return {
    name,
    comment: null,
    implied: false,
    origin,
    slots: slots.map((each) =>
      typeof each !== 'string'
        ? each
        : each.startsWith('$')
          ? slot(each.slice(1), { multi: true })
          : slot(each),
    ),
  };
}

/** The implied template of an ordered fact. */
export const ordered = (name: string): Template => ({ ...template(name, '$implied'), implied: true });

export type Short = string | number | Expression;

export function expression(short: Short): Expression {
  if (typeof short === 'number') return { kind: 'value', value: short };
  if (typeof short !== 'string') return short;
  const variable = /^(\$?)\?(.+)$/.exec(short);
  if (variable === null) return { kind: 'value', value: symbol(short) };
  return { kind: 'variable', name: variable[2] as string, multi: variable[1] === '$' };
}

export const call = (name: string, ...given: Short[]): Expression => ({
  kind: 'call',
  name,
  arguments: given.map(expression),
  origin,
});

export type ShortField = string | number | Term | readonly (readonly Term[])[] | readonly Term[];

export const is = (value: string | number, negated = false): Term => ({
  kind: 'value',
  value: typeof value === 'string' ? symbol(value) : value,
  negated,
});
export const variable = (name: string, negated = false): Term => ({
  kind: 'variable',
  name,
  multi: false,
  negated,
});
export const predicate = (by: Expression, negated = false): Term => ({
  kind: 'predicate',
  expression: by,
  negated,
});
export const equal = (to: Expression, negated = false): Term => ({ kind: 'equal', expression: to, negated });

export function field(short: ShortField): FieldPattern {
  if (short === '?') return { multi: false, alternatives: [] };
  if (short === '$?') return { multi: true, alternatives: [] };
  if (typeof short === 'string' && short.startsWith('$?')) {
    return {
      multi: true,
      alternatives: [[{ kind: 'variable', name: short.slice(2), multi: true, negated: false }]],
    };
  }
  if (typeof short === 'string' && short.startsWith('?'))
    return { multi: false, alternatives: [[variable(short.slice(1))]] };
  if (typeof short === 'string' || typeof short === 'number')
    return { multi: false, alternatives: [[is(short)]] };
  if (!Array.isArray(short)) return { multi: false, alternatives: [[short as Term]] };
  const [first] = short as readonly unknown[];
  if (Array.isArray(first)) return { multi: false, alternatives: short as readonly (readonly Term[])[] };
  return { multi: false, alternatives: [short as readonly Term[]] };
}

/** `pattern('a', { x: 1, y: '?y' })`; a multislot's value is `seq(…)`. */
export function pattern(
  of: string,
  slots: Readonly<Record<string, ShortField | Sequence>> = {},
  address: string | null = null,
): Pattern {
  return {
    kind: 'pattern',
    template: of,
    address,
    origin,
    slots: Object.entries(slots).map(([name, value]) => ({
      slot: name,
      fields: value instanceof Sequence ? value.fields : [field(value)],
    })),
  };
}

export class Sequence {
  readonly fields: readonly FieldPattern[];
  constructor(fields: readonly FieldPattern[]) {
    this.fields = fields;
  }
}

export const seq = (...fields: ShortField[]): Sequence => new Sequence(fields.map(field));
/** An ordered pattern: `tuple('a', 1, '?x')`. */
export const tuple = (of: string, ...fields: ShortField[]): Pattern =>
  pattern(of, { implied: seq(...fields) });
export const addressed = (of: Pattern, address: string): Pattern => ({ ...of, address });

export const not = (...of: Condition[]): Condition => ({ kind: 'not', of });
export const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
export const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
export const exists = (...of: Condition[]): Condition => ({ kind: 'exists', of });
export const logical = (...of: Condition[]): Condition => ({ kind: 'logical', of });
export const forall = (each: Condition, ...also: Condition[]): Condition => ({ kind: 'forall', each, also });
export const test = (by: Expression): Condition => ({ kind: 'test', expression: by });
export const best = (of: Pattern, ...criteria: ['maximize' | 'minimize', Short][]): Condition => ({
  kind: 'best',
  pattern: of,
  criteria: criteria.map(([order, by]) => ({ order, by: expression(by) })),
  origin,
});

export function form(of: string, slots: Readonly<Record<string, readonly Short[]>>): FactForm {
  return {
    template: of,
    origin,
    slots: Object.entries(slots).map(([name, values]) => ({ slot: name, values: values.map(expression) })),
  };
}

export const assert = (of: string, ...fields: Short[]): Expression => ({
  kind: 'assert',
  facts: [form(of, { implied: fields })],
});

export const assertSlots = (of: string, slots: Readonly<Record<string, readonly Short[]>>): Expression => ({
  kind: 'assert',
  facts: [form(of, slots)],
});

export const bind = (name: string, ...values: Short[]): Expression => ({
  kind: 'bind',
  name,
  global: false,
  values: values.map(expression),
});

export const print = (...values: Short[]): Expression => call('printout', 't', ...values, 'crlf');

export const rule = (
  name: string,
  when: readonly Condition[],
  then: readonly Expression[] = [],
  salience: Short = 0,
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
): Rule => ({ name, comment: null, salience: expression(salience), when, then, origin });

export const global = (name: string, value: Short): GlobalDefinition => ({
  name,
  value: expression(value),
  origin,
});

export const deffunction = (
  name: string,
  parameters: readonly string[],
  body: readonly Expression[],
  rest: string | null = null,
): FunctionDefinition => ({ name, parameters, rest, body, origin });

export const deffacts = (name: string, ...facts: FactForm[]): FactsDefinition => ({ name, facts, origin });

export const base = (parts: Partial<RuleBase>): RuleBase => ({
  templates: [],
  facts: [],
  globals: [],
  functions: [],
  rules: [],
  ...parts,
});

/** A session with what its rules have printed. */
export function session(
  parts: Partial<RuleBase>,
  strategy: Strategy = 'depth',
  functions: Readonly<Record<string, HostFunction>> = {},
  sourceAfter = Infinity,
): { session: Session; output: () => string } {
  let text = '';
  const world = {
    functions: new Map(Object.entries(functions)),
    write: (_: string, more: string) => {
      text += more;
    },
  };
  return { session: new Session(base(parts), { strategy, world, sourceAfter }), output: () => text };
}

/** `['r', [1, null]]` for each activation: rule and indexes of facts. */
export const agendaOf = (of: Session): (readonly [string, readonly (number | null)[]])[] =>
  of.agenda().map((each) => [each.rule.name, each.facts.map((fact) => fact?.index ?? null)]);

export const fields = (...values: (string | number)[]): Field[] =>
  values.map((value) => (typeof value === 'string' ? symbol(value) : value));
