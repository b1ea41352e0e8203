import type { FieldTests } from './pattern-path.ts';
import type { FieldShape, PatternPlan, Ref, Shapes, Test } from './plan.ts';
import { constantText, sign, testText, type NameOf } from './plan-text.ts';
import type { FieldPattern, Pattern, Term } from './rule.ts';
import { unreachable } from './unreachable.ts';

// How a pattern lies over the slots of its template, and what it asks of each place.

/** A field's constraint, with the place of the field. */
export interface Constrained {
  readonly ref: Ref;
  readonly alternatives: readonly (readonly Term[])[];
}

/** A field where it stands: in a single slot, for a whole multislot, or at a place in a multislot's sequence. */
interface Place {
  readonly slot: number;
  /** Counted from 0 within a sequence. */
  readonly at: number | null;
  readonly field: FieldPattern;
  /** Null for a `$?` in a sequence. */
  readonly ref: Ref | null;
}

type Places = readonly (Place | { readonly slot: number; readonly of: readonly Place[] })[];

/** Lays out the fields of a pattern: single slots stand in the fact, variables inside a sequence are captured. */
export function placesOf(
  pattern: Pattern,
  level: number,
  shapes: Shapes,
): { sequences: PatternPlan['sequences']; captures: number; constrained: Constrained[]; places: Places } {
  const sequences: { slot: number; fields: FieldShape[] }[] = [];
  const constrained: Constrained[] = [];
  const places: (Place | { readonly slot: number; readonly of: Place[] })[] = [];
  let captures = 0;
  for (const { slot: name, fields } of pattern.slots) {
    const slot = shapes.slotAt(pattern.template, name);
    const [only] = fields;
    const whole =
      fields.length === 1 && only !== undefined && (only.multi || !shapes.isMulti(pattern.template, name));
    if (whole) {
      const ref: Ref = { level, from: 'slot', at: slot };
      constrained.push({ ref, alternatives: only.alternatives });
      places.push({ slot, at: null, field: only, ref });
      continue;
    }
    const shaped: FieldShape[] = [];
    const of: Place[] = [];
    for (const [at, field] of fields.entries()) {
      const constants = constantsOf(field);
      const alternatives = constants.length === 0 ? field.alternatives : withoutConstants(field);
      // A single field is always kept, so that patterns which ask the same share a memory, whatever they name.
      const isKept = !field.multi || field.alternatives.length > 0;
      const ref: Ref | null = isKept ? { level, from: 'capture', at: captures } : null;
      if (ref !== null) {
        captures += 1;
        constrained.push({ ref, alternatives });
      }
      shaped.push({ multi: field.multi, capture: ref?.at ?? null, constants });
      of.push({ slot, at, field, ref });
    }
    sequences.push({ slot, fields: shaped });
    places.push({ slot, of });
  }
  return { sequences, captures, constrained, places };
}

/** Names places by slot and field, so that they don't hang on which fields are kept of a match. */
export function placeNames(places: Places): NameOf {
  const names = new Map<string, string>();
  for (const place of places.flatMap((each) => ('of' in each ? each.of : [each])))
    if (place.ref !== null) names.set(`${place.ref.from}${place.ref.at}`, `${place.slot}.${place.at ?? ''}`);
  return (ref) => names.get(`${ref.from}${ref.at}`) ?? `${ref.from}${ref.at}`;
}

/** What the pattern itself asks of one field. */
export function fieldTests(
  { slot, at, field, ref }: Place,
  own: readonly Test[],
  nameOf: NameOf,
): FieldTests {
  const { alternatives, multi } = field;
  const [terms = []] = alternatives;
  const looked =
    alternatives.length === 1 && !multi
      ? terms.flatMap((term) => (term.kind === 'value' && !term.negated ? [term.value] : []))[0]
      : undefined;
  const constant = looked === undefined ? null : constantText(looked);
  const compared = at === null ? [] : constantsOf(field);
  const tests = [
    ...compared.map((each) => sign(each.negated) + constantText(each.value)),
    ...own.filter((test) => ref !== null && isOf(test, ref)).map((test) => testText(test, nameOf)),
  ];
  return { slot, multi, constant, tests };
}

/** Whether a test was written at this field. */
function isOf(test: Test, ref: Ref): boolean {
  switch (test.kind) {
    case 'is':
    case 'equals':
      return test.ref === ref;
    case 'same':
      return test.a === ref;
    case 'holds':
      return test.at === ref;
    case 'any':
      return test.at === ref;
    default:
      return unreachable(test);
  }
}

/** The constants that a single field has to be or not to be, compared while the fields are laid out. */
function constantsOf({ multi, alternatives }: FieldPattern): FieldShape['constants'] {
  const [terms = []] = alternatives;
  if (multi || alternatives.length > 1) return [];
  return terms.flatMap((term) => (term.kind === 'value' ? [term] : []));
}

/** What else is asked of such a field. */
function withoutConstants({ alternatives }: FieldPattern): readonly (readonly Term[])[] {
  const terms = (alternatives[0] ?? []).filter((term) => term.kind !== 'value');
  return terms.length === 0 ? [] : [terms];
}
