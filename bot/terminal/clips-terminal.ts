import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Completion } from '../../dsl/completion.ts';
import type { Repl } from '../../dsl/repl.ts';
import { INTERRUPTED, RuleError } from '../../engine/session.ts';
import { StandardConsole } from './console.ts';

// The thread's side of a terminal. A program runs without ever giving control back, so the thread waits for messages where it stands.

/** What the terminal tells the thread. */
export type ToThread =
  /** A line that was typed, with its end; null: there will be no more. */
  | { readonly kind: 'line'; readonly text: string | null }
  /** Ctrl-C while a line was asked for. */
  | { readonly kind: 'abandon' }
  | { readonly kind: 'complete'; readonly line: string };

/** What the thread tells the terminal. */
export type FromThread =
  /** It waits for a line: for a command, or for a program that reads one. */
  | { readonly kind: 'ask'; readonly prompt: string; readonly isProgram: boolean }
  | ({ readonly kind: 'completion' } & Completion);

/** Places in the memory that both sides share: how many messages were sent to the thread, and whether it should stop. */
export const MESSAGES = 0;
export const INTERRUPT = 1;

const BANNER = 'Octopus: rules and commands as in CLIPS 6.30. The tab key completes, (exit) leaves.\n';

/** Standard input and output for a program in a thread with a deep stack. */
export class DeepConsole extends StandardConsole {
  /** A third of what a stack of 64 MB holds, at 330 bytes each. */
  readonly nestingMax = 130_000;
}

/** The console of a program that somebody at a terminal can stop. */
export class ClipsTerminal extends DeepConsole {
  readonly #signals: Int32Array;
  readonly #port: MessagePort;
  #prompt = '';
  #repl: Repl | null = null;

  constructor(signals: Int32Array) {
    super();
    if (parentPort === null) throw new Error('a terminal belongs into a thread');
    this.#signals = signals;
    this.#port = parentPort;
  }

  /** Lines become commands until somebody leaves, by `(exit)` or the end of input. */
  converse(repl: Repl): void {
    this.#repl = repl;
    repl.begin(BANNER);
    repl.take('');
    while (repl.exitStatus === null) {
      const message = this.#heard(false);
      if (message.kind === 'abandon') repl.abandon();
      else if (message.text === null) return;
      else repl.take(message.text);
    }
  }

  isInterrupted(): boolean {
    return Atomics.load(this.#signals, INTERRUPT) !== 0;
  }

  override prompt(text: string): void {
    this.#prompt = text;
  }

  /** A line for a program that asks for one while it runs. */
  override read(): string | null {
    const message = this.#heard(true);
    if (message.kind === 'abandon') throw new RuleError(INTERRUPTED);
    return message.text;
  }

  /** Asks for a line, and waits for what comes. */
  #heard(isProgram: boolean): Exclude<ToThread, { kind: 'complete' }> {
    this.flush();
    this.#tell({ kind: 'ask', prompt: this.#prompt, isProgram });
    this.#prompt = '';
    for (;;) {
      const message = this.#next();
      if (message.kind !== 'complete') return message;
      const completion = this.#repl?.complete(message.line) ?? { word: '', words: [] };
      this.#tell({ kind: 'completion', ...completion });
    }
  }

  #next(): ToThread {
    for (;;) {
      const seen = Atomics.load(this.#signals, MESSAGES);
      const received: { message: ToThread } | undefined = receiveMessageOnPort(this.#port);
      if (received !== undefined) return received.message;
      Atomics.wait(this.#signals, MESSAGES, seen);
    }
  }

  #tell(message: FromThread): void {
    this.#port.postMessage(message, []);
  }
}
