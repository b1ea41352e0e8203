import { NIL, type Address } from '../heap.ts';
import { deleteChildren, makeToken, TokenNode, type Fabric } from './node.ts';

/** Where every rule begins: one token, the match of no condition at all. */
export class RootNode extends TokenNode {
  readonly top: Address;

  constructor(fabric: Fabric) {
    super(fabric, null, -1, 'root');
    this.top = makeToken(this, NIL, NIL, NIL);
  }

  /** Begins every match anew, so that rules that need no fact fire again. */
  restart(): void {
    deleteChildren(this.fabric, this.top);
    this.send(this.top, NIL, NIL);
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
