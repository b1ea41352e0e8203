import process from 'node:process';
import { createInterface, type CompleterResult, type Interface } from 'node:readline';
import type { Worker } from 'node:worker_threads';
import { INTERRUPT, MESSAGES, type FromThread, type ToThread } from './clips-terminal.ts';
import { LINES_MAX, type History } from './history.ts';

/** A launcher passes Ctrl-C on to a process that has heard it too: what comes within so many milliseconds is one press. */
const SAME_PRESS_MS = 200;

/** The press of Ctrl-C that leaves a program which does not stop. */
const LAST_PRESS = 3;

/**
 * The main thread's side of a CLIPS prompt: lines are edited, with history and completion, while a thread runs what they say. Ctrl-C
 * stops what runs, and gives up what was begun where nothing does.
 */
export class ClipsPrompt {
  readonly signals = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #reader: Interface;
  readonly #history: History;
  #thread: Worker | null = null;
  /** Whether the thread waits for a line. */
  #isAsked = false;
  /** It is a program that asks, with `read` or `readline`: what is answered is nobody else's business. */
  #isProgram = false;
  #hasEnded = false;
  /** Lines that were typed before they were asked for. */
  #early: string[] = [];
  #presses = 0;
  #pressedAt = -Infinity;
  #completed: (result: CompleterResult) => void = () => undefined;

  constructor(history: History) {
    this.#history = history;
    this.#reader = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history: [...history.lines],
      historySize: LINES_MAX,
      completer: (line: string, done: (error: Error | null, result: CompleterResult) => void): void => {
        this.#completed = (result) => done(null, result);
        this.#tell({ kind: 'complete', line });
      },
    });
    this.#reader.on('line', (line) => this.#take(line));
    this.#reader.on('SIGINT', () => this.#abandon());
    this.#reader.on('close', () => {
      this.#hasEnded = true;
      if (this.#isAsked) this.#answer({ kind: 'line', text: null });
    });
    process.on('SIGINT', () => this.#interrupt());
    this.#leaveTerminal();
  }

  /** Talks with a thread from here on, until it ends. */
  serve(thread: Worker): void {
    this.#thread = thread;
    thread.on('message', (message: FromThread) => this.#hear(message));
    thread.on('exit', () => this.#reader.close());
  }

  #hear(message: FromThread): void {
    if (message.kind === 'completion') {
      this.#completed([[...message.words], message.word]);
      return;
    }
    this.#isAsked = true;
    this.#isProgram = message.isProgram;
    this.#presses = 0;
    this.#pressedAt = -Infinity;
    const line = this.#early.shift();
    if (line !== undefined) {
      process.stdout.write(`${message.prompt}${line}\n`);
      this.#answer({ kind: 'line', text: `${line}\n` });
    } else if (this.#hasEnded) {
      this.#answer({ kind: 'line', text: null });
    } else if (message.isProgram && Atomics.load(this.signals, INTERRUPT) !== 0) {
      // Ctrl-C came just before the program asked.
      this.#answer({ kind: 'abandon' });
    } else {
      process.stdin.setRawMode(true);
      this.#reader.setPrompt(message.prompt);
      this.#reader.prompt();
    }
  }

  #take(line: string): void {
    if (!this.#isProgram) this.#history.add(line);
    if (this.#isAsked) this.#answer({ kind: 'line', text: `${line}\n` });
    else this.#early.push(line);
  }

  /** Ctrl-C where a line was asked for, or where the key for the line's end has only just come. */
  #abandon(): void {
    if (!this.#isAsked) {
      this.#interrupt();
      return;
    }
    this.#reader.write(null, { ctrl: true, name: 'e' });
    this.#reader.write(null, { ctrl: true, name: 'u' });
    this.#answer({ kind: 'abandon' });
  }

  /** Ctrl-C while something runs. The network stops for nothing before all matches are made, so there is a way out. */
  #interrupt(): void {
    if (this.#isAsked) {
      // The signal was on its way while a line began to be asked for.
      this.#abandon();
      return;
    }
    const now = performance.now();
    if (now - this.#pressedAt < SAME_PRESS_MS) return;
    this.#pressedAt = now;
    this.#presses += 1;
    this.#early = [];
    Atomics.store(this.signals, INTERRUPT, 1);
    if (this.#presses === LAST_PRESS - 1)
      process.stdout.write('\nIt stops when all matches are made; Ctrl-C once more leaves.\n');
    if (this.#presses === LAST_PRESS) void this.#thread?.terminate();
  }

  /** Hands over what was asked for: the thread runs. */
  #answer(message: ToThread): void {
    this.#isAsked = false;
    Atomics.store(this.signals, INTERRUPT, 0);
    this.#leaveTerminal();
    this.#tell(message);
  }

  /** While something runs, the terminal is as programs expect it: Ctrl-C is a signal, and lines come whole. */
  #leaveTerminal(): void {
    if (!this.#hasEnded) this.#reader.pause();
    process.stdin.setRawMode(false);
  }

  #tell(message: ToThread): void {
    this.#thread?.postMessage(message);
    Atomics.add(this.signals, MESSAGES, 1);
    Atomics.notify(this.signals, MESSAGES);
  }
}
