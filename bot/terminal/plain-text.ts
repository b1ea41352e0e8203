import { unreachable } from '../../policies/model.ts';
import type { Block, Card, Span } from '../surface.ts';

/** Columns of a terminal that we count on. */
const COLUMNS = 80;
const INDENT = '  ';
const GAP = '  ';
/** Columns of a table are not made narrower than this. */
const COLUMN_MIN = 7;

const MARKS = { done: '✓', now: '▶', next: '·', failed: '✗' } as const;

/** A card as text for terminals, with instants in a time zone (an IANA name). No control characters but line breaks. */
export function plainText(card: Card, zone: string, columns = COLUMNS): string {
  const width = Math.max(24, columns - INDENT.length);
  const lines = card.blocks.flatMap((block, index) => [
    ...(isApart(card.blocks[index - 1], block) ? [''] : []),
    ...blockLines(block, zone, width),
  ]);
  return [
    ...wrapped(visible(card.title), columns),
    ...lines.map((line) => `${INDENT}${line}`.trimEnd()),
  ].join('\n');
}

/** Whether an empty line belongs between two blocks: where a new thought begins behind something drawn. */
function isApart(before: Block | undefined, block: Block): boolean {
  if (before === undefined || before.kind === 'text' || before.kind === 'note') return false;
  return block.kind === 'text' || block.kind === 'table';
}

function blockLines(block: Block, zone: string, width: number): readonly string[] {
  switch (block.kind) {
    case 'text':
    case 'note':
      return wrapped(visible(block.text), width);
    case 'code':
      return visible(block.text)
        .split('\n')
        .map((line) => `${INDENT}${line}`);
    case 'fields':
      return fieldLines(
        block.fields.map(([name, value]) => [name, shown(value, zone)]),
        width,
      );
    case 'table':
      return tableLines(
        [block.head, ...block.rows.map((row) => row.map((cell) => shown(cell, zone)))],
        width,
      );
    case 'steps':
      return block.steps.flatMap(({ label, state }) => hanging(`${MARKS[state]} `, visible(label), width));
    case 'buttons':
      return wrapped(
        block.buttons.map(({ label }) => `[${label.replaceAll(' ', NO_BREAK)}]`).join(`${NO_BREAK} `),
        width,
      ).map((line) => line.replaceAll(NO_BREAK, ' ').trimEnd());
    default:
      return unreachable(block);
  }
}

/** Holds the words of one button together while lines are broken. */
const NO_BREAK = '\u{A0}';

function fieldLines(fields: readonly (readonly [string, string])[], width: number): readonly string[] {
  const nameWidth = Math.max(...fields.map(([name]) => columnsOf(name)));
  return fields.flatMap(([name, value]) => hanging(padded(name, nameWidth) + GAP, visible(value), width));
}

function tableLines(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell)));
  const count = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => columnsOf(row[column] ?? ''))),
  );
  while (widths.reduce((sum, one) => sum + one, GAP.length * (count - 1)) > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= COLUMN_MIN) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return cells.flatMap((row) => rowLines(row, widths));
}

/** One row; a cell that does not fit its column goes on in the line below. */
function rowLines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const columns = widths.map((width, column) => wrapped(row[column] ?? '', width));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, column) => padded(lines[line] ?? '', widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Text behind a lead, with further lines under its beginning. */
function hanging(lead: string, text: string, width: number): readonly string[] {
  const indent = ' '.repeat(columnsOf(lead));
  return wrapped(text, Math.max(COLUMN_MIN, width - indent.length)).map(
    (line, index) => (index === 0 ? lead : indent) + line,
  );
}

/** Lines of at most so many columns, broken between words, or within one that is too long. */
function wrapped(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => brokenLine(line, width));
}

function brokenLine(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    let rest = word;
    if (current !== '' && columnsOf(current) + 1 + columnsOf(rest) > width) {
      lines.push(current);
      current = '';
    }
    while (columnsOf(rest) > width) {
      const head = fitting(rest, width);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    current = current === '' ? rest : `${current} ${rest}`;
  }
  lines.push(current);
  return lines;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /\p{Extended_Pictographic}|[\u{1100}-\u{115F}\u{2E80}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FF00}-\u{FF60}]/u;

/** The columns that a text takes: characters as people count them, pictures and East Asian ones twice. */
export function columnsOf(text: string): number {
  if (/^[ -~\u{A0}-\u{FF}]*$/u.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** The beginning of a text that takes so many columns at most; one character at least. */
function fitting(text: string, width: number): string {
  let head = '';
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) {
    columns += WIDE.test(segment) ? 2 : 1;
    if (columns > width && head !== '') break;
    head += segment;
  }
  return head;
}

/** What a text may do to a terminal it does not do here: no escape sequences, no marks that turn the direction. */
function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/[^\P{Cc}\n]|[\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu, '\u{FFFD}');
}

function shown(span: Span, zone: string): string {
  return typeof span === 'string' ? span : instantInZone(span.instant, zone);
}

/** `Tue 1 Dec 2026, 14:00 CET`; a zone that nobody knows is read as UTC. */
export function instantInZone(instant: number, zone: string): string {
  const timeZone = isZone(zone) ? zone : 'UTC';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const parts = Object.fromEntries(
    format.formatToParts(instant * 1000).map(({ type, value }) => [type, value]),
  );
  const { weekday, day, month, year, hour, minute, timeZoneName } = parts;
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute} ${timeZoneName}`;
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en-GB', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
