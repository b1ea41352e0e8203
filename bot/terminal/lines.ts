import { createInterface, type Interface } from 'node:readline';

/** Lines of an input, one at a time, as they are asked for. */
export class Lines {
  readonly #reader: Interface;
  readonly #ready: string[] = [];
  #waiting: ((line: string | null) => void) | null = null;
  #ended = false;

  constructor(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream | null,
    complete: (line: string) => readonly string[],
  ) {
    const terminal =
      output === null
        ? {}
        : {
            output,
            terminal: true,
            completer: (line: string): [string[], string] => [[...complete(line)], line],
          };
    this.#reader = createInterface({ input, ...terminal });
    this.#reader.on('line', (line) => this.#take(line));
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#waiting?.(null);
      this.#waiting = null;
    });
  }

  /** The next line, or null when there will be none. */
  next(prompt: string): Promise<string | null> {
    const line = this.#ready.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.resolve(null);
    this.#reader.setPrompt(prompt);
    if (this.#reader.terminal) this.#reader.prompt();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Shows the prompt, and what was typed so far, again. */
  prompt(): void {
    if (this.#reader.terminal && this.#waiting !== null) this.#reader.prompt(true);
  }

  close(): void {
    this.#reader.close();
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#ready.push(line);
    else waiting(line);
  }
}
