import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { messageContent, viewContent } from '../../bot/playground/slack/web-api.ts';
import { slackMessage } from '../../bot/slack/blocks.ts';
import { Edits } from '../../bot/slack/edits.ts';
import { formValues, modal, problemsByBlock } from '../../bot/slack/modal.ts';
import { cutTo, escaped, fenced, literal, pieces, typedText } from '../../bot/slack/text.ts';
import type { Block, DrawnCard } from '../../bot/surface.ts';
import { readToken } from '../../bot/token.ts';

const plainCard = (blocks: Block[]): DrawnCard => ({
  title: 'T',
  tone: 'plain',
  summary: 'S',
  nonce: 'n',
  blocks,
});
const sections = (blocks: Block[]): string[] =>
  slackMessage(plainCard(blocks)).blocks.flatMap((block) =>
    block.type === 'section' && block.text !== undefined ? [block.text.text] : [],
  );

// Whatever a view puts on a card, Slack takes it: the loopback's validator holds Slack's limits and knows nothing of ours.
describe('any card and any form is taken', () => {
  const nasty = fc.constantFrom(
    '&',
    '<',
    '>',
    '*',
    '_',
    '`',
    '```',
    '\n',
    ' ',
    '😀',
    '|',
    '\u0000',
    'é',
    ':+1:',
  );
  const text = (lengthMax: number) =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.string({ maxLength: 60, unit: fc.oneof(nasty, fc.string({ maxLength: 5 })) }),
      },
      fc
        .tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.nat(lengthMax))
        .map(([word, length]) => word.repeat(Math.ceil(length / word.length))),
      fc.tuple(nasty, fc.nat(lengthMax)).map(([word, count]) => word.repeat(count)),
    );
  const instant = fc.record({ instant: fc.integer({ min: 0, max: 4_102_444_800 }) });
  const span = fc.oneof(text(3000), instant);
  const button = fc.record(
    {
      label: text(200),
      style: fc.constantFrom('plain', 'primary', 'danger'),
      sends: fc.record({
        text: fc.oneof(fc.string({ minLength: 1, maxLength: 50 }), fc.constant('x'.repeat(1900))),
      }),
      confirm: text(800),
    },
    { requiredKeys: ['label', 'style', 'sends'] },
  );
  const block = fc.oneof(
    fc.record({ kind: fc.constantFrom('text', 'note', 'code'), text: text(20_000) }),
    fc.record({
      kind: fc.constant('fields'),
      fields: fc.array(fc.tuple(text(300), span), { maxLength: 25 }),
    }),
    fc.record({
      kind: fc.constant('table'),
      head: fc.array(text(40), { maxLength: 5 }),
      rows: fc.array(fc.array(span, { maxLength: 5 }), { maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant('steps'),
      steps: fc.array(
        fc.record({ label: text(200), state: fc.constantFrom('done', 'now', 'next', 'failed') }),
        {
          maxLength: 12,
        },
      ),
    }),
    fc.record({ kind: fc.constant('buttons'), buttons: fc.array(button, { maxLength: 60 }) }),
  );
  const drawnCard = fc.record({
    title: text(400),
    summary: text(50_000),
    tone: fc.constantFrom('plain', 'good', 'warning', 'bad'),
    nonce: fc.string({ minLength: 1, maxLength: 40 }),
    blocks: fc.array(block, { maxLength: 70 }),
  });

  test('cards', () => {
    fc.assert(
      fc.property(drawnCard, (card) => {
        messageContent({ ...slackMessage(card) });
      }),
      { numRuns: 300 },
    );
  });

  const field = fc.record(
    {
      label: text(3000),
      hint: text(3000),
      value: text(4000),
      optional: fc.boolean(),
      choices: fc.uniqueArray(fc.record({ value: text(90), label: text(200) }), {
        selector: ({ value }) => value,
        maxLength: 130,
      }),
    },
    { requiredKeys: ['label', 'optional'] },
  );
  const form = fc.record({
    title: text(80),
    token: fc.string({ maxLength: 500 }),
    submit: text(60),
    fields: fc
      .array(field, { maxLength: 120 })
      .map((fields) => fields.map((one, place) => ({ id: `field-${place}`, ...one }))),
  });

  test('forms', () => {
    fc.assert(
      fc.property(form, (drawn) => {
        viewContent({
          view: modal(drawn, { channel: 'C1', user: 'U1', responseUrl: 'https://hooks.slack.com/x' }),
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe('a card', () => {
  test('shows texts as they are written', () => {
    expect(sections([{ kind: 'text', text: '*not bold* <@U1> & `x`' }])).toEqual(['*not bold* <@U1> & `x`']);
    expect(sections([{ kind: 'code', text: 'a <b> & ```c```' }])).toEqual([
      '```\na &lt;b&gt; &amp; ``\u200b`c``\u200b`\n```',
    ]);
    expect(literal('build_box is up')).toBe('`build_box is up`');
    expect(literal('a < b')).toBe('a &lt; b');
    expect(fenced('x')).toBe('```\nx\n```');
  });

  test('leaves instants to the reader’s client, in fields and in listings', () => {
    const { blocks } = slackMessage(
      plainCard([{ kind: 'fields', fields: [['Ends', { instant: 1_790_000_000 }]] }]),
    );
    expect(JSON.stringify(blocks)).toContain(
      '*Ends*\\n<!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC>',
    );
    expect(
      sections([
        { kind: 'table', head: ['Name', 'Host', 'Ends'], rows: [['m1', 'hv01', { instant: 1_790_000_000 }]] },
      ]),
    ).toEqual(['*m1* · hv01 · ends <!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC>']);
  });

  test('sets a table without instants in columns', () => {
    expect(
      sections([
        {
          kind: 'table',
          head: ['Host', 'Free'],
          rows: [
            ['hv01', '8 GB'],
            ['höhle-2', '120 GB'],
          ],
        },
      ]),
    ).toEqual(['```\nHost     Free\nhv01     8 GB\nhöhle-2  120 GB\n```']);
  });

  test('keeps every character of a text that is split', () => {
    const long = Array.from({ length: 300 }, (_, line) => `line ${line} of a listing`).join('\n');
    expect(sections([{ kind: 'text', text: long }]).join('\n')).toBe(long);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: 'grapheme' }),
        fc.integer({ min: 12, max: 40 }),
        (text, lengthMax) => {
          const parts = pieces(text, lengthMax, escaped);
          expect(parts.join('').replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
          expect(parts.every((part) => escaped(part).length <= lengthMax && part.isWellFormed())).toBe(true);
        },
      ),
    );
  });

  test('that is too long says that it was cut, and keeps its buttons', () => {
    const { blocks } = slackMessage(
      plainCard([
        ...Array.from({ length: 60 }, (_, place): Block => ({ kind: 'text', text: `paragraph ${place}` })),
        { kind: 'buttons', buttons: [{ label: 'More', style: 'plain', sends: { text: 'more' } }] },
      ]),
    );
    expect(blocks).toHaveLength(50);
    expect(blocks.at(-1)?.type).toBe('actions');
    expect(JSON.stringify(blocks.at(-2))).toContain('the rest was left out');
  });

  test('gives each button what it sends and the drawing’s nonce', () => {
    const { blocks } = slackMessage(
      plainCard([
        {
          kind: 'buttons',
          buttons: [{ label: 'Help', style: 'danger', sends: { text: 'help' }, confirm: 'Sure?' }],
        },
      ]),
    );
    const actions = blocks.find((block) => block.type === 'actions');
    const [element] = actions?.elements ?? [];
    expect(element).toMatchObject({ type: 'button', style: 'danger', confirm: { text: { text: 'Sure?' } } });
    expect(readToken(element?.type === 'button' ? (element.value ?? '') : '')).toEqual({
      press: { text: 'help' },
      nonce: 'n',
    });
  });

  test('says of a sentence too long for a button that it has to be typed', () => {
    const { blocks } = slackMessage(
      plainCard([
        { kind: 'buttons', buttons: [{ label: 'Again', style: 'plain', sends: { text: 'x'.repeat(3000) } }] },
      ]),
    );
    expect(JSON.stringify(blocks)).toContain('“Again” does not fit into a button of Slack: type it.');
  });
});

test.each([
  { sent: '<@UBOT> new 4c', typed: 'new 4c' },
  { sent: '?f &lt;- (lease (id ?l&amp;~x))', typed: '?f <- (lease (id ?l&~x))' },
  { sent: 'ssh <mailto:ann@hv.example|ann@hv.example>', typed: 'ssh ann@hv.example' },
  { sent: 'see <https://example.org/a?b=1&amp;c=2>', typed: 'see https://example.org/a?b=1&c=2' },
  { sent: 'for <@UANN> in <#CLAB|lab> <!here>', typed: 'for @UANN in #lab @here' },
  { sent: '&amp;lt;', typed: '&lt;' },
])('“$sent” was typed as “$typed”', ({ sent, typed }) => {
  expect(typedText(sent, 'UBOT')).toBe(typed);
});

test('a cut never leaves half a character', () => {
  expect(cutTo('ab😀', 3)).toBe('ab…');
  expect(cutTo('ab😀', 4)).toBe('ab😀');
});

test('a form’s values and problems are keyed by field', () => {
  expect(
    formValues({
      name: { value: { value: null } },
      image: { value: { selected_option: { value: 'ubuntu' } } },
    }),
  ).toEqual({ name: '', image: 'ubuntu' });
  expect(
    problemsByBlock({ name: 'Bad.', gone: 'Lost.' }, [
      { type: 'section' },
      { type: 'input', block_id: 'name' },
    ]),
  ).toEqual({ name: 'Bad. Lost.' });
});

describe('edits', () => {
  class Limited extends Error {}
  const pacing = { perMinute: 60_000, burst: 2, sameMessageMs: 5 };

  test('show the last state of every message, in fewer sends than there were states', async () => {
    const sent: [string, number][] = [];
    const edits = new Edits<number>({
      ...pacing,
      wait: () => null,
      send: async (message, state) => {
        await Promise.resolve();
        sent.push([message, state]);
      },
    });
    const asked = Array.from({ length: 200 }, (_, state) => edits.update(`m${state % 4}`, state));
    await Promise.all(asked);
    const last = new Map(sent);
    expect([...last.values()].toSorted((one, other) => one - other)).toEqual([196, 197, 198, 199]);
    expect(sent.length).toBeLessThan(100);
  });

  test('that Slack limits are sent again with what is newest then', async () => {
    const sent: number[] = [];
    let refusals = 2;
    const edits = new Edits<number>({
      ...pacing,
      wait: (error) => (error instanceof Limited ? 0.01 : null),
      send: async (_, state) => {
        await Promise.resolve();
        if (refusals-- > 0) throw new Limited();
        sent.push(state);
      },
    });
    const first = edits.update('m', 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([first, edits.update('m', 2)]);
    expect(sent).toEqual([2]);
  });

  test('that come while Slack is refusing an older one stand for both', async () => {
    const sent: number[] = [];
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const edits = new Edits<number>({
      ...pacing,
      wait: (error) => (error instanceof Limited ? 0.01 : null),
      send: async (_, state) => {
        asked.resolve();
        await go.promise;
        if (state === 1) throw new Limited();
        sent.push(state);
      },
    });
    const older = edits.update('m', 1);
    await asked.promise;
    const newer = edits.update('m', 2);
    go.resolve();
    await Promise.all([older, newer]);
    expect(sent).toEqual([2]);
  });

  test('that Slack refuses reject for whoever asked, and the others go on', async () => {
    const edits = new Edits<number>({
      ...pacing,
      wait: () => null,
      send: (message) =>
        message === 'gone' ? Promise.reject(new Error('message_not_found')) : Promise.resolve(),
    });
    const [gone, fine] = await Promise.allSettled([edits.update('gone', 1), edits.update('fine', 1)]);
    expect([gone.status, fine.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('that wait at the end are sent before it', async () => {
    const sent: number[] = [];
    const edits = new Edits<number>({
      perMinute: 1,
      burst: 1,
      wait: () => null,
      send: (_, state) => Promise.resolve(void sent.push(state)),
    });
    const all = [edits.update('a', 1), edits.update('b', 2), edits.update('c', 3)];
    await edits.stop();
    await Promise.all(all);
    expect(sent).toEqual([1, 2, 3]);
  });
});
