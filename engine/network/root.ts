import { NIL, type Address } from '../heap.ts';
import { GroupNode } from './group.ts';
import { deleteChildren, deleteToken, makeToken, TokenNode, type Fabric } from './node.ts';
import { NotNode } from './not.ts';
import { TerminalNode } from './terminal.ts';
import { TestNode } from './test.ts';

/** Where every rule begins: one token, the match of no condition at all. */
export class RootNode extends TokenNode {
  readonly top: Address;

  constructor(fabric: Fabric) {
    super(fabric, null, -1, 'root');
    this.top = makeToken(this, NIL, NIL, NIL);
  }

  /**
   * Begins every match anew, so that rules that need no fact fire again. Those without any pattern in front come first: in
   * CLIPS they wait for `(initial-fact)`, which a reset asserts before it looks at rules that begin with an absence.
   */
  restart(): void {
    deleteChildren(this.fabric, this.top);
    for (const isFirst of [true, false]) {
      for (const child of this.children) {
        if ((child instanceof TestNode || child instanceof TerminalNode) === isFirst)
          child.receive(this.top, NIL, NIL);
      }
    }
  }

  /**
   * Takes the matches away that rest on no fact, before a reset takes the facts: in CLIPS they go with `(initial-fact)`, which is
   * the first one. What is built on facts goes with them.
   */
  clear(): void {
    const withoutPattern = this.children.filter(
      (child) => child instanceof TestNode || child instanceof TerminalNode,
    );
    const absent = this.children.filter((child) => child instanceof NotNode || child instanceof GroupNode);
    for (const child of [...withoutPattern, ...absent])
      for (const token of Array.from(child.tokens())) deleteToken(this.fabric, token);
  }

  prime(child: TokenNode): void {
    child.receive(this.top, NIL, NIL);
  }

  receive(): void {
    throw new Error('nothing stands before the root');
  }

  forget(): void {
    throw new Error('the root match stays');
  }

  dispose(): void {
    throw new Error('the root stays');
  }

  tokens(): Iterable<Address> {
    return [this.top];
  }
}
