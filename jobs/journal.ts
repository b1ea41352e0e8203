import type { FileHandle } from 'node:fs/promises';
import { reason } from './files.ts';
import {
  createSegment,
  cutTail,
  encoded,
  linesOf,
  openSegment,
  parsed,
  segmentsIn,
  verified,
} from './segment.ts';

export { cutJournal } from './journal-cut.ts';
export { JournalCorrupt } from './segment.ts';

/** An entry as it was appended. */
export interface Entry<T> {
  readonly number: number;
  readonly value: T;
}

/** What an append gives: its number at once, and the moment from which it survives a power cut. */
export interface Appended {
  readonly number: number;
  /** Rejects with `JournalFailed`. Appends that share a flush share the promise. */
  readonly flushed: Promise<void>;
}

export interface JournalOptions {
  /** Told in a sentence what was mended at opening and what broke later; nothing of it is thrown as well. */
  readonly onProblem?: (sentence: string) => void;
  /** Size at which the next batch begins a new file; 16 MiB unless told. */
  readonly segmentBytesMax?: number;
}

/** A write or a flush failed, or the journal was closed. Entries whose `flushed` rejects with it must not be acted upon. */
export class JournalFailed extends Error {
  override readonly name = 'JournalFailed';
}

interface Batch {
  readonly first: number;
  readonly lines: string[];
  readonly flushed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const segmentBytesMaxDefault = 16 * 1024 * 1024;

/**
 * An ordered list of values on disk that only grows, numbered from 1. Everything else Octopus knows is derived from it.
 *
 * Appends that arrive while a flush is under way share the next one (group commit, DeWitt et al. 1984), so many
 * at a time cost little more than one. After a failed write or flush nothing is known of the file's end: the journal is
 * dead from then on, and whoever owns it opens it again and starts from what that reads.
 */
export class Journal<T> {
  readonly #folder: string;
  readonly #onProblem: (sentence: string) => void;
  readonly #segmentBytesMax: number;
  #file: FileHandle;
  #size: number;
  #last: number;
  /** The last entry that is known to be on disk. */
  #flushedThrough: number;
  #waiting: Batch | null = null;
  #writing: Promise<void> | null = null;
  #failure: JournalFailed | null = null;

  private constructor(
    folder: string,
    end: { file: FileHandle; size: number; last: number },
    options: JournalOptions,
  ) {
    this.#folder = folder;
    this.#file = end.file;
    this.#size = end.size;
    this.#last = end.last;
    this.#flushedThrough = end.last;
    this.#onProblem = options.onProblem ?? (() => {});
    this.#segmentBytesMax = options.segmentBytesMax ?? segmentBytesMaxDefault;
  }

  /**
   * Opens the journal of a folder that exists; an empty folder is an empty journal. Every checksum is verified.
   *
   * A last line that a crash cut short was never acknowledged: it is cut off and `onProblem` hears of it. Damage anywhere
   * else rejects with `JournalCorrupt`. The caller holds the lock of the folder: two open journals destroy each other.
   */
  static async open<T>(folder: string, options: JournalOptions = {}): Promise<Journal<T>> {
    const segments = await segmentsIn(folder);
    const newest = segments.at(-1);
    let last = (segments[0]?.first ?? 1) - 1;
    let size = 0;
    for (const segment of segments) {
      const found = await verified(segment, last + 1, { mayBeTorn: segment === newest });
      if (found.tornBytes > 0) {
        await cutTail(segment, found.size);
        options.onProblem?.(
          `${segment.name}: the last ${found.tornBytes} bytes were cut off; a crash had left them half written, and nobody was told that they were kept`,
        );
      }
      ({ last, size } = found);
    }
    const file = newest ? await openSegment(newest) : await createSegment(folder, last + 1);
    return new Journal<T>(folder, { file, size, last }, options);
  }

  /** The number of the newest entry, flushed or not; 0 when there is none. */
  get last(): number {
    return this.#last;
  }

  /** Takes the value as it is now: changing it afterwards changes nothing here. It must be what JSON can carry. */
  append(value: T): Appended {
    if (this.#failure) return { number: this.#last + 1, flushed: rejected(this.#failure) };
    const number = this.#last + 1;
    const line = encoded(number, value);
    this.#last = number;
    this.#waiting ??= newBatch(number);
    this.#waiting.lines.push(line);
    const { flushed } = this.#waiting;
    this.#writing ??= this.#writeBatches();
    return { number, flushed };
  }

  /** Entries from this number on, oldest first, as far as they were flushed when reading began. Rejects with `JournalCorrupt`. */
  async *read(from: number): AsyncGenerator<Entry<T>, void, void> {
    const through = this.#flushedThrough;
    const segments = await segmentsIn(this.#folder);
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1]?.first ?? Infinity;
      if (next <= from || segment.first > through) continue;
      for await (const lines of linesOf(segment)) {
        for (const line of lines) {
          // Counted, not read: behind the last flushed line one may be half written just now.
          if (segment.first + line.place - 1 > through) return;
          const entry = parsed(line, segment) as Entry<T>;
          if (entry.number >= from) yield entry;
        }
      }
    }
  }

  /** Waits for what was appended to be flushed, and lets go of the file. Later appends are refused. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) return;
    this.#failure = new JournalFailed('the journal is closed');
    await this.#file.close();
  }

  /** Writes batch after batch until none waits. Never rejects: each batch tells its own appenders. */
  async #writeBatches(): Promise<void> {
    // Appends of the same turn of the event loop go into the first batch together.
    await Promise.resolve();
    let batch = this.#takeBatch();
    while (batch) {
      try {
        await this.#write(batch);
        this.#flushedThrough = batch.first + batch.lines.length - 1;
        batch.resolve();
      } catch (error) {
        await this.#die(error, batch);
        return;
      }
      batch = this.#takeBatch();
    }
  }

  // Invariant: `#writing` is cleared in the same turn in which no batch was found, or an append in between is never written.
  #takeBatch(): Batch | null {
    const batch = this.#waiting;
    this.#waiting = null;
    if (!batch) this.#writing = null;
    return batch;
  }

  async #write(batch: Batch): Promise<void> {
    if (this.#size >= this.#segmentBytesMax) {
      const next = await createSegment(this.#folder, batch.first);
      const full = this.#file;
      this.#file = next;
      this.#size = 0;
      await full.close();
    }
    const bytes = Buffer.from(batch.lines.join(''));
    await this.#file.appendFile(bytes);
    await this.#file.datasync();
    this.#size += bytes.length;
  }

  /**
   * After a failed flush the kernel may take pages for written that are not (Rebello et al., "Can applications recover from
   * fsync failures?", 2020). So the file is cut back to what is certain: nobody will read an entry whose appender heard "failed".
   */
  async #die(error: unknown, batch: Batch): Promise<void> {
    const sentence = `the journal could not be written (${reason(error)}); nothing is taken until it is opened again`;
    const failure = new JournalFailed(sentence, { cause: error });
    this.#failure = failure;
    try {
      await this.#file.truncate(this.#size);
      await this.#file.sync();
    } catch (cutting) {
      this.#onProblem(
        `the journal's end could not be cut back either (${reason(cutting)}): it may hold entries that nobody was told of`,
      );
    }
    try {
      await this.#file.close();
    } catch (closing) {
      this.#onProblem(`the journal's file could not be closed (${reason(closing)})`);
    }
    this.#onProblem(sentence);
    const waiting = this.#takeBatch();
    this.#writing = null;
    batch.reject(failure);
    waiting?.reject(failure);
  }
}

function newBatch(first: number): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Most appenders of a batch never look at the promise; a failure is told to `onProblem` and to whoever does.
  promise.catch(() => {});
  return { first, lines: [], flushed: promise, resolve, reject };
}

function rejected(failure: JournalFailed): Promise<never> {
  const promise = Promise.reject(failure);
  promise.catch(() => {});
  return promise;
}
