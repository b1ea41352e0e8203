import type { FactStore } from './facts.ts';
import { NIL, type Address } from './heap.ts';
import type { TerminalNode } from './network/terminal.ts';
import type { Activation, Fact } from './session.ts';

/** Who wants to know what happens in a session. Each call comes when the thing has happened, in order. */
export interface Listener {
  asserted?(fact: Fact): void;
  retracted?(fact: Fact): void;
  activated?(activation: Activation): void;
  /** An activation is taken off the agenda without having fired. */
  deactivated?(activation: Activation): void;
  /** A rule begins to fire. */
  fired?(activation: Activation): void;
}

/** The listeners of a session. Callers look at `size` first, so that nobody listening costs nothing. */
export class Listeners {
  readonly #all = new Set<Listener>();
  readonly #facts: FactStore;

  constructor(facts: FactStore) {
    this.#facts = facts;
  }

  #isMuted = false;

  get size(): number {
    return this.#isMuted ? 0 : this.#all.size;
  }

  /** Does something that nobody hears of: a rollback undoes what was told, and tells nothing itself. */
  mute(work: () => void): void {
    this.#isMuted = true;
    try {
      work();
    } finally {
      this.#isMuted = false;
    }
  }

  /** Adds a listener; what it returns takes it away again. */
  add(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  asserted(fact: Address): void {
    const view = this.#facts.view(fact);
    for (const listener of this.#all) listener.asserted?.(view);
  }

  retracted(fact: Address): void {
    const view = this.#facts.view(fact);
    for (const listener of this.#all) listener.retracted?.(view);
  }

  activated(token: Address, terminal: TerminalNode): void {
    const view = activationView(this.#facts, token, terminal);
    for (const listener of this.#all) listener.activated?.(view);
  }

  deactivated(token: Address, terminal: TerminalNode): void {
    const view = activationView(this.#facts, token, terminal);
    for (const listener of this.#all) listener.deactivated?.(view);
  }

  fired(token: Address, terminal: TerminalNode): void {
    const view = activationView(this.#facts, token, terminal);
    for (const listener of this.#all) listener.fired?.(view);
  }
}

/** An activation as seen from outside. */
export function activationView(facts: FactStore, token: Address, terminal: TerminalNode): Activation {
  const { rule, salience } = terminal.compiled;
  return {
    rule,
    salience,
    facts: terminal.factsOf(token).map((fact) => (fact === NIL ? null : facts.view(fact))),
  };
}
