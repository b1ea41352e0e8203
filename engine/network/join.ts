import { ENTRY_FACT, KEY, NEXT, NIL, PREV, type Address } from '../heap.ts';
import { indented } from './code.ts';
import type { Calls } from './calls.ts';
import type { TokenNode } from './node.ts';
import { PairedCode } from './paired-code.ts';
import { PairedNode } from './paired.ts';

/**
 * Pairs each token with every entry that agrees on the shared variables and passes the tests (Forgy 1982, with hashed
 * memories as in CLIPS 6.30). Entries are met oldest first, tokens youngest first: the order that CLIPS fires in.
 */
export class JoinNode extends PairedNode {
  override readonly sourceName = `join${this.id}`;

  receive(parent: Address, entry: Address, fact: Address): void {
    const token = this.admit(parent, entry, fact);
    this.#pair(token, (match) => this.send(token, match, this.#factOf(match)));
  }

  activate(entry: Address): void {
    const fact = this.#factOf(entry);
    const { heap } = this.fabric;
    let token = this.nextToken(entry, this.firstToken(entry));
    while (token !== NIL) {
      const next = heap.words[token + NEXT] as Address;
      this.send(token, entry, fact);
      token = this.nextToken(entry, next);
    }
  }

  override foresee(way: ReadonlySet<TokenNode>, parent: Address, entry: Address, fact: Address): Address {
    const { heap } = this.fabric;
    const token = this.admitLoose(parent, entry, fact);
    const key = heap.words[token + KEY] as number;
    let match = this.alpha.memory.last(key);
    for (; match !== NIL; match = heap.words[match + PREV] as Address) {
      if (heap.words[match + KEY] !== key || !this.holds(token, match)) continue;
      const found = this.foreseeBelow(way, token, match, this.#factOf(match));
      if (found !== NIL) return found;
    }
    heap.freeToken(token);
    return NIL;
  }

  /** Looks for the last activation that `activate` would make. */
  foreseeEntry(way: ReadonlySet<TokenNode>, entry: Address): Address {
    const { heap } = this.fabric;
    const fact = this.#factOf(entry);
    const key = heap.words[entry + KEY] as number;
    let token = this.left.last(key);
    for (; token !== NIL; token = heap.words[token + PREV] as Address) {
      if (heap.words[token + KEY] !== key || !this.holds(token, entry)) continue;
      const found = this.foreseeBelow(way, token, entry, fact);
      if (found !== NIL) return found;
    }
    return NIL;
  }

  forget(token: Address): void {
    this.left.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.left.records()) {
      this.#pair(token, (match) => child.receive(token, match, this.#factOf(match)));
    }
  }

  #pair(token: Address, found: (entry: Address) => void): void {
    const { heap } = this.fabric;
    for (
      let match = this.firstMatch(token);
      match !== NIL;
      match = this.nextMatch(token, heap.words[match + NEXT] as Address)
    ) {
      found(match);
    }
  }

  #factOf(entry: Address): Address {
    return this.fabric.heap.words[entry + ENTRY_FACT] as Address;
  }
}

/** The same as source: `receive` and `activate`. */
export function joinCode(node: JoinNode, { program, fabric, send }: Calls): void {
  const paired = new PairedCode(program, fabric, node);
  const name = node.sourceName;
  program.define(`
function ${name}(parent, entry, fact) {
${indented([...paired.admit(), ...paired.eachEntry(send(node, 'token', 'match', 'matchFact'))])}
}`);
  program.define(`
function ${name}_right(entry, fact, key) {
${indented(paired.eachToken(send(node, 'token', 'entry', 'fact')))}
}`);
}
