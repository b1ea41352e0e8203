import { MAIN, type Expression, type FieldType, type Slot, type Template } from '../../engine/rule.ts';
import type { Field } from '../../engine/value.ts';
import type { AttributeNode, ExpressionNode, LiteralNode, SlotNode, TemplateNode } from '../ast.ts';
import { error, type Diagnostic } from '../diagnostic.ts';
import { homeOf, lowered } from '../lower.ts';
import type { KnownTemplate, Names } from '../names.ts';
import { originOf } from '../source.ts';
import { didYouMean, listed } from '../suggest.ts';
import { conflictsOf } from './conflicts.ts';
import { derivedDefault } from './derived-default.ts';
import { misfit, numberOf, typeOf, type SlotRule } from './slot-rule.ts';

type Report = (diagnostic: Diagnostic) => void;

const typeWords: ReadonlyMap<string, readonly FieldType[]> = new Map([
  ['SYMBOL', ['SYMBOL']],
  ['STRING', ['STRING']],
  ['LEXEME', ['SYMBOL', 'STRING']],
  ['INTEGER', ['INTEGER']],
  ['FLOAT', ['FLOAT']],
  ['NUMBER', ['INTEGER', 'FLOAT']],
  ['FACT-ADDRESS', ['FACT-ADDRESS']],
]);

const allowedWords: ReadonlyMap<string, readonly FieldType[]> = new Map([
  ['allowed-symbols', ['SYMBOL']],
  ['allowed-strings', ['STRING']],
  ['allowed-lexemes', ['SYMBOL', 'STRING']],
  ['allowed-integers', ['INTEGER']],
  ['allowed-floats', ['FLOAT']],
  ['allowed-numbers', ['INTEGER', 'FLOAT']],
  ['allowed-values', ['SYMBOL', 'STRING', 'INTEGER', 'FLOAT', 'FACT-ADDRESS']],
]);

const attributeWords = ['type', 'default', 'default-dynamic', 'range', 'cardinality', ...allowedWords.keys()];

/** Reads what a template declares. DSL2007 for a slot declared twice, DSL2020 for attributes that cannot be. */
export function templateOf(node: TemplateNode, report: Report, names: Names | null = null): KnownTemplate {
  const rules = new Map<string, SlotRule>();
  for (const slot of node.slots) {
    if (rules.has(slot.name.text)) {
      report(
        error('DSL2007', slot.name.span, `slot \`${slot.name.text}\` is declared twice`, {
          help: 'delete one of them',
        }),
      );
      continue;
    }
    rules.set(slot.name.text, new SlotReader(slot, report, names).read());
  }
  const template: Template = {
    ...homeOf(names?.module ?? MAIN),
    name: node.name.text,
    comment: node.comment,
    slots: [...rules.values()].map((rule) => rule.slot),
    implied: false,
    origin: originOf(node.span),
  };
  return { template, rules, broken: node.broken, span: node.name.span };
}

/** A template that was made without text, as the checks know it. */
export function knownTemplate(template: Template): KnownTemplate {
  const { file, line, column } = template.origin;
  const rules = template.slots.map((slot): [string, SlotRule] => {
    const limits = new Map<FieldType, Field[]>();
    for (const value of slot.allowed ?? [])
      limits.set(typeOf(value), [...(limits.get(typeOf(value)) ?? []), value]);
    return [slot.name, { slot, limits }];
  });
  const span = { file, line, column, endLine: line, endColumn: column };
  return { template, rules: new Map(rules), broken: false, span };
}

class SlotReader {
  readonly #node: SlotNode;
  readonly #report: Report;
  readonly #names: Names | null;

  constructor(node: SlotNode, report: Report, names: Names | null) {
    this.#node = node;
    this.#report = report;
    this.#names = names;
  }

  read(): SlotRule {
    const seen = new Map<string, AttributeNode>();
    for (const attribute of this.#node.attributes) {
      const word = attribute.name.text;
      const group = word === 'default-dynamic' ? 'default' : word;
      if (!attributeWords.includes(word)) {
        this.#wrong(
          attribute,
          `a slot has no attribute \`${word}\``,
          didYouMean(word, attributeWords) ?? `they are ${listed(attributeWords, 12)}`,
        );
      } else if (seen.has(group)) {
        this.#wrong(
          attribute,
          `\`${group}\` is given twice for slot \`${this.#node.name.text}\``,
          'delete one of them',
        );
      } else seen.set(group, attribute);
    }
    const limits = this.#limits(seen);
    const types = this.#types(seen.get('type'), limits);
    for (const { attribute, message, help } of conflictsOf(seen, types))
      this.#wrong(attribute, message, help);
    const cardinality = this.#cardinality(seen.get('cardinality'));
    const bare: Omit<Slot, 'default'> = {
      name: this.#node.name.text,
      multi: this.#node.multi,
      types,
      ...this.#allowed(types, limits, seen.has('allowed-values')),
      range: this.#range(seen.get('range')),
      cardinality,
      comment: null,
    };
    const derived: SlotRule = {
      slot: { ...bare, default: { kind: 'static', value: derivedDefault(bare, limits) } },
      limits,
    };
    return { slot: { ...bare, default: this.#default(seen.get('default'), derived) }, limits };
  }

  #types(attribute: AttributeNode | undefined, limits: SlotRule['limits']): readonly FieldType[] | null {
    if (attribute === undefined) {
      // Stricter than CLIPS, where a slot with allowed symbols and no type takes any number too.
      const isOpen = this.#names?.dialect === 'clips';
      return isOpen || limits.size === 0 || limits.size === 5 ? null : [...limits.keys()];
    }
    if (isAnything(attribute)) return null;
    const types = new Set<FieldType>();
    for (const value of attribute.values) {
      const word = value.kind === 'literal' ? value.text : '';
      const known = typeWords.get(word);
      if (known === undefined) {
        this.#wrong(
          { span: value.span },
          `there is no type \`${word}\``,
          didYouMean(word, typeWords.keys()) ?? `types are ${listed(typeWords.keys())}`,
        );
      }
      if (known?.some((type) => types.has(type)) === true)
        this.#wrong({ span: value.span }, `\`${word}\` says again what \`type\` says already`, 'delete it');
      for (const type of known ?? []) types.add(type);
    }
    if (attribute.values.length === 0)
      this.#wrong(attribute, '`type` names no type', `types are ${listed(typeWords.keys())}`);
    return types.size === 0 ? null : [...types];
  }

  #limits(seen: ReadonlyMap<string, AttributeNode>): Map<FieldType, readonly Field[]> {
    const limits = new Map<FieldType, readonly Field[]>();
    for (const [word, limited] of allowedWords) {
      const attribute = seen.get(word);
      if (attribute === undefined || isAnything(attribute)) continue;
      const literals = this.#literals(attribute);
      for (const literal of literals) {
        if (!limited.includes(typeOf(literal.value))) {
          this.#wrong(
            literal,
            `\`${literal.text}\` cannot stand in \`${word}\``,
            'use `allowed-values` to mix types',
          );
        }
      }
      for (const type of limited) {
        const values = literals.map((literal) => literal.value).filter((value) => typeOf(value) === type);
        limits.set(type, [...(limits.get(type) ?? []), ...values]);
      }
    }
    return limits;
  }

  #allowed(
    types: Slot['types'],
    limits: SlotRule['limits'],
    isClosed: boolean,
  ): Pick<Slot, 'allowed' | 'allowsOthers'> {
    if (this.#names?.dialect !== 'clips') return { allowed: allowedOf(types, limits) };
    const allowed = limits.size === 0 ? null : [...limits.values()].flat();
    return { allowed, ...(isClosed || allowed === null ? {} : { allowsOthers: true }) };
  }

  #range(attribute: AttributeNode | undefined): Slot['range'] {
    if (attribute === undefined) return null;
    const [low, high] = this.#bounds(attribute, 'a number');
    return [low, high];
  }

  #cardinality(attribute: AttributeNode | undefined): Slot['cardinality'] {
    if (attribute === undefined) return null;
    if (!this.#node.multi) {
      this.#wrong(
        attribute,
        `slot \`${this.#node.name.text}\` holds one value, it has no cardinality`,
        'declare it as `multislot`',
      );
      return null;
    }
    const [low, high] = this.#bounds(attribute, 'a count');
    if (!isCount(low) || !isCount(high))
      this.#wrong(attribute, '`cardinality` counts fields', 'write `(cardinality 0 10)`');
    return [low ?? 0, high];
  }

  #bounds(attribute: AttributeNode, what: string): [number | null, number | null] {
    const [low, high] = attribute.values.map((value) =>
      value.kind === 'literal' ? numberOf(value.value) : null,
    );
    const isRead = attribute.values.every(
      (value, index) => isVariableWord(value) || [low, high][index] !== null,
    );
    const help = `write \`(${attribute.name.text} 0 10)\`; \`?VARIABLE\` leaves a side open`;
    if (attribute.values.length !== 2 || !isRead)
      this.#wrong(attribute, `\`${attribute.name.text}\` takes ${what} twice: least and most`, help);
    else if (typeof low === 'number' && typeof high === 'number' && low > high) {
      this.#wrong(
        attribute,
        `\`${attribute.name.text}\` goes from ${low} down to ${high}`,
        'the least comes first',
      );
    }
    return [low ?? null, high ?? null];
  }

  #default(attribute: AttributeNode | undefined, derived: SlotRule): Slot['default'] {
    if (attribute === undefined) return derived.slot.default;
    const { values } = attribute;
    const [first] = values;
    if (first?.kind === 'variable' && values.length === 1) {
      if (first.name === 'NONE') return { kind: 'none' };
      if (first.name === 'DERIVE') return derived.slot.default;
      this.#wrong(
        first,
        `a default cannot use the variable \`?${first.name}\``,
        'write a value, `?NONE` or `?DERIVE`',
      );
      return derived.slot.default;
    }
    if (!this.#node.multi && values.length !== 1) {
      this.#wrong(
        attribute,
        `slot \`${this.#node.name.text}\` holds one value, its default has ${values.length}`,
        'declare it as `multislot`, or give one value',
      );
      return derived.slot.default;
    }
    const literals = values.filter((value) => value.kind === 'literal');
    for (const literal of literals) {
      const wrong = misfit(literal, derived);
      if (wrong !== null) this.#report(wrong);
    }
    if (literals.length === values.length && attribute.name.text === 'default') {
      this.#checkCount(attribute, derived.slot.cardinality);
      const fields = literals.map((literal) => literal.value);
      const [only] = fields;
      return { kind: 'static', value: this.#node.multi || only === undefined ? fields : only };
    }
    const of = (value: ExpressionNode): Expression => lowered(value, this.#names);
    const expression: Expression =
      values.length === 1 && first !== undefined
        ? of(first)
        : {
            kind: 'call',
            name: 'create$',
            arguments: values.map(of),
            origin: originOf(attribute.span),
          };
    return { kind: attribute.name.text === 'default' ? 'once' : 'dynamic', expression };
  }

  /** DSL2011: a default of too few or too many fields. */
  #checkCount({ values, span }: AttributeNode, cardinality: Slot['cardinality']): void {
    if (cardinality === null) return;
    const [low, high] = cardinality;
    if (values.length >= low && (high === null || values.length <= high)) return;
    const name = `slot \`${this.#node.name.text}\``;
    this.#report(
      error(
        'DSL2011',
        span,
        `${name} takes ${low} to ${high ?? 'any number of'} values, not ${values.length}`,
      ),
    );
  }

  #literals(attribute: AttributeNode): LiteralNode[] {
    if (attribute.values.length === 0)
      this.#wrong(
        attribute,
        `\`${attribute.name.text}\` lists no value`,
        'list the values: `(allowed-symbols red green)`',
      );
    for (const value of attribute.values) {
      if (value.kind !== 'literal')
        this.#wrong(
          value,
          `\`${attribute.name.text}\` takes plain values`,
          'list the values: `(allowed-symbols red green)`',
        );
    }
    return attribute.values.filter((value) => value.kind === 'literal');
  }

  #wrong(at: Pick<AttributeNode, 'span'>, message: string, help: string): void {
    this.#report(error('DSL2020', at.span, message, { help }));
  }
}

const isCount = (bound: number | null): boolean => bound === null || (Number.isInteger(bound) && bound >= 0);

function isVariableWord(value: ExpressionNode): boolean {
  return value.kind === 'variable' && value.name === 'VARIABLE';
}

function isAnything(attribute: AttributeNode): boolean {
  return attribute.values.length === 1 && attribute.values.every(isVariableWord);
}

/** The values of the slot, when each of its types is limited. */
function allowedOf(types: readonly FieldType[] | null, limits: SlotRule['limits']): readonly Field[] | null {
  if (limits.size === 0) return null;
  const all = types ?? [...limits.keys()];
  return all.every((type) => limits.has(type)) ? all.flatMap((type) => limits.get(type) ?? []) : null;
}
