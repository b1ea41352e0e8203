import type { Atom, Atoms } from './atoms.ts';
import {
  FACT_INDEX,
  FACT_NEXT,
  FACT_PREV,
  FACT_SLOTS,
  FACT_TEMPLATE,
  NEXT,
  KEY,
  NIL,
  type Address,
  type Heap,
} from './heap.ts';
import { Memory, mixed } from './network/memory.ts';
import { keyOf, type Template } from './rule.ts';
import type { Fact } from './session.ts';
import type { Value } from './value.ts';

/** A template as the session knows it, with the list of its facts. */
export interface Relation {
  readonly id: number;
  readonly template: Template;
  readonly slotAt: ReadonlyMap<string, number>;
  readonly size: number;
  /** How many facts of it stand. */
  count: number;
  first: Address;
  last: Address;
  /** A fact came back to it behind younger ones: whoever wants them by age has to sort. */
  disordered: boolean;
}

/** Working memory: the facts themselves, each once, found by index and by value. */
export class FactStore {
  readonly #heap: Heap;
  readonly #atoms: Atoms;
  readonly #relations: Relation[] = [];
  readonly #byName = new Map<string, Relation>();
  readonly #byIndex = new Map<number, Address>();
  readonly #byValue: Memory;
  nextIndex = 1;

  constructor(heap: Heap, atoms: Atoms) {
    this.#heap = heap;
    this.#atoms = atoms;
    this.#byValue = new Memory(heap, true, 'first-in-first-out');
  }

  get count(): number {
    return this.#byIndex.size;
  }

  define(template: Template): void {
    const key = keyOf(template);
    if (this.#byName.has(key)) throw new TypeError(`template \`${key}\` is defined already`);
    const relation: Relation = {
      id: this.#relations.length,
      template,
      slotAt: new Map(template.slots.map((slot, at) => [slot.name, at])),
      size: FACT_SLOTS + template.slots.length,
      count: 0,
      first: NIL,
      last: NIL,
      disordered: false,
    };
    this.#relations.push(relation);
    this.#byName.set(key, relation);
  }

  /** Makes tables smaller that are nearly empty. */
  trim(): void {
    this.#byValue.trim();
  }

  /** Forgets a template without facts. */
  undefine(key: string): void {
    this.#byName.delete(key);
  }

  has(key: string): boolean {
    return this.#byName.has(key);
  }

  /** The template of a key (`keyOf`). */
  relation(key: string): Relation {
    const found = this.#byName.get(key);
    if (found === undefined) throw new TypeError(`there is no template \`${key}\``);
    return found;
  }

  relationOf(fact: Address): Relation {
    return this.#relations[this.#heap.words[fact + FACT_TEMPLATE] as number] as Relation;
  }

  /** In order of definition. */
  relations(): readonly Relation[] {
    return [...this.#byName.values()];
  }

  /** All facts, oldest first. */
  all(): Address[] {
    const index = (fact: Address): number => this.#heap.words[fact + FACT_INDEX] as number;
    return this.relations()
      .flatMap((relation) => this.of(relation))
      .toSorted((a, b) => index(a) - index(b));
  }

  /** Whether a record is a fact that was not retracted meanwhile. */
  isStanding(fact: Address): boolean {
    return this.#byIndex.get(this.#heap.words[fact + FACT_INDEX] as number) === fact;
  }

  at(index: number): Address {
    return this.#byIndex.get(index) ?? NIL;
  }

  /** The fact with these values, or NIL. */
  find(relation: Relation, atoms: readonly Atom[]): Address {
    const key = hashOf(relation, atoms);
    const { words } = this.#heap;
    for (let fact = this.#byValue.first(key); fact !== NIL; fact = words[fact + NEXT] as Address) {
      if (words[fact + KEY] !== key || words[fact + FACT_TEMPLATE] !== relation.id) continue;
      if (atoms.every((atom, slot) => words[fact + FACT_SLOTS + slot] === atom)) return fact;
    }
    return NIL;
  }

  /** Makes a fact that is not there yet; takes over what the caller holds of the atoms. */
  add(relation: Relation, atoms: readonly Atom[], index: number): Address {
    const fact = this.#heap.allocate(relation.size);
    const { words } = this.#heap;
    words[fact + FACT_TEMPLATE] = relation.id;
    words[fact + FACT_INDEX] = index;
    words.set(atoms, fact + FACT_SLOTS);
    words[fact + FACT_PREV] = relation.last;
    if (relation.last === NIL) relation.first = fact;
    else {
      words[relation.last + FACT_NEXT] = fact;
      if ((words[relation.last + FACT_INDEX] as number) > index) relation.disordered = true;
    }
    relation.last = fact;
    relation.count += 1;
    this.#byIndex.set(index, fact);
    this.#byValue.append(fact, hashOf(relation, atoms));
    return fact;
  }

  /** Hides a fact that is retracted; its record stands until `free`. */
  hide(fact: Address): void {
    const { words } = this.#heap;
    const relation = this.relationOf(fact);
    relation.count -= 1;
    const next = words[fact + FACT_NEXT] as Address;
    const previous = words[fact + FACT_PREV] as Address;
    if (next === NIL) relation.last = previous;
    else words[next + FACT_PREV] = previous;
    if (previous === NIL) relation.first = next;
    else words[previous + FACT_NEXT] = next;
    if (relation.first === NIL) relation.disordered = false;
    this.#byIndex.delete(words[fact + FACT_INDEX] as number);
    this.#byValue.remove(fact);
  }

  free(fact: Address): void {
    const relation = this.relationOf(fact);
    for (const atom of this.atomsOf(fact)) this.#atoms.release(atom);
    this.#heap.free(fact, relation.size);
  }

  atomsOf(fact: Address): Atom[] {
    const relation = this.relationOf(fact);
    const { words } = this.#heap;
    const atoms: Atom[] = [];
    for (let at = FACT_SLOTS; at < relation.size; at += 1) atoms.push(words[fact + at] as Atom);
    return atoms;
  }

  /** The facts of a template, oldest first. */
  of(relation: Relation): Address[] {
    const { words } = this.#heap;
    const facts: Address[] = [];
    for (let fact = relation.first; fact !== NIL; fact = words[fact + FACT_NEXT] as Address) facts.push(fact);
    if (relation.disordered)
      facts.sort((a, b) => (words[a + FACT_INDEX] as number) - (words[b + FACT_INDEX] as number));
    return facts;
  }

  /** A fact as seen from outside; a copy that stays when the fact goes. */
  view(fact: Address): Fact {
    const { template } = this.relationOf(fact);
    const slots: Record<string, Value> = {};
    for (const [at, slot] of template.slots.entries()) {
      slots[slot.name] = this.#atoms.value(this.#heap.words[fact + FACT_SLOTS + at] as Atom);
    }
    return { index: this.#heap.words[fact + FACT_INDEX] as number, template, slots };
  }
}

function hashOf(relation: Relation, atoms: readonly Atom[]): number {
  let hash = relation.id + 1;
  for (const atom of atoms) hash = mixed(hash, atom);
  return hash;
}
