import { NEXT, NIL, TOKEN_BLOCKER, type Address } from '../heap.ts';
import { deleteChildren, willDie, type TokenNode } from './node.ts';
import { PairedNode } from './paired.ts';

/**
 * Lets a token pass while no entry matches it. A blocked token remembers one blocker; when that goes, the search goes on
 * behind it, and only if nothing else blocks does the token pass.
 */
export class NotNode extends PairedNode {
  receive(parent: Address, entry: Address, fact: Address): void {
    const token = this.admit(parent, entry, fact);
    const blocker = this.firstMatch(token);
    if (blocker === NIL) this.send(token, NIL, NIL);
    else this.bind(token, blocker);
  }

  activate(entry: Address): void {
    const { heap } = this.fabric;
    let token = this.nextToken(entry, this.firstToken(entry));
    while (token !== NIL) {
      const next = heap.words[token + NEXT] as Address;
      if (heap.words[token + TOKEN_BLOCKER] === NIL) {
        this.bind(token, entry);
        deleteChildren(this.fabric, token);
      }
      token = this.nextToken(entry, next);
    }
  }

  override unblocked(token: Address, next: Address): void {
    if (willDie(this.fabric.heap.words, token)) return;
    const blocker = this.nextMatch(token, next);
    if (blocker === NIL) this.send(token, NIL, NIL);
    else this.bind(token, blocker);
  }

  forget(token: Address): void {
    this.unbind(token);
    this.left.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.left.records()) {
      if (this.fabric.heap.words[token + TOKEN_BLOCKER] === NIL) child.receive(token, NIL, NIL);
    }
  }
}
