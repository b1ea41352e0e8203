/** One test on the way of a fact through the patterns of its template. Patterns share the steps with which they begin. */
export interface Step {
  /** Equal for steps that do the same. */
  readonly text: string;
  readonly slot: number;
  /** A multifield that can take fewer fields or more: what follows is tried with each length, the longest first. */
  readonly splits: boolean;
}

/** What a pattern asks of one field: of a single slot, of a whole multislot, or of a place in a multislot's sequence. */
export interface FieldTests {
  readonly slot: number;
  readonly multi: boolean;
  /** A constant that it has to be, alone or joined to others by `&`. */
  readonly constant: string | null;
  readonly tests: readonly string[];
}

/** What a pattern asks of the fields of a multislot, one after the other. */
export interface SequenceTests {
  readonly slot: number;
  readonly of: readonly FieldTests[];
}

/**
 * The steps of a pattern in the order in which they stand in its text, as CLIPS 6.30 builds its pattern network (read in
 * its sources, `factbld.c`): fields of which nothing is asked make no step; a multislot's first field asks for the length; a
 * constant makes two steps, so that all patterns that look up the same place share the first, and what is joined to it by
 * `&` makes none (CLIPS forgets to test that; we do, in the alpha memory). `hash`: what joins compare by belongs to the last
 * steps.
 */
export function pathOf(slots: readonly (FieldTests | SequenceTests)[], hash: string): readonly Step[] {
  const fields = slots.flatMap((slot) =>
    'of' in slot ? sequenceSteps(slot) : fieldSteps(slot, `${slot.slot}`, slot.tests),
  );
  const last = fields.at(-1) ?? [{ text: 'any', slot: 0, splits: false }];
  const hashed =
    hash === '' ? last : last.map(({ text, slot, splits }) => ({ text: `${text} by ${hash}`, slot, splits }));
  return [...fields.slice(0, -1).flat(), ...hashed];
}

function sequenceSteps({ slot, of: fields }: SequenceTests): Step[][] {
  if (fields.length === 0) return [[{ text: `${slot} is empty`, slot, splits: false }]];
  const multis = fields.filter(({ multi }) => multi).length;
  const asked = fields.map((field, at) => {
    const behind = fields.slice(at + 1);
    const singlesBehind = behind.filter(({ multi }) => !multi).length;
    const multisBehind = behind.length - singlesBehind;
    const length = at === 0 ? lengthTest(field, singlesBehind, multisBehind) : [];
    const isLoop = field.multi && multis > 1;
    return { field, at, singlesBehind, multisBehind, length, isLoop, tests: [...length, ...field.tests] };
  });
  const kept = asked.filter(
    ({ field, isLoop, tests }) => isLoop || tests.length > 0 || field.constant !== null,
  );
  return kept.map(({ field, at, singlesBehind, multisBehind, length, isLoop, tests }, place) => {
    const end = place === kept.length - 1 ? ' end' : '';
    if (!isLoop) return fieldSteps(field, `${field.slot}.${at}${end} ${length.join()}`, tests).flat();
    const text = `${field.slot}.${at}${end} $ leaving ${singlesBehind}: ${tests.join('&')}`;
    return [{ text, slot: field.slot, splits: multisBehind > 0 }];
  });
}

/** How many fields a multislot has to have: at least the single ones, or just as many. */
function lengthTest(first: FieldTests, singlesBehind: number, multisBehind: number): string[] {
  const least = singlesBehind + (first.multi ? 0 : 1);
  if (least === 0) return [];
  return [`${first.multi || multisBehind > 0 ? 'at least' : 'exactly'} ${least}`];
}

function fieldSteps({ slot, constant }: FieldTests, place: string, tests: readonly string[]): Step[][] {
  const step = (text: string): Step => ({ text, slot, splits: false });
  if (constant !== null) return [[step(`${place} is`), step(`${place} is ${constant}`)]];
  return tests.length === 0 ? [] : [[step(`${place}: ${tests.join('&')}`)]];
}
