import type { FactStore } from './facts.ts';
import { ACTIVATION_SALIENCE, NIL, type Address } from './heap.ts';
import type { TerminalNode } from './network/terminal.ts';
import type { FunctionDefinition, GlobalDefinition, Rule } from './rule.ts';
import type { Activation, Fact, RuntimeProblem } from './world.ts';
import type { Value } from './value.ts';

/** Who wants to know what happens in a session. Each call comes when the thing has happened, in order. */
export interface Listener {
  /** Whether it wants to hear of an event now; without it, of everything that it has a method for. What nobody hears costs nothing. */
  hears?(event: ListenerEvent): boolean;
  asserted?(fact: Fact): void;
  retracted?(fact: Fact): void;
  activated?(activation: Activation): void;
  /** An activation is taken off the agenda without having fired. */
  deactivated?(activation: Activation): void;
  /** A rule begins to fire. */
  fired?(activation: Activation): void;
  /** The same without its facts, for whoever only counts: looking them up costs something. */
  fires?(rule: Rule): void;
  /** The rule that fired has done everything. */
  finished?(): void;
  /** A module gets the focus, over the one that had it. */
  focused?(module: string, from: string | null): void;
  /** A module loses the focus to the one below it. */
  unfocused?(module: string, to: string | null): void;
  /** `before` is null when it is defined. A reset sets every global again. */
  globalSet?(definition: GlobalDefinition, value: Value, before: Value | null): void;
  /** A function of the rule base is called; `depth` counts the calls that are under way, itself among them. */
  called?(definition: FunctionDefinition, values: readonly Value[], depth: number): void;
  /** The same call is over. */
  returned?(definition: FunctionDefinition, values: readonly Value[], depth: number): void;
  /** An error, at the moment at which it is met. It stands in the result of `run` too. */
  problem?(problem: RuntimeProblem): void;
}

export type ListenerEvent = Exclude<keyof Listener, 'hears'>;

/** What is told of facts, or of activations. */
type Told<View> = View extends Fact ? 'asserted' | 'retracted' : 'activated' | 'deactivated' | 'fired';

/** The listeners of a session. Callers ask `hears` first, so that nobody listening costs nothing. */
export class Listeners {
  #all: readonly Listener[] = [];
  readonly #facts: FactStore;

  constructor(facts: FactStore) {
    this.#facts = facts;
  }

  #isMuted = false;

  /** Whether anybody wants to hear of an event. */
  hears(event: ListenerEvent): boolean {
    if (this.#isMuted) return false;
    for (const listener of this.#all)
      if (listener[event] !== undefined && listener.hears?.(event) !== false) return true;
    return false;
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
    this.#all = [...this.#all, listener];
    return () => {
      this.#all = this.#all.filter((each) => each !== listener);
    };
  }

  asserted(fact: Address): void {
    this.#tell('asserted', () => this.#facts.view(fact));
  }

  retracted(fact: Address): void {
    this.#tell('retracted', () => this.#facts.view(fact));
  }

  activated(token: Address, terminal: TerminalNode): void {
    this.#tell('activated', () => activationView(this.#facts, token, terminal));
  }

  deactivated(token: Address, terminal: TerminalNode): void {
    this.#tell('deactivated', () => activationView(this.#facts, token, terminal));
  }

  fired(token: Address, terminal: TerminalNode): void {
    this.#tell('fired', () => activationView(this.#facts, token, terminal));
  }

  fires(rule: Rule): void {
    if (!this.#isMuted) for (const listener of this.#all) listener.fires?.(rule);
  }

  finished(): void {
    for (const listener of this.#all) listener.finished?.();
  }

  focused(module: string, from: string | null): void {
    if (!this.#isMuted) for (const listener of this.#all) listener.focused?.(module, from);
  }

  unfocused(module: string, to: string | null): void {
    if (!this.#isMuted) for (const listener of this.#all) listener.unfocused?.(module, to);
  }

  globalSet(definition: GlobalDefinition, value: Value, before: Value | null): void {
    if (!this.#isMuted) for (const listener of this.#all) listener.globalSet?.(definition, value, before);
  }

  calling(
    what: 'called' | 'returned',
    definition: FunctionDefinition,
    values: readonly Value[],
    depth: number,
  ): void {
    if (this.#isMuted) return;
    for (const listener of this.#all) listener[what]?.(definition, values, depth);
  }

  problem(problem: RuntimeProblem): void {
    for (const listener of this.#all) listener.problem?.(problem);
  }

  /** What is told is looked at only when somebody wants to hear of that. */
  #tell<View>(event: Told<View>, look: () => View): void {
    let view: View | undefined;
    for (const listener of this.#all) {
      const hear = listener[event] as ((told: View) => void) | undefined;
      if (hear !== undefined && listener.hears?.(event) !== false) hear.call(listener, (view ??= look()));
    }
  }
}

/** An activation as seen from outside. */
export function activationView(facts: FactStore, token: Address, terminal: TerminalNode): Activation {
  const { rule } = terminal.compiled;
  return {
    rule,
    salience: terminal.fabric.heap.words[token + ACTIVATION_SALIENCE] as number,
    facts: terminal.factsOf(token).map((fact) => (fact === NIL ? null : facts.view(fact))),
  };
}
