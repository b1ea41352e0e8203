import type { Agenda } from '../agenda.ts';
import {
  ACTIVATION_SALIENCE,
  LOOSE,
  NIL,
  TOKEN_ENTRY,
  TOKEN_NODE,
  TOKEN_PARENT,
  TOKEN_SIBLING_NEXT,
  type Address,
} from '../heap.ts';
import type { AlphaMemory } from './alpha.ts';
import { JoinNode } from './join.ts';
import type { Fabric, TokenNode } from './node.ts';
import { TerminalNode } from './terminal.ts';

/** Rules of one module and one salience, and the nodes on the way to them. */
interface Rank {
  readonly salience: number;
  readonly way: ReadonlySet<TokenNode>;
}

/** The rules that an entry of an alpha memory can activate, by what they were when it was looked at. */
interface Outlook {
  readonly saliences: ReadonlyMap<TerminalNode, number>;
  /** Highest first. */
  readonly ranks: readonly Rank[];
}

/**
 * Finds out which activation would fire first if an entry that stands in its alpha memory already were shown to the joins, without
 * showing it. Under `depth` that is the last one that would be made, and since a network makes them in a known order (see
 * "What holds" in the README), a search that goes through the same lists backwards meets it first. What the search makes on its way
 * are loose tokens: they hang in no list, and nobody but their finder knows of them.
 */
export class Foresight {
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  /** By alpha memory and module. */
  readonly #outlooks = new Map<AlphaMemory, Map<string, Outlook>>();

  constructor(fabric: Fabric, agenda: Agenda) {
    this.#fabric = fabric;
    this.#agenda = agenda;
  }

  /** Rules have changed: what was looked at may lead elsewhere now. */
  forget(): void {
    this.#outlooks.clear();
  }

  /** The activation, on a chain of loose tokens; NIL: none would come, or one that waits already in the module would fire before it. */
  firstToFire(entry: Address, alpha: AlphaMemory, module: string): Address {
    const waiting = this.#agenda.first(module);
    const least = waiting === NIL ? -Infinity : this.#agenda.salienceOf(waiting);
    for (const { salience, way } of this.#outlook(alpha, module).ranks) {
      if (salience < least) return NIL;
      for (const join of alpha.joins.toReversed()) {
        if (!(join instanceof JoinNode) || !way.has(join)) continue;
        const found = join.foreseeEntry(way, entry);
        if (found === NIL) continue;
        this.#fabric.heap.words[found + ACTIVATION_SALIENCE] = salience;
        return found;
      }
    }
    return NIL;
  }

  #outlook(alpha: AlphaMemory, module: string): Outlook {
    const outlooks = this.#outlooks.get(alpha) ?? new Map<string, Outlook>();
    this.#outlooks.set(alpha, outlooks);
    const known = outlooks.get(module);
    if (known !== undefined && isCurrent(known)) return known;
    const joins = new Set<unknown>(alpha.joins);
    const ends = this.#fabric.nodes.filter(
      (node): node is TerminalNode =>
        node instanceof TerminalNode &&
        node.compiled.module === module &&
        wayTo(node).some((step) => joins.has(step)),
    );
    const saliences = new Map(ends.map((end) => [end, end.compiled.salience]));
    const ranks = [...new Set(saliences.values())]
      .toSorted((a, b) => b - a)
      .map((salience) => ({
        salience,
        way: new Set(ends.filter((end) => saliences.get(end) === salience).flatMap(wayTo)),
      }));
    const outlook = { saliences, ranks };
    outlooks.set(module, outlook);
    return outlook;
  }
}

const isCurrent = ({ saliences }: Outlook): boolean =>
  [...saliences].every(([end, salience]) => end.compiled.salience === salience);

/** A node and all that it hangs on. */
const wayTo = (node: TokenNode): TokenNode[] =>
  node.parent === null ? [node] : [node, ...wayTo(node.parent)];

/** Whether two tokens stand for the same match. */
export function isSameMatch(words: Int32Array, a: Address, b: Address): boolean {
  let [some, other] = [a, b];
  while (some !== NIL && other !== NIL) {
    if (words[some + TOKEN_NODE] !== words[other + TOKEN_NODE]) return false;
    if (words[some + TOKEN_ENTRY] !== words[other + TOKEN_ENTRY]) return false;
    some = words[some + TOKEN_PARENT] as Address;
    other = words[other + TOKEN_PARENT] as Address;
  }
  return some === other;
}

/** Frees a loose token and those above it that are loose too. */
export function freeLoose({ heap }: Fabric, token: Address): void {
  let link = token;
  while (heap.words[link + TOKEN_SIBLING_NEXT] === LOOSE) {
    const above = heap.words[link + TOKEN_PARENT] as Address;
    heap.freeToken(link);
    link = above;
  }
}
