import type { FieldType, Slot } from '../../engine/rule.ts';
import { FactAddress, Float, symbol, type Field, type Value } from '../../engine/value.ts';
import { unreachable } from '../unreachable.ts';
import type { SlotRule } from './slot-rule.ts';

/** The order in which CLIPS 6.30 looks for a type to derive a default from. */
const derivedFirst: readonly FieldType[] = ['SYMBOL', 'STRING', 'INTEGER', 'FLOAT', 'FACT-ADDRESS'];

/** `?DERIVE`: the first allowed value, the low end of the range, or the empty value of the slot's first type. */
export function derivedDefault(slot: Omit<Slot, 'default'>, limits: SlotRule['limits']): Value {
  const type =
    derivedFirst.find((candidate) => slot.types === null || slot.types.includes(candidate)) ?? 'SYMBOL';
  const field = limits.get(type)?.[0] ?? emptyOf(type, slot.range?.[0] ?? slot.range?.[1] ?? 0);
  return slot.multi ? Array.from({ length: slot.cardinality?.[0] ?? 0 }, () => field) : field;
}

function emptyOf(type: FieldType, least: number): Field {
  switch (type) {
    case 'SYMBOL':
      return symbol('nil');
    case 'STRING':
      return '';
    case 'INTEGER':
      return Math.ceil(least);
    case 'FLOAT':
      return new Float(least);
    case 'FACT-ADDRESS':
      return new FactAddress(-1);
    default:
      return unreachable(type);
  }
}
