import type { Code, Program } from './code.ts';
import type { Fabric, TokenNode } from './node.ts';

/** How the source of one node reaches the others. */
export interface Calls {
  readonly program: Program;
  readonly fabric: Fabric;
  /** Passes a match on to every child of a node, the newest first. */
  readonly send: (node: TokenNode, token: Code, entry: Code, fact: Code) => readonly Code[];
}
