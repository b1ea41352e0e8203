import { NIL, TOKEN_CHILD, TOKEN_NODE, TOKEN_SIBLING_NEXT, type Address } from '../heap.ts';
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

  /** Begins every match anew, so that rules that need no fact fire again. */
  restart(): void {
    deleteChildren(this.fabric, this.top);
    const { tests, terminals, others } = this.#sorted();
    for (const child of [...tests.before, ...terminals, ...tests.behind, ...others])
      child.receive(this.top, NIL, NIL);
  }

  /**
   * Takes the matches away that rest on no fact, before a reset takes the facts. What is built on facts goes with them. Matches of
   * no condition at all go youngest first.
   */
  clear(): void {
    const { words } = this.fabric.heap;
    const { tests, terminals, others } = this.#sorted();
    const activations: Address[] = [];
    const ends = new Set(terminals.map(({ id }) => id));
    let token = words[this.top + TOKEN_CHILD] as Address;
    for (; token !== NIL; token = words[token + TOKEN_SIBLING_NEXT] as Address)
      if (ends.has(words[token + TOKEN_NODE] as number)) activations.push(token);
    const absent = others.filter((child) => isAbsence(child));
    for (const gone of [
      ...tokensOf(tests.before),
      ...activations,
      ...tokensOf(tests.behind),
      ...tokensOf(absent),
    ])
      deleteToken(this.fabric, gone);
  }

  /**
   * Rules that need no pattern come before those that begin with one or with its absence. Rules without any condition hang on one
   * join of CLIPS, which was there with the first of them.
   */
  #sorted(): {
    readonly tests: { readonly before: TokenNode[]; readonly behind: TokenNode[] };
    readonly terminals: TokenNode[];
    readonly others: TokenNode[];
  } {
    const terminals = this.children.filter((child) => child instanceof TerminalNode);
    const oldest = this.children.findLastIndex((child) => child instanceof TerminalNode);
    return {
      tests: {
        before: this.children.slice(0, Math.max(oldest, 0)).filter(isTest),
        behind: this.children.slice(Math.max(oldest, 0)).filter(isTest),
      },
      terminals,
      others: this.children.filter((child) => !isTest(child) && !(child instanceof TerminalNode)),
    };
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

const isAbsence = (child: TokenNode): boolean =>
  child instanceof NotNode || (child instanceof GroupNode && !child.present);

const isTest = (child: TokenNode): boolean => child instanceof TestNode;

const tokensOf = (children: readonly TokenNode[]): Address[] =>
  children.flatMap((child) => Array.from(child.tokens()));
