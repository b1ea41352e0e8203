import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Low, type Adapter } from 'lowdb';
import { errorCode, reason, syncFolder, writeDurably } from './files.ts';

/** The journal folded up to an entry. */
export interface Snapshot<T> {
  /** The journal's number of the last entry that is in it. */
  readonly number: number;
  readonly value: T;
}

export interface SnapshotOptions {
  /** Told in a sentence why a snapshot was passed over. Nothing is lost by it: the journal has it all. */
  readonly onProblem?: (sentence: string) => void;
  /** The journal's last entry. A snapshot of later ones is passed over: it belongs to a journal that was cut since. */
  readonly through?: number;
}

/**
 * Keeps the newest snapshot in `snapshot.json` and the one before it in `snapshot.previous.json`, through lowdb.
 *
 * It only saves time: opening the journal from the start gives the same state. So a snapshot that is not whole is not an
 * error; the one before it is taken, or none.
 */
export class SnapshotStore<T> {
  readonly #db: Low<Snapshot<T> | null>;

  private constructor(db: Low<Snapshot<T> | null>) {
    this.#db = db;
  }

  /** Reads what is there. Rejects only when the folder cannot be read at all. */
  static async open<T>(folder: string, options: SnapshotOptions = {}): Promise<SnapshotStore<T>> {
    const db = new Low<Snapshot<T> | null>(await DurableFile.open<Snapshot<T>>(folder, options), null);
    await db.read();
    return new SnapshotStore(db);
  }

  /** The newest snapshot that was saved or found; null: begin with the journal's first entry. */
  load(): Snapshot<T> | null {
    return this.#db.data;
  }

  /**
   * Saves the value as it is now. Saves that arrive while one is under way become one, the newest. Rejects when the disk
   * refuses; what was saved before is still there then.
   */
  async save(number: number, value: T): Promise<void> {
    this.#db.data = { number, value };
    await this.#db.write();
  }
}

const newestName = 'snapshot.json';
const previousName = 'snapshot.previous.json';

/**
 * A lowdb adapter for one JSON document that survives a power cut. lowdb's own `JSONFile` neither flushes nor checks, and
 * writes to a temporary file of a fixed name.
 */
class DurableFile<T extends { readonly number: number }> implements Adapter<T | null> {
  readonly #folder: string;
  readonly #onProblem: (sentence: string) => void;
  readonly #through: number;
  /** Whether `snapshot.json` is whole, and so deserves to become the previous one. */
  #hasNewest = false;
  #waiting: { text: string; written: Promise<void> } | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, options: SnapshotOptions) {
    this.#folder = folder;
    this.#onProblem = options.onProblem ?? (() => {});
    this.#through = options.through ?? Infinity;
  }

  static async open<T extends { readonly number: number }>(
    folder: string,
    options: SnapshotOptions,
  ): Promise<DurableFile<T>> {
    const leftovers = (await readdir(folder)).filter(
      (name) => name.startsWith(newestName) && name.endsWith('.tmp'),
    );
    for (const name of leftovers) await rm(join(folder, name), { force: true });
    return new DurableFile<T>(folder, options);
  }

  async read(): Promise<T | null> {
    const newest = await this.#whole(newestName);
    this.#hasNewest = newest !== null;
    return newest ?? (await this.#whole(previousName));
  }

  // lowdb calls this before `save` has returned to its caller, so the text is the value of that moment.
  write(data: T | null): Promise<void> {
    const text = encoded(data);
    if (this.#waiting) {
      this.#waiting.text = text;
      return this.#waiting.written;
    }
    const before = this.#writing;
    const waiting = { text, written: before };
    this.#waiting = waiting;
    waiting.written = this.#writeAfter(before, waiting);
    // The next save must not fail because this one did; whoever saved hears of it.
    this.#writing = waiting.written.catch(() => {});
    return waiting.written;
  }

  async #writeAfter(before: Promise<void>, waiting: { readonly text: string }): Promise<void> {
    await before;
    this.#waiting = null;
    await this.#replace(waiting.text);
  }

  /** A crash between the two renames leaves the previous one alone, and reading takes that. */
  async #replace(text: string): Promise<void> {
    const newest = join(this.#folder, newestName);
    const temporary = join(this.#folder, `${newestName}.${randomUUID()}.tmp`);
    await writeDurably(temporary, text);
    if (this.#hasNewest) await rename(newest, join(this.#folder, previousName));
    this.#hasNewest = false;
    await rename(temporary, newest);
    this.#hasNewest = true;
    await syncFolder(this.#folder);
  }

  async #whole(name: string): Promise<T | null> {
    try {
      const found = decoded(await readFile(join(this.#folder, name), 'utf8')) as T;
      if (found.number <= this.#through) return found;
      this.#onProblem(
        `${name} is of entry ${found.number} and the journal ends with ${this.#through}; it is passed over`,
      );
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        this.#onProblem(`${name} is not whole (${reason(error)}); the journal rebuilds what it held`);
      }
    }
    return null;
  }
}

const head = /^\{"crc32":"([0-9a-f]{8})","snapshot":/;
const tail = '}\n';

/** Compact JSON that carries the checksum of what it holds. */
function encoded(data: unknown): string {
  const json = JSON.stringify(data);
  return `{"crc32":"${crc32(json).toString(16).padStart(8, '0')}","snapshot":${json}${tail}`;
}

/** Throws when the text is not what `encoded` has written. */
function decoded(text: string): unknown {
  const begin = head.exec(text);
  if (!begin) throw new Error('it does not begin with a checksum');
  if (!text.endsWith(tail)) throw new Error('it breaks off');
  const json = text.slice(begin[0].length, -tail.length);
  if (crc32(json) !== Number.parseInt(begin[1] ?? '', 16)) throw new Error('its checksum does not match');
  return JSON.parse(json);
}
