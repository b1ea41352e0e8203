import type { Agenda } from '../agenda.ts';
import type { Address } from '../heap.ts';
import { alphaCode, assertCode } from './alpha-code.ts';
import type { AlphaMemory } from './alpha.ts';
import type { Calls } from './calls.ts';
import { Program, type Code } from './code.ts';
import { existsCode, ExistsNode } from './exists.ts';
import { joinCode, JoinNode } from './join.ts';
import type { Fabric, TokenNode } from './node.ts';
import { notCode, NotNode } from './not.ts';
import { terminalCode, TerminalNode } from './terminal.ts';
import { tokenCode } from './token-code.ts';

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
  const calls: Calls = {
    program,
    fabric,
    send: (node, token, entry, fact) =>
      node.children.map((child) =>
        isWritten(child)
          ? `${nameOf(child)}(${token}, ${entry}, ${fact});`
          : `${program.keep(child, 'node')}.receive(${token}, ${entry}, ${fact});`,
      ),
  };
  program.define(tokenCode(program, fabric));
  for (const node of nodes) {
    if (node instanceof JoinNode) joinCode(node, calls);
    else if (node instanceof NotNode) notCode(node, calls);
    else if (node instanceof ExistsNode) existsCode(node, calls);
    else if (node instanceof TerminalNode) terminalCode(node, calls, program.keep(agenda, 'agenda'));
  }
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
