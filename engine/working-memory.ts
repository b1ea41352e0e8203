import type { Agenda } from './agenda.ts';
import type { Atom } from './atoms.ts';
import { Frame, type Evaluate } from './frame.ts';
import { violationOf } from './constraints.ts';
import { fitsShape } from './convert.ts';
import type { Relation } from './facts.ts';
import { RuleError } from './functions/builtin.ts';
import { FACT_INDEX, NIL, type Address } from './heap.ts';
import type { Listeners } from './listener.ts';
import type { Network } from './network/network.ts';
import type { Fabric } from './network/node.ts';
import { printed } from './printed.ts';
import type { Slot, Template } from './rule.ts';
import type { Transaction } from './transaction.ts';
import { FactAddress, FALSE, type Value } from './value.ts';

/**
 * How facts come and go: each change passes through the network at once, what has lost its last support goes with it, and
 * listeners and the open transaction hear of it.
 */
export class WorkingMemory {
  readonly #fabric: Fabric;
  readonly #network: Network;
  readonly #agenda: Agenda;
  readonly #listeners: Listeners;
  /** Default values that are evaluated at each assert, by template and slot. */
  readonly #dynamicDefaults = new Map<Template, ReadonlyMap<string, Evaluate>>();
  /** The network is at work: conditions can't change what they are matched against. */
  #isMatching = false;
  transaction: Transaction | null = null;
  /** Called before any fact goes. */
  beforeRetract: (() => void) | null = null;
  /** Told of a fact that is asserted although it stands already. */
  claimed: ((fact: Address) => void) | null = null;
  /** Whether a fact may stand twice. */
  allowsDuplicates = false;
  /** Whether values that come while rules run are held against the constraints of their slots. */
  checksConstraints = false;

  constructor(fabric: Fabric, network: Network, agenda: Agenda, listeners: Listeners) {
    this.#fabric = fabric;
    this.#network = network;
    this.#agenda = agenda;
    this.#listeners = listeners;
  }

  /** Knows from here on what to compute for slots that are left out. */
  setDefaults(template: Template, dynamic: ReadonlyMap<string, Evaluate>): void {
    this.#dynamicDefaults.set(template, dynamic);
  }

  forgetDefaults(template: Template): void {
    this.#dynamicDefaults.delete(template);
  }

  /**
   * Asserts values that have the shape of their slots; NIL when the fact is there already or has lost its support.
   * `mayBeLogical`: it hangs on the logical conditions of the rule that fires.
   */
  assert(relation: Relation, values: readonly Value[], mayBeLogical: boolean): Address {
    this.#refuseWhileMatching();
    const { atoms } = this.#fabric;
    return this.#assertAtoms(
      relation,
      values.map((value) => atoms.intern(value)),
      mayBeLogical,
    );
  }

  /** The same of atoms, which are held by the caller and then by the fact. */
  #assertAtoms(relation: Relation, atoms: readonly Atom[], mayBeLogical: boolean): Address {
    const { facts, supports } = this.#fabric;
    const isLogical = mayBeLogical && supports.isLogical;
    const { supporter } = supports;
    const standing = this.allowsDuplicates ? NIL : facts.find(relation, atoms);
    if (standing !== NIL || (isLogical && supporter === NIL)) {
      this.#releaseAll(atoms);
      if (standing !== NIL) this.#assertAgain(standing, isLogical);
      return NIL;
    }
    const index = facts.nextIndex;
    facts.nextIndex += 1;
    this.transaction?.factAsserted(index);
    if (this.checksConstraints) this.#checkConstraints(relation, atoms, index);
    const fact = facts.add(relation, atoms, index);
    if (isLogical) supports.add(supporter, fact);
    if (this.#listeners.hears('asserted')) this.#listeners.asserted(fact);
    this.matching(() => this.#network.assert(relation, fact));
    this.retractOrphans();
    return facts.at(index);
  }

  retract(fact: Address): void {
    this.#refuseWhileMatching();
    this.#retractOne(fact);
    this.retractOrphans();
  }

  /** Retracts what has lost its last support, and what that supported in turn: what lost it last goes first, as in CLIPS. */
  retractOrphans(): void {
    const { supports, facts } = this.#fabric;
    const { orphans } = supports;
    for (let index = orphans.pop(); index !== undefined; index = orphans.pop()) {
      const fact = facts.at(index);
      if (fact !== NIL && supports.of(fact).length === 0) this.#retractOne(fact);
    }
  }

  /** `modify` and `duplicate`: the new fact's address, or FALSE when it is there already. */
  alter(kind: 'modify' | 'duplicate', value: Value, slots: ReadonlyMap<string, Value>): Value {
    this.#refuseWhileMatching();
    const { facts } = this.#fabric;
    const index = value instanceof FactAddress ? value.index : value;
    const fact = typeof index === 'number' ? facts.at(index) : NIL;
    if (fact === NIL) throw new RuleError(`\`${kind}\`: the fact is gone`);
    const relation = facts.relationOf(fact);
    for (const name of slots.keys()) {
      if (!relation.slotAt.has(name))
        throw new RuleError(`template \`${relation.template.name}\` has no slot \`${name}\``);
    }
    const atoms = this.#changed(relation, facts.atomsOf(fact), slots);
    if (kind === 'modify') this.retract(fact);
    const made = this.#assertAtoms(relation, atoms, true);
    return made === NIL ? FALSE : this.addressOf(made);
  }

  /** The atoms of a fact with some slots changed, held once more. */
  #changed({ template, slotAt }: Relation, atoms: Atom[], slots: ReadonlyMap<string, Value>): Atom[] {
    const { atoms: table } = this.#fabric;
    const values = Array.from(slots, ([name, value]) => {
      const at = slotAt.get(name) as number;
      const slot = template.slots[at] as Slot;
      return { at, value: shaped(template, slot, unwrapped(slot, value)) };
    });
    const changed = new Map(values.map(({ at, value }) => [at, table.intern(value)]));
    return atoms.map((atom, at) => {
      const now = changed.get(at);
      if (now === undefined) table.retain(atom);
      return now ?? atom;
    });
  }

  /** The values of a fact that the language asserts, defaults filled in. */
  valuesOf(relation: Relation, given: ReadonlyMap<string, Value>): Value[] {
    const { template } = relation;
    return template.slots.map((slot) => {
      const value = given.get(slot.name);
      if (value === undefined) {
        if (slot.default.kind !== 'none') return this.defaultOf(template, slot);
        throw new RuleError(`slot \`${slot.name}\` of \`${template.name}\` needs a value`);
      }
      return shaped(template, slot, value);
    });
  }

  /** What a slot gets that is left out. Throws a TypeError when a value must be given. */
  defaultOf(template: Template, slot: Slot): Value {
    if (slot.default.kind === 'static') return slot.default.value;
    const dynamic = this.#dynamicDefaults.get(template)?.get(slot.name);
    if (dynamic === undefined)
      throw new TypeError(`slot \`${slot.name}\` of \`${template.name}\` needs a value`);
    return dynamic(new Frame());
  }

  addressOf(fact: Address): FactAddress {
    return new FactAddress(this.#fabric.heap.words[fact + FACT_INDEX] as number);
  }

  /** Lets the network work: meanwhile nothing may be asserted or retracted. */
  matching<Result>(work: () => Result): Result {
    this.#isMatching = true;
    try {
      return work();
    } catch (problem) {
      // Half a change stands in the network now: this is no matter for a list of problems.
      if (problem instanceof RangeError) throw new Error('the network ran out of stack', { cause: problem });
      throw problem;
    } finally {
      this.#isMatching = false;
      this.#agenda.settle();
    }
  }

  /** A fact is asserted that stands already: one more support, or from now on none is needed. */
  #assertAgain(fact: Address, isLogical: boolean): void {
    const { supports } = this.#fabric;
    this.claimed?.(fact);
    if (!isLogical) supports.clear(fact);
    else if (supports.supporter !== NIL && supports.of(fact).length > 0) {
      supports.add(supports.supporter, fact);
    }
  }

  #retractOne(fact: Address): void {
    this.beforeRetract?.();
    if (this.#listeners.hears('retracted')) this.#listeners.retracted(fact);
    this.transaction?.factRetracted(fact);
    this.#fabric.supports.clear(fact);
    this.matching(() => this.#network.retract(fact));
  }

  /** A value that breaks a constraint is told, and stands all the same, as in CLIPS. */
  #checkConstraints({ template }: Relation, atoms: readonly Atom[], index: number): void {
    for (const [at, slot] of template.slots.entries()) {
      const violation = violationOf(slot, this.#fabric.atoms.value(atoms[at] as Atom));
      if (violation === null) continue;
      const text = `slot \`${slot.name}\` of f-${index} (\`${template.name}\`) ${violation}`;
      this.#fabric.report(null, template.origin, new RuleError(text));
    }
  }

  #refuseWhileMatching(): void {
    if (this.#isMatching) throw new RuleError('a condition can not assert or retract');
  }

  #releaseAll(atoms: readonly Atom[]): void {
    for (const atom of atoms) this.#fabric.atoms.release(atom);
  }
}

/** A value as its slot takes it: one, or several. */
function shaped(template: Template, slot: Slot, value: Value): Value {
  if (slot.multi && !Array.isArray(value)) return [value as Exclude<Value, readonly unknown[]>] as Value;
  if (fitsShape(slot, value)) return value;
  throw new RuleError(`slot \`${slot.name}\` of \`${template.name}\` takes one value, not ${printed(value)}`);
}

/** `modify` does not know its template before it runs, so a single slot's value may come as a multifield of one. */
function unwrapped(slot: Slot, value: Value): Value {
  return !slot.multi && Array.isArray(value) && value.length === 1 ? (value[0] as Value) : value;
}
