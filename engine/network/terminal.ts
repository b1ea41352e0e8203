import type { Agenda } from '../agenda.ts';
import {
  ACTIVATION_TAG,
  NIL,
  TOKEN_CHILD,
  TOKEN_FACT,
  TOKEN_NODE,
  TOKEN_SIBLING_NEXT,
  type Address,
} from '../heap.ts';
import type { BranchPlan, LevelPlan } from '../plan.ts';
import type { Queue } from '../queue.ts';
import type { Rule } from '../rule.ts';
import type { Evaluate } from '../frame.ts';
import type { Value } from '../value.ts';
import { valueReader } from './access.ts';
import type { Code } from './code.ts';
import type { Calls } from './calls.ts';
import { ancestor, looseToken, makeToken, TokenNode, type Fabric } from './node.ts';

/** A rule as the session runs it. */
export interface CompiledRule {
  rule: Rule;
  /** The rule as its conditions were compiled: it may have moved in the files since. */
  readonly matched: Rule;
  readonly module: string;
  /** As it was evaluated last. */
  salience: number;
  /** Evaluates the salience; 0 where that meets an error. */
  readonly evaluated: () => number;
  /** Its place in the rule base: changed only while the agenda is rearranged. */
  place: number;
  /** The right-hand side, on a frame of locals. */
  body: Evaluate;
  /** Names of the locals, in their order. */
  readonly locals: readonly string[];
  /** Its actions do nothing but change facts, compute and print. */
  readonly isPlain: boolean;
  /** Where its activations wait, as it was found last. */
  waitsIn: { readonly queue: Queue; readonly salience: number; readonly ranking: number } | null;
  /** It calls functions that may ask which rule fires, and for which facts. */
  readonly showsFiring: boolean;
}

/** The end of a branch of a rule: its tokens are the activations. */
export class TerminalNode extends TokenNode {
  override readonly sourceName = `rule${this.id}`;
  readonly compiled: CompiledRule;
  readonly branch: BranchPlan;
  readonly #agenda: Agenda;
  /** Distances from an activation up to the tokens that are shown in its list of facts. */
  readonly shown: readonly number[];
  readonly #loads: readonly {
    readonly local: number;
    readonly read: (token: Address, entry: Address) => Value;
  }[];

  constructor(
    fabric: Fabric,
    parent: TokenNode,
    branch: BranchPlan,
    compiled: CompiledRule,
    agenda: Agenda,
    number: number,
  ) {
    super(fabric, parent, branch.levels.length, `rule ${compiled.rule.name} ${number}`);
    this.compiled = compiled;
    this.branch = branch;
    this.#agenda = agenda;
    const { levels } = branch;
    this.shown = levels.flatMap((level: LevelPlan, at) => (level.shown ? [levels.length - 1 - at] : []));
    this.#loads = compiled.locals.flatMap((name, local) => {
      const ref = branch.variables.get(name);
      return ref === undefined ? [] : [{ local, read: valueReader(fabric, ref, levels.length) }];
    });
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    this.#agenda.add(makeToken(this, parent, entry, fact), this);
  }

  override foresee(_way: ReadonlySet<TokenNode>, parent: Address, entry: Address, fact: Address): Address {
    return looseToken(this, parent, entry, fact);
  }

  forget(token: Address): void {
    this.#agenda.forget(token, this);
  }

  /** The facts of an activation, in the order of the conditions; NIL for what matched by absence. */
  factsOf(token: Address): Address[] {
    const { words } = this.fabric.heap;
    return this.shown.map((distance) => words[ancestor(words, token, distance) + TOKEN_FACT] as Address);
  }

  /** The locals of the right-hand side as the conditions bound them. */
  bindings(token: Address): (Value | undefined)[] {
    const locals: (Value | undefined)[] = [];
    for (let at = this.compiled.locals.length; at > 0; at -= 1) locals.push(undefined);
    for (const { local, read } of this.#loads) locals[local] = read(token, NIL);
    return locals;
  }

  /** The token that the firing's assertions hang on; NIL without `logical`. */
  supporterOf(token: Address): Address {
    const { logical, levels } = this.branch;
    return logical === 0 ? NIL : ancestor(this.fabric.heap.words, token, levels.length - logical);
  }

  /** The node whose tokens support what the rule asserts; null without `logical`. */
  get supporting(): TokenNode | null {
    const { logical, levels } = this.branch;
    if (logical === 0) return null;
    const above = (node: TokenNode, distance: number): TokenNode =>
      distance === 0 ? node : above(node.parent as TokenNode, distance - 1);
    return above(this, levels.length - logical);
  }

  prime(child: TokenNode): void {
    throw new Error(`nothing follows a rule, but ${child.text} does`);
  }

  /** Nothing of it is in the heap but its tokens. */
  dispose(): void {}

  /** Youngest first, as a left memory has them. */
  tokens(): Iterable<Address> {
    // Activations stand in no memory of their own: they are found below the tokens that they come from.
    const { words } = this.fabric.heap;
    const found: Address[] = [];
    for (const parent of this.parent?.tokens() ?? []) {
      let child = words[parent + TOKEN_CHILD] as Address;
      for (; child !== NIL; child = words[child + TOKEN_SIBLING_NEXT] as Address) {
        if (words[child + TOKEN_NODE] === this.id) found.push(child);
      }
    }
    return found.toSorted(
      (a, b) => (words[b + ACTIVATION_TAG] as number) - (words[a + ACTIVATION_TAG] as number),
    );
  }
}

/** `receive` as source. */
export function terminalCode(node: TerminalNode, { program }: Calls, agenda: Code): void {
  program.define(`
function ${node.sourceName}(parent, entry, fact) {
  ${agenda}.add(made(${node.id}, parent, entry, fact), ${program.keep(node, 'terminal')});
}`);
}
