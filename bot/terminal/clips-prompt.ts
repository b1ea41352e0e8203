import { openSync, readSync } from 'node:fs';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import type { Repl } from '../../dsl/repl.ts';
import { StandardConsole } from './console.ts';

const BANNER = 'Octopus: rules and commands as in CLIPS 6.30. The tab key completes, (exit) leaves.\n';

/** Longest line that a terminal hands over at once. */
const LINE_MAX = 4096;

/** A CLIPS prompt for somebody at a terminal: lines are edited, with history and completion. */
export class ClipsPrompt extends StandardConsole {
  #reader: Interface | null = null;
  #terminal: number | null = null;

  /** Lines become commands until somebody leaves, by `(exit)` or the end of input. */
  async converse(repl: Repl): Promise<void> {
    const reader = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      completer: (line: string): [string[], string] => {
        const { words, word } = repl.complete(line);
        return [[...words], word];
      },
    });
    this.#reader = reader;
    reader.on('SIGINT', () => {
      reader.write(null, { ctrl: true, name: 'e' });
      reader.write(null, { ctrl: true, name: 'u' });
      repl.abandon();
    });
    repl.begin(BANNER);
    repl.take('');
    if (repl.exitStatus !== null) reader.close();
    for await (const line of reader) {
      // While a command runs, the terminal is as programs expect it: Ctrl-C ends, and lines come whole.
      process.stdin.setRawMode(false);
      repl.take(`${line}\n`);
      if (repl.exitStatus !== null) break;
      if (repl.isAmidCommand) this.prompt('');
    }
    reader.close();
  }

  override prompt(text: string): void {
    this.flush();
    // Before anybody sees that something can be typed.
    process.stdin.setRawMode(true);
    this.#reader?.setPrompt(text);
    this.#reader?.prompt();
  }

  /** A line for a program that asks for one while it runs. */
  override read(): string | null {
    this.flush();
    this.#terminal ??= openSync('/dev/tty', 'r');
    const buffer = Buffer.alloc(LINE_MAX);
    const length = readSync(this.#terminal, buffer);
    return length === 0 ? null : buffer.toString('utf8', 0, length);
  }
}
