import type { types } from '@slack/bolt';
import { unreachable } from '../../policies/model.ts';
import type { Block, Button, DrawnCard, Span } from '../surface.ts';
import { pressToken } from '../token.ts';
import { cutTo, escaped, fenced, instantInUtc, instantMarkup, literal, pieces } from './text.ts';

type SlackBlock = types.KnownBlock;

/** A message's content as `chat.postMessage` takes it: `text` is what notifications show. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** The bounds of Block Kit, in UTF-16 units and pieces; docs.slack.dev/reference/block-kit. */
const BLOCKS_MAX = 50;
const SECTION_MAX = 3000;
const FIELDS_MAX = 10;
const FIELD_MAX = 2000;
const HEADER_MAX = 150;
const BUTTONS_MAX = 25;
const BUTTON_LABEL_MAX = 75;
const CONFIRM_TITLE_MAX = 100;
const CONFIRM_TEXT_MAX = 300;
const SUMMARY_MAX = 1000;
/** All texts of one message together. Slack refuses from about 12,000 on (bolt-js#2509), and does not say how it counts. */
const TEXTS_MAX = 9000;
/** Rows of buttons that are kept when a card has to be cut. */
const BUTTON_ROWS_MAX = 10;

const MARKS = { plain: '', good: '✅ ', warning: '⚠️ ', bad: '⛔ ' } as const;
const TICKS = { done: '✅', now: '⏳', next: '▫️', failed: '❌' } as const;

/**
 * A card in Slack's dialect. Texts are `plain_text` wherever they hold no instant, so nothing in them is markup; what
 * is longer than Slack takes is split over blocks, and what is too much for one message is cut with a note.
 */
export function slackMessage(card: DrawnCard): SlackMessage {
  const title = `${MARKS[card.tone]}${card.title.trim()}`.trim();
  const blocks: SlackBlock[] = [];
  if (title !== '') blocks.push({ type: 'header', text: plain(cutTo(title, HEADER_MAX)) });
  card.blocks.forEach((block, place) => blocks.push(...drawn(block, place, card.nonce)));

  const summary = cutTo(
    [card.summary, card.title, 'Octopus'].find((text) => text.trim() !== '') ?? '',
    SUMMARY_MAX,
  );
  if (blocks.length === 0) blocks.push({ type: 'section', text: plain(summary) });
  return { text: escaped(summary), blocks: withinLimits(blocks) };
}

function drawn(block: Block, place: number, nonce: string): SlackBlock[] {
  switch (block.kind) {
    case 'text':
      return plainSections(block.text);
    case 'note':
      return pieces(block.text, SECTION_MAX, (piece) => piece)
        .filter((piece) => piece.trim() !== '')
        .map(note);
    case 'code':
      return fencedSections(block.text);
    case 'fields':
      return inRowsOf(FIELDS_MAX, block.fields).map((fields) => ({
        type: 'section',
        fields: fields.map(([name, value]) => field(name, value)),
      }));
    case 'table':
      return block.rows.some((row) => row.some((cell) => typeof cell !== 'string'))
        ? listed(block.head, block.rows)
        : fencedSections(columns(block.head, block.rows));
    case 'steps':
      return plainSections(block.steps.map((step) => `${TICKS[step.state]} ${step.label}`).join('\n'));
    case 'buttons':
      return buttonRows(block.buttons, place, nonce);
    default:
      return unreachable(block);
  }
}

function plainSections(text: string): SlackBlock[] {
  return pieces(text, SECTION_MAX, (piece) => piece)
    .filter((piece) => piece.trim() !== '')
    .map((piece) => ({ type: 'section', text: plain(piece) }));
}

function fencedSections(text: string): SlackBlock[] {
  return pieces(text, SECTION_MAX, fenced).map((piece) => ({ type: 'section', text: markup(fenced(piece)) }));
}

function field(name: string, value: Span): types.MrkdwnElement {
  const label = `*${escaped(cutTo(name.replaceAll(/[*_~`]/g, ' '), 100))}*`;
  if (typeof value !== 'string') return markup(`${label}\n${instantMarkup(value.instant)}`);
  const [piece = '', more] = pieces(value, FIELD_MAX - label.length - 2, literal);
  return markup(`${label}\n${literal(piece)}${more === undefined ? '' : '…'}`);
}

/** A table without instants, its columns as wide as their widest cell. */
function columns(head: readonly string[], rows: readonly (readonly Span[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => oneLine(inFixedWidth(cell))));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

function width(text: string): number {
  return /^[\x20-\x7E]*$/.test(text) ? text.length : [...characters.segment(text)].length;
}

/** A table with instants: one line a row, since Slack writes an instant in the reader's zone only outside of code. */
function listed(head: readonly string[], rows: readonly (readonly Span[])[]): SlackBlock[] {
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        if (typeof cell !== 'string')
          return `${literal(oneLine(head[column] ?? '').toLowerCase())} ${instantMarkup(cell.instant)}`;
        const shown = literal(cutTo(oneLine(cell), 300));
        return column === 0 && shown.trim() !== '' && !shown.startsWith('`') ? `*${shown.trim()}*` : shown;
      })
      .filter((cell) => cell !== '')
      .join(' · '),
  );
  return pieces(lines.join('\n'), SECTION_MAX, (piece) => piece)
    .filter((piece) => piece.trim() !== '')
    .map((piece) => ({ type: 'section', text: markup(piece) }));
}

function buttonRows(buttons: readonly Button[], place: number, nonce: string): SlackBlock[] {
  const elements: types.Button[] = [];
  const tooLong: string[] = [];
  buttons.forEach((button, index) => {
    const value = tokenThatFits(button, nonce);
    if (value === null) tooLong.push(button.label);
    else elements.push(element(button, `press-${place}-${index}`, value));
  });
  return [
    ...inRowsOf(BUTTONS_MAX, elements).map((row): SlackBlock => ({ type: 'actions', elements: row })),
    ...tooLong.map((label) =>
      note(cutTo(`“${label}” does not fit into a button of Slack: type it.`, SECTION_MAX)),
    ),
  ];
}

/** Null for a sentence too long for a button. */
function tokenThatFits(button: Button, nonce: string): string | null {
  try {
    return pressToken(button.sends, nonce);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function element(button: Button, action: string, value: string): types.Button {
  const label = cutTo(button.label.trim() === '' ? 'OK' : button.label, BUTTON_LABEL_MAX);
  return {
    type: 'button',
    action_id: action,
    text: plain(label),
    value,
    ...(button.style === 'plain' ? {} : { style: button.style }),
    ...(button.confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(cutTo(label, CONFIRM_TITLE_MAX)),
            text: plain(
              cutTo(button.confirm.trim() === '' ? 'Are you sure?' : button.confirm, CONFIRM_TEXT_MAX),
            ),
            confirm: plain(cutTo(label, 30)),
            deny: plain('Cancel'),
            ...(button.style === 'plain' ? {} : { style: button.style }),
          },
        }),
  };
}

/** Buttons are kept before texts: what can be done counts more than the end of a long listing. */
function withinLimits(blocks: SlackBlock[]): SlackBlock[] {
  const isFine =
    blocks.length <= BLOCKS_MAX && blocks.reduce((sum, block) => sum + textLength(block), 0) <= TEXTS_MAX;
  if (isFine) return blocks;

  const buttons = new Set(blocks.filter((block) => block.type === 'actions').slice(0, BUTTON_ROWS_MAX));
  let room = BLOCKS_MAX - buttons.size - 1;
  let texts = TEXTS_MAX - [...buttons].reduce((sum, block) => sum + textLength(block), 0);
  let isCut = false;
  const kept = blocks.filter((block) => {
    if (block.type === 'actions') return buttons.has(block);
    isCut ||= room === 0 || texts < textLength(block);
    if (isCut) return false;
    room -= 1;
    texts -= textLength(block);
    return true;
  });
  const firstButtons = kept.findIndex((block) => block.type === 'actions');
  kept.splice(
    firstButtons === -1 ? kept.length : firstButtons,
    0,
    note('This is too long for one message of Slack: the rest was left out.'),
  );
  return kept;
}

/** What a block weighs against `TEXTS_MAX`: its texts, and a little for itself. */
function textLength(block: SlackBlock): number {
  let sum = 40;
  JSON.stringify(block, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') sum += value.length;
    return value;
  });
  return sum;
}

function note(text: string): types.ContextBlock {
  return { type: 'context', elements: [plain(text)] };
}

function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** `verbatim`: Slack is not to make links or mentions of its own. */
function markup(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

function inFixedWidth(cell: Span): string {
  return typeof cell === 'string' ? cell : instantInUtc(cell.instant);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function inRowsOf<Item>(countMax: number, items: readonly Item[]): Item[][] {
  const rows: Item[][] = [];
  for (let first = 0; first < items.length; first += countMax)
    rows.push(items.slice(first, first + countMax));
  return rows;
}
