import { createReadStream } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from './files.ts';

// One file of the journal: its name, its lines, and what a damaged one looks like.
// A line is `<crc32 of the JSON, 8 hex digits> {"number":17,"value":…}\n`.

/** One file of the journal; `first` is the number of its first entry, told by its name. */
export interface Segment {
  readonly path: string;
  readonly name: string;
  readonly first: number;
}

/** A line as it lies in the file, newline taken off. */
export interface Line {
  readonly bytes: Buffer;
  /** Counted from 1. */
  readonly place: number;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  readonly hasNewline: boolean;
}

/** Damage that no crash explains. The message names file and line, and says what an operator can do. */
export class JournalCorrupt extends Error {
  override readonly name = 'JournalCorrupt';
  /** The entry that is missing or damaged: everything before it is good. */
  readonly number: number;
  constructor(segment: Segment, place: number, number: number, what: string) {
    super(
      `${segment.path}:${place}: ${what}. Restore the file from a backup, or go on without entry ${number} and all later ones: ` +
        `"octopus journal cut --before ${number}" moves them to *.cut files and deletes nothing.`,
    );
    this.number = number;
  }
}

const pattern = /^journal-(\d{10,})\.log$/;
const crcDigits = 8;
/** Where the JSON begins: behind the checksum and a space. */
const jsonAt = crcDigits + 1;
const newline = 0x0a;

/** The journal's files in a folder, oldest first. */
export async function segmentsIn(folder: string): Promise<readonly Segment[]> {
  const names = await readdir(folder);
  return names
    .map((name) => ({ name, path: join(folder, name), first: Number(pattern.exec(name)?.[1]) }))
    .filter((segment) => !Number.isNaN(segment.first))
    .toSorted((a, b) => a.first - b.first);
}

/** The line of an entry. Throws a TypeError for what JSON cannot carry. */
export function encoded(number: number, value: unknown): string {
  if (value === undefined) throw new TypeError('the journal cannot keep undefined');
  const json = JSON.stringify({ number, value });
  return `${crc32(json).toString(16).padStart(crcDigits, '0')} ${json}\n`;
}

/** Creates the file whose first entry has this number. Its name is on disk when this resolves. */
export async function createSegment(folder: string, first: number): Promise<FileHandle> {
  const file = await open(join(folder, `journal-${String(first).padStart(10, '0')}.log`), 'ax');
  await syncFolder(folder);
  return file;
}

/** Opens a file to append to it. */
export function openSegment(segment: Segment): Promise<FileHandle> {
  return open(segment.path, 'a');
}

/** Shortens a file to its good part. */
export async function cutTail(segment: Segment, size: number): Promise<void> {
  const file = await open(segment.path, 'r+');
  try {
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The lines of a file, some hundred at a time, so a file of any size is read in little memory. */
export async function* linesOf(segment: Segment): AsyncGenerator<readonly Line[], void, void> {
  let place = 1;
  let offset = 0;
  let begun: Buffer[] = [];
  const line = (bytes: Buffer, hasNewline: boolean): Line => {
    const whole = begun.length === 0 ? bytes : Buffer.concat([...begun, bytes]);
    begun = [];
    const found = { bytes: whole, place, offset, hasNewline };
    place += 1;
    offset += whole.length + 1;
    return found;
  };
  for await (const chunk of createReadStream(segment.path, {
    highWaterMark: 256 * 1024,
  }) as AsyncIterable<Buffer>) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      lines.push(line(chunk.subarray(from, end), true));
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (begun.length > 0) yield [line(Buffer.alloc(0), false)];
}

/** The entry of a line. Throws `JournalCorrupt`. */
export function parsed(line: Line, segment: Segment): { number: number; value: unknown } {
  const damage = damageOf(line);
  if (damage) throw new JournalCorrupt(segment, line.place, segment.first + line.place - 1, damage);
  return JSON.parse(line.bytes.toString('utf8', jsonAt)) as { number: number; value: unknown };
}

/** What is wrong with a line, in the middle of a sentence; undefined when it is as it was written. */
export function damageOf(line: Line): string | undefined {
  if (!line.hasNewline) return 'the line breaks off';
  const said = line.bytes.toString('latin1', 0, jsonAt);
  if (!/^[0-9a-f]{8} $/.test(said)) return 'the line does not begin with a checksum';
  const is = crc32(line.bytes.subarray(jsonAt));
  if (is !== Number.parseInt(said, 16)) {
    return `the checksum says ${said.trimEnd()} and the line has ${is.toString(16).padStart(crcDigits, '0')}`;
  }
  return undefined;
}

/** What reading a whole file for damage found. */
export interface Verified {
  /** The number of its last good entry; one less than its first when it has none. */
  readonly last: number;
  /** Bytes of good lines. */
  readonly size: number;
  /** Bytes behind them that a crash left. */
  readonly tornBytes: number;
}

/**
 * Reads a file and verifies every checksum and number. Only the newest file may be torn: what a crash while writing leaves is
 * a last line without its newline, or one with the zeros of a page that never reached the disk. Everything else is
 * `JournalCorrupt`, even in the last line: it may have been acknowledged.
 */
export async function verified(
  segment: Segment,
  first: number,
  { mayBeTorn }: { mayBeTorn: boolean },
): Promise<Verified> {
  if (segment.first !== first) {
    throw new JournalCorrupt(
      segment,
      1,
      first,
      `entries ${first} to ${segment.first - 1} are missing: the file before this one is gone or too short`,
    );
  }
  let last = first - 1;
  let size = 0;
  let fileSize = 0;
  let torn: { line: Line; damage: string } | null = null;
  for await (const lines of linesOf(segment)) {
    for (const line of lines) {
      fileSize = line.offset + line.bytes.length + (line.hasNewline ? 1 : 0);
      const damage: string | undefined = damageOf(line) ?? (torn ? undefined : misnumbered(line, last + 1));
      if (damage === undefined && torn === null) {
        last += 1;
        size = fileSize;
      } else if (mayBeTorn && damage !== undefined && isTorn(line)) {
        torn ??= { line, damage };
      } else {
        throw new JournalCorrupt(
          segment,
          (torn?.line ?? line).place,
          last + 1,
          torn?.damage ?? damage ?? 'a good line stands behind a bad one',
        );
      }
    }
  }
  return { last, size, tornBytes: fileSize - size };
}

function misnumbered(line: Line, expected: number): string | undefined {
  const said = /^\{"number":(\d+),/.exec(line.bytes.toString('latin1', jsonAt, jsonAt + 32))?.[1];
  return said === String(expected)
    ? undefined
    : `entry ${expected} belongs here, and the line says ${said ?? 'no number'}`;
}

function isTorn(line: Line): boolean {
  return !line.hasNewline || line.bytes.includes(0);
}
