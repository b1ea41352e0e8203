import { describe, expect, test } from '@jest/globals';
import * as vendor from 'adaptivecards';
import fc from 'fast-check';
import { RateMeter } from '../../bot/playground/teams/limits.ts';
import { problemsOf } from '../../bot/playground/teams/validate.ts';
import type { Block, Button, DrawnCard, Field, Form, Press, Span } from '../../bot/surface.ts';
import { adaptiveCard, CARD_BYTES_MAX } from '../../bot/teams/cards.ts';
import { filledForm, formCard } from '../../bot/teams/forms.ts';
import { aligned, escaped, instantText } from '../../bot/teams/markdown.ts';
import { SendBudget } from '../../bot/teams/pace.ts';
import { pressToken } from '../../bot/token.ts';

type Json = Readonly<Record<string, unknown>>;

function parts(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(parts);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(parts)];
}

const ofType = (card: unknown, type: string) => parts(card).filter((part) => part['type'] === type);
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value), 'utf8');
const drawn = (...blocks: Block[]): DrawnCard => ({
  title: 'build-box',
  summary: 'build-box is running',
  tone: 'good',
  nonce: 'n1',
  blocks,
});

// Any text at all, now and then a very long one.
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{{DATE(2026-01-01T00:00:00Z,SHORT)}}',
      '**x** _y_ [a](b)',
      '',
      '\n\n',
      '`',
      '\\',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 30_000 }).map((length) => '🐙 `x`\n'.repeat(length / 6)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30_000 }).map((length) => 'é'.repeat(length)) },
);
const span: fc.Arbitrary<Span> = fc.oneof(text, fc.record({ instant: fc.integer() }));
const press: fc.Arbitrary<Press> = fc.record({ text: fc.string({ minLength: 1, maxLength: 1_200 }) });
const button: fc.Arbitrary<Button> = fc.record(
  { label: text, style: fc.constantFrom('plain', 'primary', 'danger'), sends: press, confirm: text },
  { requiredKeys: ['label', 'style', 'sends'] },
);
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text', 'note', 'code'), text }),
  fc.record({ kind: fc.constant('fields' as const), fields: fc.array(fc.tuple(text, span)) }),
  fc.record({
    kind: fc.constant('table' as const),
    head: fc.array(text, { maxLength: 6 }),
    rows: fc.array(fc.array(span)),
  }),
  fc.record({
    kind: fc.constant('steps' as const),
    steps: fc.array(fc.record({ label: text, state: fc.constantFrom('done', 'now', 'next', 'failed') })),
  }),
  fc.record({ kind: fc.constant('buttons' as const), buttons: fc.array(button, { maxLength: 12 }) }),
);
const card: fc.Arbitrary<DrawnCard> = fc.record({
  title: text,
  summary: text,
  tone: fc.constantFrom('plain', 'good', 'warning', 'bad'),
  nonce: fc.uuid(),
  blocks: fc.array(block, { maxLength: 12 }),
});
const field: fc.Arbitrary<Field> = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 12 }),
    label: text,
    hint: text,
    value: text,
    optional: fc.boolean(),
    choices: fc.array(fc.record({ value: fc.string(), label: fc.string() }), { maxLength: 20 }),
  },
  { requiredKeys: ['id', 'label', 'optional'] },
);

describe('a card as Teams draws it', () => {
  // Whatever a view makes, Teams shows: nothing that it refuses, and never more than it takes.
  test('every card is valid, fits, and says so when it was cut', () => {
    fc.assert(
      fc.property(card, (any) => {
        const payload = adaptiveCard(any);
        expect(problemsOf(payload)).toEqual([]);
        expect(bytes(payload)).toBeLessThanOrEqual(CARD_BYTES_MAX);
      }),
    );
  });

  // Our validator is ours; the vendor's renderer has an opinion of its own.
  test('the renderer of Adaptive Cards finds nothing to complain about', () => {
    fc.assert(fc.property(card, (any) => expect(complaints(adaptiveCard(any))).toEqual([])));
    expect(complaints({ type: 'AdaptiveCard', version: '1.5', body: [{ type: 'Sparkline' }] })).toHaveLength(
      1,
    );
  });

  // A card is cut only when it has to be, and what it can say is never turned into a date or into emphasis.
  test('short plain lines come through to the letter', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{1,40}$/), { minLength: 1, maxLength: 20 }), (all) => {
        const shown = all.filter((line) => line.trim() !== '');
        const payload = adaptiveCard(drawn({ kind: 'text', text: all.join('\n') }));
        const texts = ofType(payload, 'TextBlock').slice(1);
        expect(texts.map(({ text: line }) => plain(String(line)))).toEqual(shown);
        expect(JSON.stringify(payload)).not.toMatch(/\{\{(?:DATE|TIME)\(/);
      }),
    );
  });

  test('buttons carry their press, have a fallback, and stand in rows of six', () => {
    const sends = { text: 'renew build-box 1w' };
    const buttons = Array.from({ length: 8 }, () => ({ label: 'Renew', style: 'primary' as const, sends }));
    const payload = adaptiveCard(drawn({ kind: 'buttons', buttons }));
    expect(ofType(payload, 'ActionSet').map(({ actions }) => (actions as unknown[]).length)).toEqual([6, 2]);
    const data = { token: pressToken(sends, 'n1') };
    expect(ofType(payload, 'Action.Execute')[0]).toEqual({
      type: 'Action.Execute',
      title: 'Renew',
      verb: 'press',
      data,
      style: 'positive',
      fallback: { type: 'Action.Submit', title: 'Renew', data },
    });
  });

  test('a button that destroys opens a card that says what is lost, and the real button is in there', () => {
    const sends = { text: 'delete build-box' };
    const confirm = 'The disk goes with it.';
    const payload = adaptiveCard(
      drawn({ kind: 'buttons', buttons: [{ label: 'Delete', style: 'danger', sends, confirm }] }),
    );
    const [show] = ofType(payload, 'Action.ShowCard');
    expect(show).toMatchObject({ title: 'Delete', style: 'destructive' });
    expect(ofType(show, 'TextBlock')[0]).toMatchObject({ text: confirm });
    expect(ofType(payload, 'Action.Execute')).toEqual(ofType(show, 'Action.Execute'));
    expect(ofType(show, 'Action.Execute')[0]).toMatchObject({ title: 'Yes, delete' });
  });

  test('a long text never costs the buttons', () => {
    const sends = { text: 'renew' };
    const payload = adaptiveCard(
      drawn(
        { kind: 'code', text: 'x\n'.repeat(50_000) },
        { kind: 'buttons', buttons: [{ label: 'Renew', style: 'plain', sends }] },
      ),
    );
    expect(ofType(payload, 'Action.Execute')).toHaveLength(1);
    expect(JSON.stringify(payload)).toContain('does not fit');
    expect(bytes(payload)).toBeGreaterThan(CARD_BYTES_MAX * 0.9);
  });

  test('carets stay under what they point at, and a single space stays one that can be copied', () => {
    const payload = adaptiveCard(
      drawn({ kind: 'code', text: '(holdr ?who)\n ^^^^^\n\nssh ubuntu@10.0.0.7' }),
    );
    const texts = ofType(payload, 'TextBlock').slice(1);
    expect(texts.map(({ text: line }) => line)).toEqual([
      '(holdr ?who)',
      '\u00a0^^^^^',
      '\u00a0',
      'ssh ubuntu@10.0.0.7',
    ]);
    expect(texts.every(({ fontType }) => fontType === 'Monospace')).toBe(true);
  });

  test.each([
    { line: '1. first', shown: String.raw`1\. first` },
    { line: '10.0.0.5', shown: '10.0.0.5' },
    { line: '- item', shown: String.raw`\- item` },
    { line: 'build_box *', shown: String.raw`build\_box \*` },
    { line: '[a](b)', shown: String.raw`\[a\](b)` },
    { line: '{{TIME(x)}}', shown: String.raw`{\{TIME(x)}}` },
  ])('$line is written $shown', ({ line, shown }) => {
    expect(escaped(line)).toBe(shown);
  });

  test('runs of spaces in code keep their width', () => {
    expect(aligned('a  b   c d')).toBe('a\u00a0\u00a0b\u00a0\u00a0\u00a0c d');
  });

  test.each([
    { instant: 1_795_000_000, shown: '{{DATE(2026-11-18T11:06:40Z,SHORT)}} {{TIME(2026-11-18T11:06:40Z)}}' },
    { instant: 1e15, shown: 'never' },
    { instant: -1e14, shown: 'never' },
  ])('the instant $instant is $shown', ({ instant, shown }) => {
    expect(instantText(instant)).toBe(shown);
  });
});

describe('a form as Teams draws it', () => {
  test('every form is valid', () => {
    const form: fc.Arbitrary<Form> = fc.record({
      title: text,
      token: fc.string(),
      submit: text,
      fields: fc.uniqueArray(field, { selector: ({ id }) => id, maxLength: 8 }),
    });
    fc.assert(
      fc.property(form, (any) => {
        expect(problemsOf(formCard(any))).toEqual([]);
        expect(complaints(formCard(any))).toEqual([]);
      }),
    );
  });

  // Teams lays the inputs over the button's data. Whatever the fields are called, they come back under their own names.
  test('what is typed comes back, and the form with it', () => {
    const names = fc.uniqueArray(
      fc.oneof(fc.constantFrom('token', 'form', 'round', 'constructor'), fc.string({ minLength: 1 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(names, fc.string(), (ids, typed) => {
        const form: Form = {
          title: 'T',
          token: 'the token',
          submit: 'S',
          fields: ids.map((id) => ({ id, label: 'L', optional: true })),
        };
        const payload = formCard(form, { values: {}, problems: {}, round: 3 });
        const inputs = parts(payload)
          .filter(({ type }) => type === 'Input.Text')
          .map(({ id }) => [String(id), typed] as const);
        const [execute] = ofType(payload, 'Action.Execute');
        const back = filledForm(
          Object.fromEntries([...Object.entries(execute?.['data'] as Json), ...inputs]),
        );
        expect(back?.form).toEqual(form);
        expect(back?.round).toBe(3);
        for (const id of ids) expect(Object.entries(back?.values ?? {})).toContainEqual([id, typed]);
      }),
    );
  });

  test.each([null, 7, 'x', [], {}, { token: 'x' }, { token: 'x', form: {}, round: 0 }])(
    '%p is not a form of ours',
    (data) => {
      expect(filledForm(data)).toBeNull();
    },
  );
});

const body = (...elements: unknown[]) => ({ type: 'AdaptiveCard', version: '1.5', body: elements });

describe('the pace', () => {
  // Whenever messages are wanted, and however late each arrives within the slack, Teams lets them all in.
  test('no message leaves before Teams would take it', () => {
    const gaps = fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.nat(3_000)), fc.nat(140)), { maxLength: 150 });
    fc.assert(
      fc.property(gaps, (wanted) => {
        const budget = new SendBudget();
        const meter = new RateMeter();
        let now = 1_800_000_000_000;
        const arrivals = wanted.map(([gap, lag]) => {
          now += gap;
          return budget.reserve('lab', now) + lag;
        });
        for (const at of arrivals.toSorted((one, other) => one - other))
          expect(meter.admit('lab', at)).toBeNull();
      }),
    );
  });

  test('another conversation does not wait', () => {
    const budget = new SendBudget();
    const moments = Array.from({ length: 20 }, () => budget.reserve('lab', 5_000));
    expect(moments.slice(0, 8)).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 6_150]);
    expect(budget.reserve('other', 5_000)).toBe(5_000);
  });
});

describe('what the loopback refuses', () => {
  test.each([
    { name: 'no card', card: null, problem: 'card: is not an AdaptiveCard' },
    {
      name: 'a newer version',
      card: { type: 'AdaptiveCard', version: '1.6' },
      problem: 'card.version: Teams shows 1.0 to 1.5, not 1.6',
    },
    {
      name: 'an unknown element',
      card: body({ type: 'Sparkline' }),
      problem: 'card.body[0]: unknown type Sparkline',
    },
    {
      name: 'a text block without text',
      card: body({ type: 'TextBlock' }),
      problem: 'card.body[0].text: is missing in TextBlock',
    },
    {
      name: 'an unknown colour',
      card: body({ type: 'TextBlock', text: 'x', color: 'Pink' }),
      problem: 'card.body[0].color: Pink is none of default, dark, light, accent, good, warning, attention',
    },
    {
      name: 'an unknown element deep inside',
      card: body({
        type: 'Container',
        items: [
          {
            type: 'Table',
            rows: [{ type: 'TableRow', cells: [{ type: 'TableCell', items: [{ type: 'X' }] }] }],
          },
        ],
      }),
      problem: 'card.body[0].items[0].rows[0].cells[0].items[0]: unknown type X',
    },
    {
      name: 'an action as an element',
      card: body({ type: 'Action.Execute', title: 'x' }),
      problem: 'card.body[0]: unknown type Action.Execute',
    },
    {
      name: 'a fact without value',
      card: body({ type: 'FactSet', facts: [{ title: 'x' }] }),
      problem: 'card.body[0].facts[0].value: is missing in Fact',
    },
    {
      name: 'two inputs of one name',
      card: body({ type: 'Input.Text', id: 'a' }, { type: 'Input.Text', id: 'a' }),
      problem: 'card.body[1].id: a is used twice',
    },
    {
      name: 'a list that is none',
      card: body({ type: 'ActionSet', actions: {} }),
      problem: 'card.body[0].actions: is not a list',
    },
    {
      name: 'a bad fallback',
      card: body({
        type: 'ActionSet',
        actions: [{ type: 'Action.Execute', title: 'x', fallback: { type: 'X' } }],
      }),
      problem: 'card.body[0].actions[0].fallback: unknown type X',
    },
  ])('$name', ({ card: payload, problem }) => {
    expect(problemsOf(payload)).toEqual([problem]);
  });
});

/** What the vendor's parser says of a card. */
function complaints(payload: unknown): string[] {
  const context = new vendor.SerializationContext();
  const parsed = new vendor.AdaptiveCard();
  parsed.hostConfig = new vendor.HostConfig({ actions: { maxActions: 6 } });
  parsed.parse(payload, context);
  const found = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...found, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

/** Reads the Markdown of a line back: a backslash takes the meaning of what follows. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\\([\\*_[\]`~{\-+#>.)])/g, '$1');
}
