import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode, reason, writeDurably } from './files.ts';

/** What carries the jobs: the queue inside the process, or a Redis server. */
export type QueueEngine = 'embedded' | 'redis';

/** Another process works on the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
}

/** What the folder remembers of the installation, in `engine.json`. */
interface Remembered {
  /** Made at the first start: names our keys in a Redis that others use too. */
  readonly installation: string;
  readonly queue: QueueEngine | null;
}

/** The folder is not there and cannot be made. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

/**
 * The folder that one Octopus keeps everything in, and the proof that nobody else does.
 *
 * The lock is SQLite's exclusive lock on the empty file `octopus.lock`: the kernel drops it when the process ends in whatever
 * way, so no lock is ever stale. `octopus.pid.json` only says who holds it. Network file systems without byte-range locks
 * do not keep processes on two machines apart: the folder belongs on a local disk.
 */
export class DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly #lock: DatabaseSync;
  #remembered: Remembered;

  private constructor(path: string, lock: DatabaseSync, remembered: Remembered) {
    this.path = path;
    this.#lock = lock;
    this.#remembered = remembered;
  }

  /** Creates the folder if need be and takes it. Rejects with `DataFolderInUse` or `DataFolderUnusable`. */
  static async open(path: string): Promise<DataFolder> {
    const folder = resolve(path);
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new DataFolderUnusable(
        `the data folder ${folder} cannot be used (${why}). Name another one by --data.`,
      );
    });
    const lock = await locked(folder);
    try {
      await writeFile(
        join(folder, ownerName),
        `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`,
      );
      return new DataFolder(folder, lock, await recalled(folder));
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** The same for every start on this folder, and for no other folder. */
  get installation(): string {
    return this.#remembered.installation;
  }

  /** Remembers what carries the jobs from now on, and resolves with what did before; null at the first start. */
  async useQueue(engine: QueueEngine): Promise<QueueEngine | null> {
    const before = this.#remembered.queue;
    if (before !== engine) {
      this.#remembered = { ...this.#remembered, queue: engine };
      await remember(this.path, this.#remembered);
    }
    return before;
  }

  /** Lets others have it. */
  close(): void {
    if (this.#lock.isOpen) this.#lock.close();
  }
}

const lockName = 'octopus.lock';
const ownerName = 'octopus.pid.json';
const engineName = 'engine.json';
/** SQLITE_BUSY: the lock is taken. */
const busy = 5;

async function locked(folder: string): Promise<DatabaseSync> {
  const lock = new DatabaseSync(join(folder, lockName));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DataFolderInUse(await inUse(folder));
    throw new Error(`${join(folder, lockName)} could not be locked (${reason(error)})`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === busy;
}

async function inUse(folder: string): Promise<string> {
  const owner = await readFile(join(folder, ownerName), 'utf8').catch(() => '');
  const said = /^\{"pid":(\d+),"since":"([^"]+)"\}/.exec(owner);
  const who = said ? `process ${said[1]}, since ${said[2]}` : 'another process';
  return `the data folder ${folder} is in use by ${who}. Stop it first, or name another folder with --data.`;
}

async function recalled(folder: string): Promise<Remembered> {
  const path = join(folder, engineName);
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isRemembered(found)) return found;
    throw new Error('it holds something else');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      throw new Error(
        `${path} is not readable (${reason(error)}). Delete it: the queue is made again from the journal.`,
        { cause: error },
      );
    }
  }
  const first: Remembered = { installation: randomUUID(), queue: null };
  await remember(folder, first);
  return first;
}

async function remember(folder: string, what: Remembered): Promise<void> {
  const temporary = join(folder, `${engineName}.tmp`);
  await writeDurably(temporary, `${JSON.stringify(what)}\n`);
  await rename(temporary, join(folder, engineName));
}

function isRemembered(value: unknown): value is Remembered {
  return (
    typeof value === 'object' &&
    value !== null &&
    'installation' in value &&
    typeof value.installation === 'string' &&
    'queue' in value &&
    (value.queue === null || value.queue === 'embedded' || value.queue === 'redis')
  );
}
