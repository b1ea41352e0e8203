import { NIL } from '../heap.ts';
import { indented, type Code, type Program } from './code.ts';
import { ExistsNode } from './exists.ts';
import { JoinNode } from './join.ts';
import type { Fabric } from './node.ts';
import { NotNode } from './not.ts';
import { TerminalNode } from './terminal.ts';

/**
 * The source that all nodes use: making tokens, filing them, and deleting them with what was built on them. These functions know nodes
 * by number. They are few and long on purpose: what is compiled once serves hundreds of nodes, and is not compiled anew into
 * each of their functions.
 */
export function tokenCode(program: Program, fabric: Fabric): Code {
  const heap = program.keep(fabric.heap, 'heap');
  const shared = program.keep(fabric, 'fabric');
  const nodes = program.keep(fabric.nodes, 'nodes');
  const lefts = program.keep(leftMemories(fabric), 'lefts');
  return `
let M = ${heap}.words;

// Makes a token of a node and hangs it below its parent and its entry: makeToken of node.ts.
function made(node, parent, entry, fact) {
${making(heap, shared)}
  M[token + KEY] = 0;
  return token;
}

// The same, and files it in a left memory: PairedNode.admit. A memory that is not keyed does not grow: null.
function admitted(node, parent, entry, fact, left, key, growing) {
${making(heap, shared)}
  const count = M[left + MEMORY_COUNT] + 1;
  M[left + MEMORY_COUNT] = count;
  if (growing !== null && count > M[left + MEMORY_MASK] * 2 + 2) growing.grow();
  M[token + KEY] = key;
  const bucket = M[left + MEMORY_BASE] + (scattered(key) & M[left + MEMORY_MASK]);
  const first = M[bucket];
  M[token + NEXT] = first;
  M[token + PREV] = NIL;
  if (first !== NIL) M[first + PREV] = token;
  M[bucket] = token;
  return token;
}

function mixed(hash, value) {
  return (Math.imul(hash ^ (hash >>> 15), 0x85ebca77) + value) | 0;
}

function scattered(key) {
  const product = Math.imul(key, 0x9e3779b1);
  return product ^ (product >>> 15);
}

// Ties a token to the entry that blocks or supports it.
function bind(token, entry) {
  const next = M[entry + ENTRY_BLOCKED];
  M[token + TOKEN_BLOCKER] = entry;
  M[token + TOKEN_BLOCKED_NEXT] = next;
  M[token + TOKEN_BLOCKED_PREV] = NIL;
  if (next !== NIL) M[next + TOKEN_BLOCKED_PREV] = token;
  M[entry + ENTRY_BLOCKED] = token;
}

// Whether a token is about to be deleted: willDie of node.ts.
function dying(token) {
  for (let link = token; link !== NIL; link = M[link + TOKEN_PARENT]) {
    const fact = M[link + TOKEN_FACT];
    if (fact !== NIL && M[fact + FACT_DYING] === 1) return true;
  }
  return false;
}

// Takes a token from the children of its parent.
function unsibling(token) {
  const next = M[token + TOKEN_SIBLING_NEXT];
  const previous = M[token + TOKEN_SIBLING_PREV];
  if (next !== NIL) M[next + TOKEN_SIBLING_PREV] = previous;
  if (previous === NIL) M[M[token + TOKEN_PARENT] + TOKEN_CHILD] = next;
  else M[previous + TOKEN_SIBLING_NEXT] = next;
}

// Deletes a token and everything that was built on it, the youngest first: deleteToken of node.ts, but for its siblings.
function drop(token) {
  const node = M[token + TOKEN_NODE];
  for (let child = M[token + TOKEN_CHILD]; child !== NIL;) {
    const after = M[child + TOKEN_SIBLING_NEXT];
    drop(child);
    child = after;
  }
  const left = ${lefts}[node];
  if (left === NIL) ${nodes}[node].forget(token);
  else leave(token, left);
  const entry = M[token + TOKEN_ENTRY];
  if (entry !== NIL) {
    const next = M[token + TOKEN_PEER_NEXT];
    const previous = M[token + TOKEN_PEER_PREV];
    if (next !== NIL) M[next + TOKEN_PEER_PREV] = previous;
    if (previous === NIL) M[entry + ENTRY_TOKENS] = next;
    else M[previous + TOKEN_PEER_NEXT] = next;
  }
${supporting(program, fabric)}
  if (${shared}.made !== null) ${shared}.made.delete(token);
  M[token] = M[FREE_TOKENS];
  M[FREE_TOKENS] = token;
  M[TOKENS] -= 1;
}

// Unties a token from what blocks or supports it, and takes it out of its left memory: forget of join, not and exists.
function leave(token, left) {
  const blocker = M[token + TOKEN_BLOCKER];
  if (blocker !== NIL) {
    const next = M[token + TOKEN_BLOCKED_NEXT];
    const previous = M[token + TOKEN_BLOCKED_PREV];
    if (next !== NIL) M[next + TOKEN_BLOCKED_PREV] = previous;
    if (previous === NIL) M[blocker + ENTRY_BLOCKED] = next;
    else M[previous + TOKEN_BLOCKED_NEXT] = next;
  }
  const next = M[token + NEXT];
  const previous = M[token + PREV];
  if (next !== NIL) M[next + PREV] = previous;
  if (previous !== NIL) M[previous + NEXT] = next;
  else M[M[left + MEMORY_BASE] + (scattered(M[token + KEY]) & M[left + MEMORY_MASK])] = next;
  M[left + MEMORY_COUNT] -= 1;
}

// Deletes what was built on a token that stays.
function dropBelow(token) {
  for (let child = M[token + TOKEN_CHILD]; child !== NIL;) {
    const after = M[child + TOKEN_SIBLING_NEXT];
    drop(child);
    child = after;
  }
  M[token + TOKEN_CHILD] = NIL;
}

// Deletes all tokens that an entry is part of.
function release(entry) {
  for (let token = M[entry + ENTRY_TOKENS]; token !== NIL; token = M[entry + ENTRY_TOKENS]) {
    unsibling(token);
    drop(token);
  }
}
`;
}

/** A token where there was none, on its parent and its entry. */
const making = (heap: Code, shared: Code): Code =>
  indented([
    'let token = M[FREE_TOKENS];',
    'if (token === NIL) {',
    `  ${heap}.moreTokens();`,
    '  token = M[FREE_TOKENS];',
    '}',
    'M[FREE_TOKENS] = M[token];',
    'M[TOKENS] += 1;',
    'M[token + TOKEN_NODE] = node;',
    'M[token + TOKEN_PARENT] = parent;',
    'M[token + TOKEN_ENTRY] = entry;',
    'M[token + TOKEN_FACT] = fact;',
    'M[token + TOKEN_CHILD] = NIL;',
    'const sibling = M[parent + TOKEN_CHILD];',
    'M[token + TOKEN_SIBLING_NEXT] = sibling;',
    'M[token + TOKEN_SIBLING_PREV] = NIL;',
    'if (sibling !== NIL) M[sibling + TOKEN_SIBLING_PREV] = token;',
    'M[parent + TOKEN_CHILD] = token;',
    'if (entry !== NIL) {',
    '  const peer = M[entry + ENTRY_TOKENS];',
    '  M[token + TOKEN_PEER_NEXT] = peer;',
    '  M[token + TOKEN_PEER_PREV] = NIL;',
    '  if (peer !== NIL) M[peer + TOKEN_PEER_PREV] = token;',
    '  M[entry + ENTRY_TOKENS] = token;',
    '}',
    'M[token + TOKEN_BLOCKER] = NIL;',
    'M[token + TOKEN_SUPPORTS] = NIL;',
    `if (${shared}.made !== null) ${shared}.made.add(token);`,
  ]);

/** Where the left memories of the nodes lie that are written, by number of the node; NIL for others, which forget by themselves. */
function leftMemories({ nodes }: Fabric): Int32Array {
  return Int32Array.from(nodes, (node) =>
    node instanceof JoinNode || node instanceof NotNode || node instanceof ExistsNode
      ? node.left.address
      : NIL,
  );
}

/** Facts that hang on the token lose their support: only where some rule supports any. */
function supporting(program: Program, { nodes, supports }: Fabric): Code {
  if (!nodes.some((node) => node instanceof TerminalNode && node.supporting !== null)) return '';
  const kept = program.keep(supports, 'supports');
  return `  if (M[token + TOKEN_SUPPORTS] !== NIL || ${kept}.supporter === token) ${kept}.tokenGone(token);`;
}
