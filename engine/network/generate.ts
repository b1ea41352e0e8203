import type { Agenda } from '../agenda.ts';
import type { Address } from '../heap.ts';
import { alphaCode, assertCode } from './alpha-code.ts';
import type { AlphaMemory } from './alpha.ts';
import type { Calls } from './calls.ts';
import { indented, Program, type Code } from './code.ts';
import { existsCode, ExistsNode } from './exists.ts';
import { joinCode, JoinNode } from './join.ts';
import type { Fabric, TokenNode } from './node.ts';
import { notCode, NotNode } from './not.ts';
import type { PairedNode } from './paired.ts';
import { terminalCode, TerminalNode } from './terminal.ts';

/** What generated code offers to the rest of the network. */
export interface Generated {
  /** By number of the template: shows a new fact to every pattern of it. */
  readonly asserts: Readonly<Record<number, (fact: Address) => void>>;
  /** By number of the node: what its methods of the same names do. */
  readonly receive: Readonly<Record<number, TokenNode['receive']>>;
  readonly activate: Readonly<Record<number, (entry: Address) => void>>;
  readonly unblocked: Readonly<Record<number, TokenNode['unblocked']>>;
  /** Deletes all tokens that an entry is part of. */
  readonly release: (entry: Address) => void;
  /** The heap's words are another array. */
  readonly grown: (words: Int32Array) => void;
}

/**
 * Writes the whole network as one source (the textbook steps of the node kinds, with keys, tests and calls filled in). Join,
 * not, exists and terminal nodes and most alpha memories are written; a node of another kind keeps its methods, and is
 * called by them. All state stands in the heap, so the two can take turns.
 */
export function sourceOf(
  fabric: Fabric,
  agenda: Agenda,
  alphas: readonly AlphaMemory[],
): { readonly program: Program; readonly text: Code } {
  const program = new Program();
  const nodes = fabric.nodes.filter((node) => node !== null);
  const supporting = new Set(
    nodes.flatMap((node) => (node instanceof TerminalNode ? (node.supporting ?? []) : [])),
  );
  const calls: Calls = {
    program,
    fabric,
    send: (node, token, entry, fact) =>
      node.children.map((child) =>
        isWritten(child)
          ? `${nameOf(child)}(${token}, ${entry}, ${fact});`
          : `${program.keep(child, 'node')}.receive(${token}, ${entry}, ${fact});`,
      ),
    dropChildren,
  };
  program.define(common(program, fabric));
  for (const node of nodes) {
    if (node instanceof JoinNode) joinCode(node, calls);
    else if (node instanceof NotNode) notCode(node, calls);
    else if (node instanceof ExistsNode) existsCode(node, calls);
    else if (node instanceof TerminalNode) terminalCode(node, calls, program.keep(agenda, 'agenda'));
    program.define(dropCode(node, calls, program.keep(agenda, 'agenda'), supporting.has(node)));
  }
  program.define(dropAny(nodes));
  for (const alpha of alphas) alphaCode(alpha, calls);
  const relations = new Set(alphas.map(({ plan }) => fabric.facts.relation(plan.template)));
  for (const { id, template } of relations) {
    const own = alphas.filter(({ plan }) => fabric.facts.relation(plan.template).id === id);
    program.define(assertCode(id, template, own, calls));
  }
  const written = nodes.filter(isWritten);
  const paired = nodes.filter(isWrittenPaired);
  return {
    program,
    text: program.text(
      table([
        `asserts: ${table([...relations].map(({ id }) => `${id}: assert${id}`))}`,
        `receive: ${table(written.map((node) => `${node.id}: ${nameOf(node)}`))}`,
        `activate: ${table(paired.map((node) => `${node.id}: (entry) => ${nameOf(node)}_right(entry, M[entry + ENTRY_FACT], M[entry + KEY])`))}`,
        `unblocked: ${table(paired.filter((node) => !(node instanceof JoinNode)).map((node) => `${node.id}: ${nameOf(node)}_unblocked`))}`,
        'release',
        'grown: (words) => { M = words; }',
      ]),
    ),
  };
}

/** The function that receives a node's matches, and begins the names of its others. */
const nameOf = (node: TokenNode): Code => node.sourceName ?? `node${node.id}`;

const table = (of: readonly Code[]): Code => `{ ${of.join(', ')} }`;

const isWrittenPaired = (node: TokenNode): node is JoinNode | NotNode | ExistsNode =>
  node instanceof JoinNode || node instanceof NotNode || node instanceof ExistsNode;

const isWritten = (node: TokenNode): boolean => node.sourceName !== null;

/** What all nodes use. */
function common(program: Program, fabric: Fabric): Code {
  const heap = program.keep(fabric.heap, 'heap');
  const shared = program.keep(fabric, 'fabric');
  return `
let M = ${heap}.words;

// Makes a token of a node and hangs it below its parent and its entry: makeToken of node.ts.
function made(node, parent, entry, fact) {
  let token = M[FREE_TOKENS];
  if (token === NIL) {
    ${heap}.moreTokens();
    token = M[FREE_TOKENS];
  }
  M[FREE_TOKENS] = M[token];
  M[TOKENS] += 1;
  M[token + KEY] = 0;
  M[token + TOKEN_NODE] = node;
  M[token + TOKEN_PARENT] = parent;
  M[token + TOKEN_ENTRY] = entry;
  M[token + TOKEN_FACT] = fact;
  M[token + TOKEN_CHILD] = NIL;
  const sibling = M[parent + TOKEN_CHILD];
  M[token + TOKEN_SIBLING_NEXT] = sibling;
  M[token + TOKEN_SIBLING_PREV] = NIL;
  if (sibling !== NIL) M[sibling + TOKEN_SIBLING_PREV] = token;
  M[parent + TOKEN_CHILD] = token;
  if (entry !== NIL) {
    const peer = M[entry + ENTRY_TOKENS];
    M[token + TOKEN_PEER_NEXT] = peer;
    M[token + TOKEN_PEER_PREV] = NIL;
    if (peer !== NIL) M[peer + TOKEN_PEER_PREV] = token;
    M[entry + ENTRY_TOKENS] = token;
  }
  M[token + TOKEN_BLOCKER] = NIL;
  M[token + TOKEN_SUPPORTS] = NIL;
  if (${shared}.made !== null) ${shared}.made.add(token);
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

function unbind(token) {
  const entry = M[token + TOKEN_BLOCKER];
  const next = M[token + TOKEN_BLOCKED_NEXT];
  const previous = M[token + TOKEN_BLOCKED_PREV];
  if (next !== NIL) M[next + TOKEN_BLOCKED_PREV] = previous;
  if (previous === NIL) M[entry + ENTRY_BLOCKED] = next;
  else M[previous + TOKEN_BLOCKED_NEXT] = next;
  M[token + TOKEN_BLOCKER] = NIL;
}

// Whether a token is about to be deleted: willDie of node.ts.
function dying(token) {
  for (let link = token; link !== NIL; link = M[link + TOKEN_PARENT]) {
    const fact = M[link + TOKEN_FACT];
    if (fact !== NIL && M[fact + FACT_DYING] === 1) return true;
  }
  return false;
}

// Takes a token from the list of its entry.
function unpeer(token) {
  const entry = M[token + TOKEN_ENTRY];
  if (entry === NIL) return;
  const next = M[token + TOKEN_PEER_NEXT];
  const previous = M[token + TOKEN_PEER_PREV];
  if (next !== NIL) M[next + TOKEN_PEER_PREV] = previous;
  if (previous === NIL) M[entry + ENTRY_TOKENS] = next;
  else M[previous + TOKEN_PEER_NEXT] = next;
}

// Takes a token from the children of its parent.
function unsibling(token) {
  const next = M[token + TOKEN_SIBLING_NEXT];
  const previous = M[token + TOKEN_SIBLING_PREV];
  if (next !== NIL) M[next + TOKEN_SIBLING_PREV] = previous;
  if (previous === NIL) M[M[token + TOKEN_PARENT] + TOKEN_CHILD] = next;
  else M[previous + TOKEN_SIBLING_NEXT] = next;
}

function release(entry) {
  for (let token = M[entry + ENTRY_TOKENS]; token !== NIL; token = M[entry + ENTRY_TOKENS]) {
    unsibling(token);
    drop(token);
  }
}
`;
}

/** Deletes a token of a node, with what was built on it, the youngest first: deleteToken of node.ts, but for the siblings. */
function dropCode(node: TokenNode, { program, fabric }: Calls, agenda: Code, supports: boolean): Code {
  const shared = program.keep(fabric, 'fabric');
  const lines: Code[] = [];
  if (node.children.length > 0) lines.push(dropEach(node, 'token'));
  if (node instanceof TerminalNode) lines.push(`${agenda}.forget(token, ${program.keep(node, 'terminal')});`);
  else if (isWrittenPaired(node)) {
    if (!(node instanceof JoinNode)) lines.push('if (M[token + TOKEN_BLOCKER] !== NIL) unbind(token);');
    lines.push(...unfiled(node));
  } else lines.push(`${program.keep(node, 'node')}.forget(token);`);
  // What passed an absence has no entry.
  if (!(node.parent instanceof NotNode || node.parent instanceof ExistsNode)) lines.push('unpeer(token);');
  const held = program.keep(fabric.supports, 'supports');
  if (supports)
    lines.push(
      `if (M[token + TOKEN_SUPPORTS] !== NIL || ${held}.supporter === token) ${held}.tokenGone(token);`,
    );
  lines.push(
    `if (${shared}.made !== null) ${shared}.made.delete(token);`,
    'M[token] = M[FREE_TOKENS];',
    'M[FREE_TOKENS] = token;',
    'M[TOKENS] -= 1;',
  );
  return `function ${dropName(node)}(token) {\n${indented(lines)}\n}`;
}

const dropName = (node: TokenNode): Code => `${nameOf(node)}_drop`;

/** Takes a token out of the left memory, which is last in, first out. */
function unfiled({ left, plan }: PairedNode): Code[] {
  const { address } = left;
  const bucket =
    plan.equalities.length === 0
      ? `M[${address} + MEMORY_BASE]`
      : `M[${address} + MEMORY_BASE] + (scattered(M[token + KEY]) & M[${address} + MEMORY_MASK])`;
  return [
    'const next = M[token + NEXT];',
    'const previous = M[token + PREV];',
    'if (next !== NIL) M[next + PREV] = previous;',
    `if (previous === NIL) M[${bucket}] = next;`,
    'else M[previous + NEXT] = next;',
    `M[${address} + MEMORY_COUNT] -= 1;`,
  ];
}

/** Deletes what was built on a token that stays. */
function dropChildren(node: TokenNode, token: Code): Code {
  return node.children.length === 0 ? '' : `${dropEach(node, token)}\nM[${token} + TOKEN_CHILD] = NIL;`;
}

function dropEach(node: TokenNode, token: Code): Code {
  const [only, ...others] = node.children;
  if (only === undefined) return '';
  const each = others.length === 0 ? `${dropName(only)}(child);` : 'drop(child);';
  return [
    `for (let child = M[${token} + TOKEN_CHILD]; child !== NIL;) {`,
    '  const after = M[child + TOKEN_SIBLING_NEXT];',
    `  ${each}`,
    '  child = after;',
    '}',
  ].join('\n');
}

/** Deletes a token of any node. */
function dropAny(nodes: readonly TokenNode[]): Code {
  const cases = nodes.map((node) => `case ${node.id}: ${dropName(node)}(token); return;`);
  return `function drop(token) {\n  switch (M[token + TOKEN_NODE]) {\n${indented(cases, 4)}\n  }\n}`;
}
