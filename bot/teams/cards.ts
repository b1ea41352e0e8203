import { unreachable } from '../../policies/model.ts';
import type { Block, Button, Card, DrawnCard, Span } from '../surface.ts';
import { pressToken } from '../token.ts';
import { aligned, escaped, instantText } from './markdown.ts';
import { Room, shortened } from './room.ts';

/** An element or action of an Adaptive Card. */
export interface Element {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** Adaptive Cards 1.5 is the newest schema with Universal Actions that every Teams client draws. */
export interface AdaptiveCard extends Element {
  readonly type: 'AdaptiveCard';
  readonly body: readonly Element[];
}

/**
 * Microsoft quotes 28 KB, 40 KB and 100 KB for a bot's message in different places; we keep to the least, less what stands
 * around the card in an activity.
 */
export const CARD_BYTES_MAX = 25 * 1024;

/** Teams shows six buttons in a row and hides further ones behind a menu. */
const BUTTONS_IN_ROW = 6;
/** A longer value than this is none that anybody reads in a table. */
const VALUE_MAX = 1_000;
const CUT = 'The rest does not fit into a Teams message and is left out.';

/** The card as Teams draws it, never larger than Teams takes: what does not fit is cut, and the card says so. */
export function adaptiveCard(card: DrawnCard): AdaptiveCard {
  const room = new Room(CARD_BYTES_MAX);
  room.reserve({ ...frame([]), cut: [note(CUT)] });
  const rows = buttonRows(card, room);
  const body = room.texts(card.title, (title) => heading(title, card.tone));
  let row = 0;
  for (const block of card.blocks) {
    if (block.kind === 'buttons') body.push(...(rows[row] ?? []));
    else body.push(...drawn(block, room));
    if (block.kind === 'buttons') row += 1;
  }
  if (room.wasShort) body.push(note(CUT));
  return frame(body);
}

/** The envelope that every card of ours has. */
export function frame(body: readonly Element[]): AdaptiveCard {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    msteams: { width: 'Full' },
    body,
  };
}

/** The title line, coloured by what it announces. */
export function heading(title: string, tone: Card['tone'], size = 'Large'): Element {
  const color = { plain: 'Default', good: 'Good', warning: 'Warning', bad: 'Attention' }[tone];
  return { type: 'TextBlock', text: escaped(title), size, weight: 'Bolder', wrap: true, color };
}

/** Small print. */
export function note(line: string): Element {
  return { type: 'TextBlock', text: escaped(line), size: 'Small', isSubtle: true, wrap: true };
}

function drawn(block: Exclude<Block, { kind: 'buttons' }>, room: Room): readonly Element[] {
  switch (block.kind) {
    case 'text':
      return room.texts(block.text, (line, apart) => ({
        type: 'TextBlock',
        text: escaped(line),
        wrap: true,
        spacing: apart ? 'Default' : 'None',
      }));
    case 'note':
      return room.texts(block.text, (line, apart) => ({
        ...note(line),
        spacing: apart ? 'Default' : 'None',
      }));
    case 'code':
      return room.texts(blanksKept(block.text), (line, apart) => ({
        type: 'TextBlock',
        text: aligned(line),
        fontType: 'Monospace',
        wrap: true,
        spacing: apart ? 'Small' : 'None',
      }));
    case 'fields':
      return room.list(
        block.fields.map(([name, value]) => ({ title: escaped(name), value: spanText(value) })),
        (facts) => ({ type: 'FactSet', facts }),
      );
    case 'table':
      return table(block, room);
    case 'steps':
      return room.list(block.steps, (steps) => ({
        type: 'Container',
        spacing: 'Small',
        items: steps.map(stepLine),
      }));
    default:
      return unreachable(block);
  }
}

/** Empty lines of code are lines, except around it. */
function blanksKept(code: string): string {
  return code.replaceAll(/^\s*\n|\s+$/g, '').replaceAll(/^[ \t]*$/gm, '\u00a0');
}

const MARKS = {
  done: { mark: '✓', color: 'Good' },
  now: { mark: '▶', color: 'Accent' },
  next: { mark: '○', color: 'Default' },
  failed: { mark: '✗', color: 'Attention' },
} as const;

type Steps = Extract<Block, { kind: 'steps' }>['steps'];

function stepLine({ label, state }: Steps[number]): Element {
  const { mark, color } = MARKS[state];
  const text = `${mark} ${escaped(label)}`;
  return { type: 'TextBlock', text, color, isSubtle: state === 'next', wrap: true, spacing: 'None' };
}

function table({ head, rows }: Extract<Block, { kind: 'table' }>, room: Room): readonly Element[] {
  const width = Math.max(head.length, ...rows.map((row) => row.length));
  if (width === 0) return [];
  const row = (spans: readonly Span[], weight: string): Element => ({
    type: 'TableRow',
    cells: Array.from({ length: width }, (_, column) => cell(spanText(spans[column] ?? ''), weight)),
  });
  return room.list([row(head, 'Bolder'), ...rows.map((spans) => row(spans, 'Default'))], (shown) => ({
    type: 'Table',
    showGridLines: false,
    columns: Array.from({ length: width }, () => ({ width: 1 })),
    rows: shown,
  }));
}

function cell(text: string, weight: string): Element {
  return { type: 'TableCell', items: [{ type: 'TextBlock', text, weight, wrap: true }] };
}

/** A value on one line; an empty one is shown as a dash, since Teams leaves out facts without a value. */
function spanText(span: Span): string {
  if (typeof span !== 'string') return instantText(span.instant);
  const line = span.replaceAll(/\s*\n\s*/g, ' ');
  return line === '' ? '–' : escaped(shortened(line, VALUE_MAX));
}

/**
 * The rows of each `buttons` block. Buttons are what a card is for, so they take their room first. Where many do not fit, the
 * fallbacks for clients of before 2022 go, and then the last buttons.
 */
function buttonRows(card: DrawnCard, room: Room): readonly (readonly Element[])[] {
  const blocks = card.blocks.filter((block) => block.kind === 'buttons');
  const draw = (fallback: boolean) =>
    blocks.map(({ buttons }) => buttons.map((button) => action(button, card.nonce, fallback)));
  const withFallback = draw(true);
  const actions = room.fits(withFallback) ? withFallback : draw(false);
  return actions.map((all) => {
    const sets: Element[] = [];
    for (let first = 0; first < all.length; first += BUTTONS_IN_ROW) {
      const row = all.slice(first, first + BUTTONS_IN_ROW);
      sets.push(...room.list(row, (shown) => ({ type: 'ActionSet', actions: shown })));
    }
    return sets;
  });
}

/** Teams has no confirming dialog: such a button opens a small card that says what will be lost and holds the real one. */
function action(button: Button, nonce: string, fallback: boolean): Element {
  const execute = executeAction(button.label, 'press', { token: pressToken(button.sends, nonce) }, fallback);
  const style = { plain: 'default', primary: 'positive', danger: 'destructive' }[button.style];
  if (button.confirm === undefined) return { ...execute, style };
  return {
    type: 'Action.ShowCard',
    title: labelText(button.label),
    style,
    card: {
      type: 'AdaptiveCard',
      body: [{ type: 'TextBlock', text: escaped(button.confirm), wrap: true, color: 'Attention' }],
      actions: [{ ...execute, title: labelText(`Yes, ${button.label.toLowerCase()}`), style: 'destructive' }],
    },
  };
}

/** A button that is answered in place, with the older kind behind it for clients that do not know this one. */
export function executeAction(
  label: string,
  verb: string,
  data: Readonly<Record<string, unknown>>,
  fallback: boolean,
): Element {
  const title = labelText(label);
  const execute = { type: 'Action.Execute', title, verb, data };
  return fallback ? { ...execute, fallback: { type: 'Action.Submit', title, data } } : execute;
}

function labelText(label: string): string {
  const line = label.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'OK' : line.slice(0, 120);
}
