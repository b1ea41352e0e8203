import type { FactStore } from './facts.ts';
import type { Address } from './heap.ts';
import { activationView } from './listener.ts';
import type { TerminalNode } from './network/terminal.ts';
import type { Rule } from './rule.ts';
import type { Fact, Firing } from './world.ts';

/** The facts of a firing are looked at when a host function asks, or at the last moment before one of them may go. */
export class LazyFiring implements Firing {
  readonly rule: Rule;
  readonly #view: () => readonly (Fact | null)[];
  #facts: readonly (Fact | null)[] | null = null;

  constructor(facts: FactStore, token: Address, terminal: TerminalNode) {
    this.rule = terminal.compiled.rule;
    this.#view = (): readonly (Fact | null)[] => activationView(facts, token, terminal).facts;
  }

  get facts(): readonly (Fact | null)[] {
    return this.look();
  }

  look(): readonly (Fact | null)[] {
    return (this.#facts ??= this.#view());
  }
}
