import type { Explanation } from '../engine/explanation.ts';
import type { Fact } from '../engine/session.ts';
import { printed } from '../engine/printed.ts';
import type { Field } from '../engine/value.ts';

/** Longest text of a fact in a trail; what is cut ends in three dots. */
const FACT_TEXT_MAX = 400;

/** Rules that a fact follows from, one after the other, told at most. */
const SUPPORTS_DEEP_MAX = 3;

/**
 * The facts of a firing, one a line. What follows from others by `logical` conditions has behind it, set in, the rules that support it and their
 * facts: `(crowded hv01)`, then `  by crowded from (host (name hv01) …)`.
 */
export function explainedText({ facts }: Explanation, depth = 0): string[] {
  return facts.flatMap((each) => {
    if (each === null) return [];
    const { fact, because } = each;
    const supports =
      depth >= SUPPORTS_DEEP_MAX ? [] : because.flatMap((support) => supportText(support, depth));
    return [factText(fact), ...supports];
  });
}

function supportText(support: Explanation, depth: number): string[] {
  const [first, ...others] = explainedText(support, depth + 1);
  return [
    `  by ${support.rule.name}${first === undefined ? '' : ` from ${first}`}`,
    ...others.map((line) => `    ${line}`),
  ];
}

/** A fact as policies write it, `(host (name hv01) (status ready) …)`. */
export function factText({ template, slots }: Fact): string {
  const parts = template.slots.map(({ name, multi }) => {
    const value = slots[name];
    if (value === undefined) return `(${name})`;
    const text =
      multi && Array.isArray(value)
        ? (value as readonly Field[]).map((field) => printed(field)).join(' ')
        : printed(value);
    if (template.implied) return text;
    return text === '' ? `(${name})` : `(${name} ${text})`;
  });
  const whole = `(${[template.name, ...parts].filter((part) => part !== '').join(' ')})`;
  return whole.length <= FACT_TEXT_MAX ? whole : `${whole.slice(0, FACT_TEXT_MAX)}…`;
}
