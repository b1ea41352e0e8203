import type { Agenda } from './agenda.ts';
import type { Constructs } from './constructs.ts';
import { FACT_INDEX, NIL, TOKEN_NODE, type Address } from './heap.ts';
import type { Library } from './library.ts';
import type { Modules } from './modules.ts';
import { ResultNode } from './network/group.ts';
import { pathOf } from './network/identity.ts';
import type { Network } from './network/network.ts';
import type { Fabric, TokenNode } from './network/node.ts';
import { TerminalNode, type CompiledRule } from './network/terminal.ts';
import { keyOf } from './rule.ts';
import type { WorkingMemory } from './working-memory.ts';

/** What a session consists of. */
export interface Parts {
  readonly fabric: Fabric;
  readonly network: Network;
  readonly agenda: Agenda;
  readonly memory: WorkingMemory;
  readonly constructs: Constructs;
  readonly library: Library;
  readonly modules: Modules;
}

/**
 * Brings a session, which has the same constructs as another, to the same state: facts with their indexes and supports, globals, what waits
 * to fire and what has fired, the focus, and all settings. Matches are made anew from the facts, oldest first.
 */
export function copyState(from: Parts, to: Parts): void {
  copySettings(from, to);
  to.library.takeOver(from.library);
  copyFacts(from, to);
  copyActivations(from, to);
  copySupports(from, to);
  to.modules.clearStack();
  for (const module of from.modules.stack.toReversed()) to.modules.push(module);
  to.modules.current = from.modules.current;
}

function copySettings(from: Parts, to: Parts): void {
  to.agenda.evaluation = from.agenda.evaluation;
  to.memory.allowsDuplicates = from.memory.allowsDuplicates;
  to.memory.checksConstraints = from.memory.checksConstraints;
  to.fabric.keepsOrder = from.fabric.keepsOrder;
}

function copyFacts(from: Parts, to: Parts): void {
  for (const fact of to.fabric.facts.all()) to.memory.retract(fact);
  const { facts, atoms, heap } = from.fabric;
  for (const fact of facts.all()) {
    const relation = to.fabric.facts.relation(keyOf(facts.relationOf(fact).template));
    const values = facts.atomsOf(fact).map((atom) => to.fabric.atoms.intern(atoms.value(atom)));
    const copy = to.fabric.facts.add(relation, values, heap.words[fact + FACT_INDEX] as number);
    to.memory.matching(() => to.network.assert(relation, copy));
  }
  to.fabric.facts.nextIndex = facts.nextIndex;
}

/** Matches are the same when they are of the same branch of a rule and of the same facts, in the same way. */
function copyActivations(from: Parts, to: Parts): void {
  to.agenda.takeOver(from.agenda, () => {
    const known = new Set<Address>();
    for (const [compiled, twin] of rulesOf(from, to)) {
      twin.place = compiled.place;
      twin.salience = compiled.salience;
      const terminals = to.network.terminals(twin);
      for (const [branch, terminal] of from.network.terminals(compiled).entries()) {
        const copies = tokensOf(terminals[branch] as TokenNode);
        for (const token of terminal.tokens()) {
          const copy = copies.get(pathOf(from.fabric.heap.words, token));
          if (copy === undefined) continue;
          to.agenda.becomeLike(copy, from.agenda, token);
          known.add(copy);
        }
      }
    }
    return known;
  });
}

function copySupports(from: Parts, to: Parts): void {
  const { facts, supports, heap, nodes } = from.fabric;
  const twins = twinsOf(from, to);
  const tokens = new Map<TokenNode, ReadonlyMap<string, Address>>();
  for (const fact of facts.all()) {
    const copy = to.fabric.facts.at(heap.words[fact + FACT_INDEX] as number);
    for (const { token, by } of supports.entries(fact).toReversed()) {
      const node = twins.get(nodes[heap.words[token + TOKEN_NODE] as number] as TokenNode);
      const rule = twins.get(nodes[by] as TokenNode);
      if (node === undefined || copy === NIL) continue;
      let copies = tokens.get(node);
      if (copies === undefined) tokens.set(node, (copies = tokensOf(node)));
      const support = copies.get(pathOf(heap.words, token));
      if (support !== undefined) to.fabric.supports.add(support, copy, rule?.id ?? 0);
    }
  }
}

function rulesOf(from: Parts, to: Parts): (readonly [CompiledRule, CompiledRule])[] {
  const twins = new Map(to.constructs.compiled().map((each) => [keyOf(each.rule), each]));
  return from.constructs.compiled().map((each) => [each, twins.get(keyOf(each.rule)) as CompiledRule]);
}

/** Each node with the one of the other network that does the same: both were made by the same rules of sharing. */
function twinsOf(from: Parts, to: Parts): ReadonlyMap<TokenNode, TokenNode> {
  const twins = new Map<TokenNode, TokenNode>();
  const visit = (node: TokenNode, twin: TokenNode): void => {
    twins.set(node, twin);
    for (const child of node.children) {
      if (child instanceof ResultNode || child instanceof TerminalNode) continue;
      const same = twin.children.find(({ text }) => text === child.text);
      if (same !== undefined) visit(child, same);
    }
  };
  visit(from.network.root, to.network.root);
  for (const [compiled, twin] of rulesOf(from, to)) {
    const terminals = to.network.terminals(twin);
    for (const [branch, terminal] of from.network.terminals(compiled).entries())
      twins.set(terminal, terminals[branch] as TokenNode);
  }
  return twins;
}

function tokensOf(node: TokenNode): ReadonlyMap<string, Address> {
  const { words } = node.fabric.heap;
  return new Map(Array.from(node.tokens(), (token) => [pathOf(words, token), token]));
}
