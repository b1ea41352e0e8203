import { FACT_SLOTS, type Address } from '../heap.ts';
import type { Step } from '../pattern-path.ts';
import type { AlphaMemory } from './alpha.ts';
import type { Fabric } from './node.ts';

/** A step that patterns of one template have in common, with what follows it. */
interface Branch {
  readonly step: Step;
  /** Newest first. */
  readonly children: Branch[];
  /** Patterns that end here, newest first. */
  readonly ends: AlphaMemory[];
}

const branch = (step: Step): Branch => ({ step, children: [], ends: [] });

/**
 * The order in which a new fact is shown to the patterns of its template: depth first through a tree of their steps, where
 * patterns share the steps with which they begin and what was defined last is visited first, as in the pattern network of
 * CLIPS 6.30. The tree tests nothing: it only says who comes when.
 */
export class Visits {
  readonly #fabric: Fabric;
  readonly #top: Branch = branch({ text: '', slot: 0, splits: false });
  /** All patterns, the first to see a fact first. */
  order: readonly AlphaMemory[] = [];
  /** Two patterns split a multislot by the same step: each split is shown to both before the next one. */
  interleaves = false;

  constructor(fabric: Fabric) {
    this.#fabric = fabric;
  }

  add(alpha: AlphaMemory): void {
    let at = this.#top;
    for (const step of alpha.path) {
      let next = at.children.find((child) => child.step.text === step.text);
      if (next === undefined) {
        next = branch(step);
        at.children.unshift(next);
      }
      at = next;
    }
    at.ends.unshift(alpha);
    this.#settle();
  }

  remove(alpha: AlphaMemory): void {
    prune(this.#top, alpha);
    this.#settle();
  }

  /** The memory that asks the same as this text, if there is one. */
  find(text: string): AlphaMemory | undefined {
    return this.order.find((alpha) => alpha.text === text);
  }

  /** Enters a fact in the memory of every pattern that it matches, and tells no join. False: the patterns have to see it by turns. */
  enter(fact: Address): boolean {
    if (this.interleaves) return false;
    for (const alpha of this.order) alpha.accept(fact, false);
    return true;
  }

  /** Shows a fact to every pattern, or to some only. */
  accept(fact: Address, some: ReadonlySet<AlphaMemory> | null = null): void {
    if (this.interleaves) this.#walk(this.#top, fact, [], some);
    else for (const alpha of this.order) if (some === null || some.has(alpha)) alpha.accept(fact, true);
  }

  #walk(at: Branch, fact: Address, lengths: readonly number[], some: ReadonlySet<AlphaMemory> | null): void {
    for (const child of at.children) {
      if (!child.step.splits) {
        this.#visit(child, fact, lengths, some);
        continue;
      }
      const { atoms, heap } = this.#fabric;
      let length = atoms.fields(heap.words[fact + FACT_SLOTS + child.step.slot] as number).length;
      for (; length >= 0; length -= 1) this.#visit(child, fact, [...lengths, length], some);
    }
  }

  #visit(at: Branch, fact: Address, lengths: readonly number[], some: ReadonlySet<AlphaMemory> | null): void {
    for (const alpha of at.ends) if (some === null || some.has(alpha)) alpha.accept(fact, true, lengths);
    this.#walk(at, fact, lengths, some);
  }

  #settle(): void {
    this.order = endsBelow(this.#top);
    this.interleaves = hasSharedSplit(this.#top);
  }
}

const endsBelow = (at: Branch): AlphaMemory[] => [...at.ends, ...at.children.flatMap(endsBelow)];

const hasSharedSplit = (at: Branch): boolean =>
  at.children.some((child) => (child.step.splits && endsBelow(child).length > 1) || hasSharedSplit(child));

/** Takes a pattern away, and the steps that it alone needed. */
function prune(at: Branch, alpha: AlphaMemory): void {
  const end = at.ends.indexOf(alpha);
  if (end >= 0) at.ends.splice(end, 1);
  for (const child of Array.from(at.children)) {
    prune(child, alpha);
    if (child.ends.length === 0 && child.children.length === 0)
      at.children.splice(at.children.indexOf(child), 1);
  }
}
