import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lines that are kept. */
export const LINES_MAX = 1_000;

/** Owners only: what somebody typed may hold a secret. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The lines that somebody has typed at a prompt, kept in a file from one session to the next. Where that fails, it is said once. */
export class History {
  readonly #file: string;
  readonly #warn: (sentence: string) => void;
  #isKept = true;
  #last = '';
  /** The newest first. */
  readonly lines: readonly string[];

  constructor(file: string, warn: (sentence: string) => void) {
    this.#file = file;
    this.#warn = warn;
    this.lines = this.#read();
    this.#last = this.lines[0] ?? '';
  }

  /** Keeps a line; an empty one, or the last one again, is nothing new. */
  add(line: string): void {
    if (line.trim() === '' || line === this.#last) return;
    this.#last = line;
    this.#keep(() => appendFileSync(this.#file, `${line}\n`, { mode: FILE_MODE }));
  }

  #read(): readonly string[] {
    let lines: string[] = [];
    this.#keep(() => {
      mkdirSync(dirname(this.#file), { recursive: true, mode: FOLDER_MODE });
      // Opened to be written, so that a file that cannot be is told before anything is typed.
      appendFileSync(this.#file, '', { mode: FILE_MODE });
      chmodSync(this.#file, FILE_MODE);
      const all = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
      lines = all.slice(-LINES_MAX);
      if (all.length > 2 * LINES_MAX) writeFileSync(this.#file, lines.map((line) => `${line}\n`).join(''));
    });
    return lines.toReversed();
  }

  #keep(work: () => void): void {
    if (!this.#isKept) return;
    try {
      work();
    } catch (error) {
      this.#isKept = false;
      this.#warn(
        `lines are not kept for the next time: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
