import type { Listener } from '../engine/listener.ts';
import { activationLine, basisText, factLine } from './commands/texts.ts';

/** What can be watched. */
export const watchable = ['facts', 'rules', 'activations'] as const;
export type Watchable = (typeof watchable)[number];

/** What is watched, and the lines that tell of it, as CLIPS writes them. */
export class Watches {
  readonly #print: (text: string) => void;
  readonly #watched = new Set<Watchable>();
  #fired = 0;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  set(item: Watchable, isWatched: boolean): void {
    if (isWatched) this.#watched.add(item);
    else this.#watched.delete(item);
  }

  has(item: Watchable): boolean {
    return this.#watched.has(item);
  }

  /** A run begins: firings are counted from 1. */
  beginRun(): void {
    this.#fired = 0;
  }

  readonly listener: Listener = {
    asserted: (fact) => this.#tell('facts', `==> ${factLine(fact)}`),
    retracted: (fact) => this.#tell('facts', `<== ${factLine(fact)}`),
    activated: (activation) => this.#tell('activations', `==> Activation ${activationLine(activation)}`),
    deactivated: (activation) => this.#tell('activations', `<== Activation ${activationLine(activation)}`),
    fired: ({ rule, facts }) => {
      this.#fired += 1;
      this.#tell('rules', `FIRE ${String(this.#fired).padStart(4)} ${rule.name}: ${basisText(facts)}`);
    },
  };

  #tell(item: Watchable, line: string): void {
    if (this.#watched.has(item)) this.#print(`${line}\n`);
  }
}
