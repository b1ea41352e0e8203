import type { Fact } from '../engine/session.ts';
import { printed } from '../engine/printed.ts';
import type { Field } from '../engine/value.ts';

/** Longest text of a fact in a trail; what is cut ends in three dots. */
const FACT_TEXT_MAX = 400;

/** A fact as policies write it, `(host (name hv01) (status ready) …)`. */
export function factText({ template, slots }: Fact): string {
  const parts = template.slots.map(({ name, multi }) => {
    const value = slots[name];
    if (value === undefined) return `(${name})`;
    const text =
      multi && Array.isArray(value)
        ? (value as readonly Field[]).map((field) => printed(field)).join(' ')
        : printed(value);
    return text === '' ? `(${name})` : `(${name} ${text})`;
  });
  const whole = `(${[template.name, ...parts].join(' ')})`;
  return whole.length <= FACT_TEXT_MAX ? whole : `${whole.slice(0, FACT_TEXT_MAX)}…`;
}
