import type { FieldType, Slot } from '../../engine/rule.ts';
import { FactAddress, Float, Sym, type Field } from '../../engine/value.ts';
import type { LiteralNode } from '../ast.ts';
import { error, type Advice, type Diagnostic } from '../diagnostic.ts';
import { didYouMean, listed } from '../suggest.ts';

/** A slot, and which values each of its types is limited to: `(allowed-symbols a b)` says nothing of strings. */
export interface SlotRule {
  readonly slot: Slot;
  readonly limits: ReadonlyMap<FieldType, readonly Field[]>;
}

/** What an expression can be: one field of some types, a multifield, anything, or no value at all. */
export type Types = readonly FieldType[] | 'multifield' | 'any' | 'nothing';

export function typeOf(value: Field): FieldType {
  if (value instanceof Sym) return 'SYMBOL';
  if (value instanceof Float) return 'FLOAT';
  if (value instanceof FactAddress) return 'FACT-ADDRESS';
  return typeof value === 'string' ? 'STRING' : 'INTEGER';
}

const nouns: Readonly<Record<FieldType, string>> = {
  INTEGER: 'an integer',
  FLOAT: 'a float',
  SYMBOL: 'a symbol',
  STRING: 'a string',
  'FACT-ADDRESS': "a fact's address",
};

/** `an integer or a float`. */
export function inWords(types: readonly FieldType[]): string {
  return types.map((type) => nouns[type]).join(' or ');
}

/** The same value of the same type; a float is never equal to an integer. */
export function same(a: Field, b: Field): boolean {
  if (a instanceof Float) return b instanceof Float && Object.is(a.value, b.value);
  return a === b;
}

/** DSL2010 and DSL2011: a literal that its slot does not take. Null when it does. */
export function misfit(literal: LiteralNode, { slot, limits }: SlotRule): Diagnostic | null {
  const type = typeOf(literal.value);
  const slotName = `slot \`${slot.name}\``;
  if (slot.types !== null && !slot.types.includes(type)) {
    return error(
      'DSL2010',
      literal.span,
      `${slotName} takes ${inWords(slot.types)}, \`${literal.text}\` is ${nouns[type]}`,
      wayOut(literal, slot.types),
    );
  }
  const limit = limits.get(type);
  if (limit !== undefined && !limit.some((allowed) => same(allowed, literal.value))) {
    const names = limit.map(shown);
    return error('DSL2011', literal.span, `\`${literal.text}\` is none of the values of ${slotName}`, {
      help: didYouMean(literal.text, names) ?? `its values are ${listed(names)}`,
    });
  }
  const size = numberOf(literal.value);
  if (size !== null && slot.range !== null) {
    const [low, high] = slot.range;
    if ((low !== null && size < low) || (high !== null && size > high)) {
      return error('DSL2011', literal.span, `\`${literal.text}\` is outside of the range of ${slotName}`, {
        help: `it goes from ${low ?? 'any number'} to ${high ?? 'any number'}`,
      });
    }
  }
  return null;
}

function wayOut(literal: LiteralNode, types: readonly FieldType[]): Advice {
  const lowered = literal.text.toLowerCase();
  if (types.includes('INTEGER') && /^\d+(?:\.\d+)?(?:min|[mgtshdw])b?$/.test(lowered)) {
    return { help: `units are lower case and one word: \`${lowered.replace(/b$/, '')}\`` };
  }
  if (
    types.includes('SYMBOL') &&
    typeof literal.value === 'string' &&
    /^[^\s"()&|<~;?$]+$/.test(literal.value)
  ) {
    return { help: `a symbol has no quotes: \`${literal.value}\`` };
  }
  if (types.includes('STRING') && literal.value instanceof Sym)
    return { help: `a string has quotes: \`"${literal.text}"\`` };
  if (types.includes('FLOAT') && typeof literal.value === 'number')
    return { help: `a float has a point: \`${literal.text}.0\`` };
  return {};
}

/** A number, whatever its type; null for what is none. */
export function numberOf(value: Field): number | null {
  if (value instanceof Float) return value.value;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** A field as it is written in a file. */
export function shown(value: Field): string {
  if (value instanceof Sym) return value.name;
  if (value instanceof FactAddress) return `<Fact-${value.index}>`;
  if (value instanceof Float) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  return typeof value === 'string' ? `"${value}"` : String(value);
}
