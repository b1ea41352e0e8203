import type { Atom, Atoms } from '../atoms.ts';
import { LocatedError, type Environment, type Frame } from '../frame.ts';
import type { FactStore } from '../facts.ts';
import type { RuleError } from '../functions/builtin.ts';
import {
  ENTRY_TOKENS,
  FACT_DYING,
  LOOSE,
  NIL,
  TOKEN_CHILD,
  TOKEN_ENTRY,
  TOKEN_FACT,
  TOKEN_NODE,
  TOKEN_PARENT,
  TOKEN_PEER_NEXT,
  TOKEN_PEER_PREV,
  TOKEN_SIBLING_NEXT,
  TOKEN_SIBLING_PREV,
  TOKEN_SIZE,
  TOKEN_SUPPORTS,
  type Address,
  type Heap,
} from '../heap.ts';
import type { Origin } from '../rule.ts';
import type { Supports } from '../support.ts';
import type { Memory } from './memory.ts';

/** What all nodes of one network share. */
export interface Fabric {
  readonly heap: Heap;
  readonly atoms: Atoms;
  readonly facts: FactStore;
  readonly supports: Supports;
  readonly environment: Environment;
  /** Nodes by number, which begin at 1 and are not used twice. */
  readonly nodes: (TokenNode | null)[];
  /** Atoms of constants that tests compare with: each is held once, for as long as the session lives. */
  readonly constants: Set<Atom>;
  /** Tests look at a match through this frame; they don't nest. */
  readonly frame: Frame;
  /** An error in a test. */
  report(rule: string | null, origin: Origin, problem: RuleError): void;
  /** Tokens made since a transaction began, as far as they stand; null outside of one. */
  made: Set<Address> | null;
  entries: number;
  /** Facts that come back take their old place among the others: only where order counts. */
  keepsOrder: boolean;
}

/** The rule that a node or a memory was made for, so that an error in one of its tests has a place; when that goes, another that needs it. */
export interface Owner {
  rule: string;
  origin: Origin;
}

/** Hands an error of a test to whoever collects problems. */
export function reportTo(fabric: Fabric, owner: Owner, problem: RuleError): void {
  fabric.report(owner.rule, problem instanceof LocatedError ? problem.origin : owner.origin, problem);
}

/** A place in the network where tokens stand: what a match of the conditions so far waits in. */
export abstract class TokenNode {
  readonly fabric: Fabric;
  readonly id: number;
  readonly level: number;
  readonly text: string;
  /** What its functions are called in generated source; null: its kind is not written, its methods are called. */
  readonly sourceName: string | null = null;
  readonly parent: TokenNode | null;
  /** Newest first: what was defined last is visited first. */
  readonly children: TokenNode[] = [];

  constructor(fabric: Fabric, parent: TokenNode | null, level: number, text: string) {
    this.fabric = fabric;
    this.parent = parent;
    this.level = level;
    this.text = text;
    this.id = fabric.nodes.push(this) - 1;
  }

  /** Takes a match of the conditions so far: what `parent` matched, and one entry and fact more, or none (NIL). */
  abstract receive(parent: Address, entry: Address, fact: Address): void;

  /** A token of this node is being deleted: takes it out of every list that is the node's own. */
  abstract forget(token: Address): void;

  /**
   * Looks for the last activation that `receive` would make of a match below the nodes of `way`, and makes of it a chain of loose
   * tokens; NIL when it would make none. Only nodes that are written as source are asked.
   */
  foresee(_way: ReadonlySet<TokenNode>, _parent: Address, _entry: Address, _fact: Address): Address {
    throw new Error(`node ${this.text} does not foresee`);
  }

  /** Sends all that it matches now to a child that has just been attached. */
  abstract prime(child: TokenNode): void;

  /** Frees what the node has in the heap. Its tokens are gone. */
  abstract dispose(): void;

  /** All tokens that stand in it. */
  abstract tokens(): Iterable<Address>;

  /** The memories that are its own, to be trimmed. */
  memories(): Iterable<Memory> {
    return [];
  }

  /** What blocked a token, supported it or was the best for it is being retracted; `next` followed it in its bucket. */
  unblocked(_token: Address, _next: Address): void {
    throw new Error(`node ${this.text} blocks nothing`);
  }

  /** Passes a match on to every child. */
  protected send(token: Address, entry: Address, fact: Address): void {
    for (const child of this.children) child.receive(token, entry, fact);
  }

  /** What `send` would lead to last. */
  protected foreseeBelow(
    way: ReadonlySet<TokenNode>,
    token: Address,
    entry: Address,
    fact: Address,
  ): Address {
    for (let at = this.children.length - 1; at >= 0; at -= 1) {
      const child = this.children[at] as TokenNode;
      const found = way.has(child) ? child.foresee(way, token, entry, fact) : NIL;
      if (found !== NIL) return found;
    }
    return NIL;
  }
}

/** Makes a token of a node and hangs it below its parent and its entry. */
export function makeToken(node: TokenNode, parent: Address, entry: Address, fact: Address): Address {
  const { fabric } = node;
  const token = fabric.heap.token();
  const { words } = fabric.heap;
  words.fill(0, token, token + TOKEN_SIZE);
  words[token + TOKEN_NODE] = node.id;
  words[token + TOKEN_PARENT] = parent;
  words[token + TOKEN_ENTRY] = entry;
  words[token + TOKEN_FACT] = fact;
  if (parent !== NIL) {
    const sibling = words[parent + TOKEN_CHILD] as Address;
    words[token + TOKEN_SIBLING_NEXT] = sibling;
    if (sibling !== NIL) words[sibling + TOKEN_SIBLING_PREV] = token;
    words[parent + TOKEN_CHILD] = token;
  }
  if (entry !== NIL) {
    const peer = words[entry + ENTRY_TOKENS] as Address;
    words[token + TOKEN_PEER_NEXT] = peer;
    if (peer !== NIL) words[peer + TOKEN_PEER_PREV] = token;
    words[entry + ENTRY_TOKENS] = token;
  }
  if (fabric.made !== null) fabric.made.add(token);
  return token;
}

/** Makes a token that hangs in no list: what it stands for may never be. */
export function looseToken(node: TokenNode, parent: Address, entry: Address, fact: Address): Address {
  const { heap } = node.fabric;
  const token = heap.token();
  const { words } = heap;
  words.fill(0, token, token + TOKEN_SIZE);
  words[token + TOKEN_NODE] = node.id;
  words[token + TOKEN_PARENT] = parent;
  words[token + TOKEN_ENTRY] = entry;
  words[token + TOKEN_FACT] = fact;
  words[token + TOKEN_SIBLING_NEXT] = LOOSE;
  return token;
}

/** Deletes a token and everything that was built on it, the youngest first. */
export function deleteToken(fabric: Fabric, token: Address): void {
  const { heap } = fabric;
  const node = fabric.nodes[heap.words[token + TOKEN_NODE] as number] as TokenNode;
  deleteChildren(fabric, token);
  node.forget(token);
  unlink(heap.words, token);
  if (heap.words[token + TOKEN_SUPPORTS] !== NIL || fabric.supports.supporter === token) {
    fabric.supports.tokenGone(token);
  }
  if (fabric.made !== null) fabric.made.delete(token);
  heap.freeToken(token);
}

/** Deletes what was built on a token; the token itself stays. */
export function deleteChildren(fabric: Fabric, token: Address): void {
  const { heap } = fabric;
  for (;;) {
    const child = heap.words[token + TOKEN_CHILD] as Address;
    if (child === NIL) return;
    deleteToken(fabric, child);
  }
}

function unlink(words: Int32Array, token: Address): void {
  const parent = words[token + TOKEN_PARENT] as Address;
  if (parent !== NIL) {
    const next = words[token + TOKEN_SIBLING_NEXT] as Address;
    const previous = words[token + TOKEN_SIBLING_PREV] as Address;
    if (next !== NIL) words[next + TOKEN_SIBLING_PREV] = previous;
    if (previous === NIL) words[parent + TOKEN_CHILD] = next;
    else words[previous + TOKEN_SIBLING_NEXT] = next;
  }
  const entry = words[token + TOKEN_ENTRY] as Address;
  if (entry === NIL) return;
  const next = words[token + TOKEN_PEER_NEXT] as Address;
  const previous = words[token + TOKEN_PEER_PREV] as Address;
  if (next !== NIL) words[next + TOKEN_PEER_PREV] = previous;
  if (previous === NIL) words[entry + ENTRY_TOKENS] = next;
  else words[previous + TOKEN_PEER_NEXT] = next;
}

/** Whether a token is about to be deleted with one of its facts, or with the deletion that is under way. */
export function willDie(words: Int32Array, token: Address): boolean {
  for (let link = token; link !== NIL; link = words[link + TOKEN_PARENT] as Address) {
    const fact = words[link + TOKEN_FACT] as Address;
    if (fact !== NIL && words[fact + FACT_DYING] === 1) return true;
  }
  return false;
}

/** The link of a token's chain that stands so many conditions further up. */
export function ancestor(words: Int32Array, token: Address, distance: number): Address {
  let link = token;
  for (let up = distance; up > 0; up -= 1) link = words[link + TOKEN_PARENT] as Address;
  return link;
}
