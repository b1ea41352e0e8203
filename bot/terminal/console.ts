import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { isatty } from 'node:tty';
import type { ConsoleWorld, OpenFile } from '../../dsl/routers.ts';

/** Bytes that wait to be written, and read at once. */
const CHUNK = 1 << 16;
/** How long output may wait for more while a program runs, in milliseconds. */
const WAIT_MS = 200;
const STDIN = 0;
const STDOUT = 1;

/**
 * Standard input and output and the file system for a CLIPS program. A program runs without ever giving control back, so all of
 * this is synchronous; output is gathered, and written before anything is asked for.
 */
export class StandardConsole implements ConsoleWorld {
  readonly #decoder = new TextDecoder();
  /** Somebody sees what is written as it comes. */
  readonly #isWatched = isatty(STDOUT);
  #flushedAt = performance.now();
  #pending = '';
  #input = '';
  #hasEnded = false;

  write(text: string): void {
    this.#pending += text;
    const isDue = this.#isWatched ? text.includes('\n') : performance.now() - this.#flushedAt > WAIT_MS;
    if (isDue || this.#pending.length >= CHUNK) this.flush();
  }

  prompt(text: string): void {
    this.write(text);
  }

  read(): string | null {
    this.flush();
    let end = this.#input.indexOf('\n');
    while (end < 0 && !this.#hasEnded) {
      const seen = this.#input.length;
      this.#input += this.#chunk();
      end = this.#input.indexOf('\n', seen);
    }
    if (this.#input === '') return null;
    const length = end < 0 ? this.#input.length : end + 1;
    const line = this.#input.slice(0, length);
    this.#input = this.#input.slice(length);
    return line;
  }

  open(name: string, mode: 'r' | 'w' | 'a'): OpenFile | null {
    return openFile(name, mode);
  }

  remove(name: string): boolean {
    return succeeds(() => rmSync(name));
  }

  rename(from: string, to: string): boolean {
    return succeeds(() => renameSync(from, to));
  }

  now(): number {
    return performance.now() / 1000;
  }

  /** Writes what waits. A reader that has gone away (`| head`) ends the process, as it ends any other program. */
  flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#flushedAt = performance.now();
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(STDOUT, bytes, at);
      } catch (error) {
        if (codeOf(error) === 'EPIPE') process.exit(0);
        if (codeOf(error) !== 'EAGAIN') throw error;
        pause();
      }
    }
  }

  #chunk(): string {
    const buffer = Buffer.alloc(CHUNK);
    for (;;) {
      try {
        const length = readSync(STDIN, buffer);
        this.#hasEnded = length === 0;
        return this.#decoder.decode(buffer.subarray(0, length), { stream: !this.#hasEnded });
      } catch (error) {
        if (codeOf(error) === 'EOF') {
          this.#hasEnded = true;
          return '';
        }
        if (codeOf(error) !== 'EAGAIN') throw error;
        pause();
      }
    }
  }
}

/** A file of the file system; null when it cannot be opened so. */
export function openFile(name: string, mode: 'r' | 'w' | 'a'): OpenFile | null {
  let file: number;
  try {
    file = openSync(name, mode);
    if (fstatSync(file).isDirectory()) {
      closeSync(file);
      return null;
    }
  } catch {
    return null;
  }
  return {
    read: () => readFileSync(file, 'utf8'),
    write: (text) => void writeSync(file, text),
    close: () => closeSync(file),
  };
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** A pipe that takes or gives nothing just now is tried again in a moment. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
