import { NEXT, NIL, TOKEN_BLOCKER, type Address } from '../heap.ts';
import { indented } from './code.ts';
import type { Calls } from './calls.ts';
import { deleteChildren, willDie, type TokenNode } from './node.ts';
import { PairedCode } from './paired-code.ts';
import { PairedNode } from './paired.ts';

/** Lets a token pass, once, while some entry matches it. The token remembers one supporter and looks for another when that goes. */
export class ExistsNode extends PairedNode {
  override readonly sourceName = `exists${this.id}`;

  receive(parent: Address, entry: Address, fact: Address): void {
    const token = this.admit(parent, entry, fact);
    const supporter = this.firstMatch(token);
    if (supporter === NIL) return;
    this.bind(token, supporter);
    this.send(token, NIL, NIL);
  }

  activate(entry: Address): void {
    const { heap } = this.fabric;
    let token = this.nextToken(entry, this.firstToken(entry));
    while (token !== NIL) {
      const next = heap.words[token + NEXT] as Address;
      if (heap.words[token + TOKEN_BLOCKER] === NIL) {
        this.bind(token, entry);
        this.send(token, NIL, NIL);
      }
      token = this.nextToken(entry, next);
    }
  }

  override unblocked(token: Address, next: Address): void {
    if (willDie(this.fabric.heap.words, token)) return;
    const supporter = this.nextMatch(token, next);
    if (supporter === NIL) deleteChildren(this.fabric, token);
    else this.bind(token, supporter);
  }

  override foresee(way: ReadonlySet<TokenNode>, parent: Address, entry: Address, fact: Address): Address {
    const token = this.admitLoose(parent, entry, fact);
    const found = this.firstMatch(token) !== NIL ? this.foreseeBelow(way, token, NIL, NIL) : NIL;
    if (found === NIL) this.fabric.heap.freeToken(token);
    return found;
  }

  forget(token: Address): void {
    this.unbind(token);
    this.left.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.left.records()) {
      if (this.fabric.heap.words[token + TOKEN_BLOCKER] !== NIL) child.receive(token, NIL, NIL);
    }
  }
}

/** The same as source: `receive`, `activate` and `unblocked`. */
export function existsCode(node: ExistsNode, { program, fabric, send }: Calls): void {
  const paired = new PairedCode(program, fabric, node);
  const name = node.sourceName;
  const pass = send(node, 'token', 'NIL', 'NIL');
  program.define(`
function ${name}(parent, entry, fact) {
${indented([...paired.admit(), ...paired.eachEntry(['bind(token, match);', ...pass, 'return;'])])}
}`);
  program.define(`
function ${name}_right(entry, fact, key) {
${indented(paired.eachToken(['bind(token, entry);', ...pass], 'M[token + TOKEN_BLOCKER] !== NIL'))}
}`);
  program.define(`
function ${name}_unblocked(token, match) {
  if (dying(token)) return;
${indented([...paired.eachEntryFrom(['bind(token, match);', 'return;']), 'dropBelow(token);'])}
}`);
}
