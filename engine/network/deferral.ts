import type { Agenda } from '../agenda.ts';
import type { Relation } from '../facts.ts';
import { ENTRY_NEXT, FACT_ENTRIES, NIL, type Address } from '../heap.ts';
import type { AlphaMemory } from './alpha.ts';
import { Foresight, freeLoose, isSameMatch } from './foresight.ts';
import { JoinNode } from './join.ts';
import type { Fabric } from './node.ts';
import { Tally } from './tally.ts';

/** What is put off is done by these in the end. */
interface Undeferred {
  /** Shows a new fact to every pattern of its template. */
  show(relation: Relation, fact: Address): void;
  /** Takes out a fact that working memory does not list any more. */
  remove(fact: Address): void;
  /** Deletes all tokens that an entry is part of. */
  release(entry: Address): void;
  /** Enters a fact in the alpha memories of its template, and tells no join. False: that is not possible for this template. */
  enter(relation: Relation, fact: Address): boolean;
  /** Takes the entries of a fact out of their alpha memories. */
  withdraw(fact: Address): void;
  alphaOf(entry: Address): AlphaMemory;
}

/** A fact that was asserted last and is not shown yet. */
interface Waiting {
  readonly relation: Relation;
  readonly fact: Address;
  /** Its only entry, of which no join has heard yet; NIL: it has not been entered. */
  readonly entry: Address;
}

/** An activation that would come of the fact that waits, on a chain of loose tokens. */
interface Foreseen {
  readonly token: Address;
  /** Its rule fires or has fired. */
  hasFired: boolean;
}

type Change =
  | { readonly kind: 'asserted'; readonly relation: Relation; readonly fact: Address }
  | { readonly kind: 'retracted'; readonly fact: Address };

/**
 * Changes that plain actions make, put off in the hope that what would be built of them goes again at once:
 *
 * - The last fact that was asserted waits until the next change. When that takes away a fact, what was built on that goes first, so
 *   that the new one is not paired with it there.
 * - A fact that still waits when its firing is over is not shown before the next one either, if `Foresight` can tell what fires
 *   then. All changes of that firing follow behind it. When it is retracted by one of them, which is what rules do
 *   that go on to the next step of a plan, nothing of what it would have matched is ever made but the one activation.
 *
 * Nobody can tell: what was put off is done in the order in which it came, after what goes has gone and before what that blocked
 * goes on. Only where nothing comes of a match but other matches (`Network.defer`).
 */
export class Deferral {
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #undeferred: Undeferred;
  readonly #foresight: Foresight;
  readonly #tally = new Tally<AlphaMemory | Relation>();
  /** Firings that were foreseen so well that nothing else had to be matched for them. */
  foreseenWell = 0;
  #waiting: Waiting | null = null;
  #foreseen: Foreseen | null = null;
  /** What has come behind the fact that waits. */
  #changes: Change[] = [];

  constructor(fabric: Fabric, agenda: Agenda, undeferred: Undeferred) {
    this.#fabric = fabric;
    this.#agenda = agenda;
    this.#undeferred = undeferred;
    this.#foresight = new Foresight(fabric, agenda);
  }

  asserted(relation: Relation, fact: Address): void {
    if (this.#foreseen !== null) {
      this.#changes.push({ kind: 'asserted', relation, fact });
      return;
    }
    this.flush();
    this.#waiting = { relation, fact, entry: NIL };
  }

  /** Working memory does not list the fact any more. */
  retracted(fact: Address): void {
    const waiting = this.#waiting;
    if (this.#foreseen === null) {
      if (waiting?.fact !== fact) this.#release(fact);
      this.flush();
      this.#undeferred.remove(fact);
    } else if (waiting?.fact === fact) {
      this.foreseenWell += 1;
      this.#tally.paid(this.#undeferred.alphaOf(waiting.entry));
      this.#forgetForeseen();
      this.#waiting = null;
      this.#undeferred.remove(fact);
      this.#catchUp();
    } else this.#changes.push({ kind: 'retracted', fact });
  }

  /** Rules have changed. */
  rulesChange(): void {
    this.#foresight.forget();
  }

  /** Does everything that was put off. */
  flush(): void {
    this.#showWaiting();
    this.#catchUp();
    this.#showWaiting();
  }

  /** A firing is over: what its activation was foreseen by stands, so that it did not pay. */
  finish(): void {
    if (this.#foreseen === null) return;
    this.#showWaiting();
    this.#catchUp();
  }

  /** What fires next in a module because of the fact that waits; NIL: all that was put off is done, and the agenda knows. */
  foresee(module: string): Address {
    if (this.#foreseen !== null) return this.#foreseen.token;
    const waiting = this.#entered();
    if (waiting === null) {
      this.flush();
      return NIL;
    }
    const token = this.#foresight.firstToFire(waiting.entry, this.#undeferred.alphaOf(waiting.entry), module);
    if (token === NIL || !this.#agenda.terminalOf(token).compiled.isPlain) {
      if (token !== NIL) freeLoose(this.#fabric, token);
      this.#tally.failed(this.#undeferred.alphaOf(waiting.entry));
      this.flush();
      return NIL;
    }
    this.#foreseen = { token, hasFired: false };
    return token;
  }

  /** Whether this activation was foreseen; it is taken to fire now. */
  fires(token: Address): boolean {
    if (this.#foreseen?.token !== token) return false;
    this.#foreseen.hasFired = true;
    return true;
  }

  /** The fact that waits, entered in its alpha memory; null when what comes of it can't be foreseen, or seldom pays. */
  #entered(): Waiting | null {
    const waiting = this.#waiting;
    if (waiting === null || !this.#tally.isWorth(waiting.relation)) return null;
    const { relation, fact } = waiting;
    if (!this.#undeferred.enter(relation, fact)) {
      this.#tally.failed(relation);
      return null;
    }
    const { words } = this.#fabric.heap;
    const entry = words[fact + FACT_ENTRIES] as Address;
    if (entry === NIL) {
      // No pattern wants it.
      this.#waiting = null;
      return null;
    }
    const alpha = this.#undeferred.alphaOf(entry);
    const isAlone = words[entry + ENTRY_NEXT] === NIL;
    if (isAlone && alpha.joins.every((join) => join instanceof JoinNode) && this.#tally.isWorth(alpha)) {
      this.#waiting = { relation, fact, entry };
      return this.#waiting;
    }
    if (!isAlone) this.#tally.failed(relation);
    this.#undeferred.withdraw(fact);
    return null;
  }

  #showWaiting(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const { relation, fact, entry } = waiting;
    this.#waiting = null;
    const foreseen = this.#foreseen;
    this.#foreseen = null;
    if (entry === NIL) this.#undeferred.show(relation, fact);
    else for (const join of this.#undeferred.alphaOf(entry).joins) join.activate(entry);
    if (foreseen === null) return;
    if (foreseen.hasFired) {
      this.#tally.failed(this.#undeferred.alphaOf(entry));
      this.#hasFired(foreseen.token);
    }
    freeLoose(this.#fabric, foreseen.token);
  }

  /** The activation that was foreseen has been made: it has fired already. */
  #hasFired(token: Address): void {
    const made = this.#agenda.first(this.#agenda.terminalOf(token).compiled.module);
    if (made === NIL || !isSameMatch(this.#fabric.heap.words, made, token))
      throw new Error('another activation fired than the one that was first');
    this.#agenda.fire(made);
  }

  #forgetForeseen(): void {
    if (this.#foreseen !== null) freeLoose(this.#fabric, this.#foreseen.token);
    this.#foreseen = null;
  }

  /** Does what came behind the fact that waited; if the last of it is a fact that was asserted, that waits now. */
  #catchUp(): void {
    const changes = this.#changes;
    if (changes.length === 0) return;
    this.#changes = [];
    for (const { kind, fact } of changes) if (kind === 'retracted') this.#release(fact);
    for (const [at, change] of changes.entries()) {
      if (change.kind === 'retracted') this.#undeferred.remove(change.fact);
      else if (at < changes.length - 1) this.#undeferred.show(change.relation, change.fact);
      else this.#waiting = { relation: change.relation, fact: change.fact, entry: NIL };
    }
  }

  /** Deletes what was built on a fact. */
  #release(fact: Address): void {
    const { words } = this.#fabric.heap;
    let entry = words[fact + FACT_ENTRIES] as Address;
    for (; entry !== NIL; entry = this.#fabric.heap.words[entry + ENTRY_NEXT] as Address)
      this.#undeferred.release(entry);
  }
}
