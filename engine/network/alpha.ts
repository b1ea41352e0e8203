import { NO_ATOM, type Atom } from '../atoms.ts';
import {
  ENTRY_CAPTURES,
  ENTRY_FACT,
  ENTRY_MEMORY,
  ENTRY_NEXT,
  ENTRY_ORDINAL,
  FACT_ENTRIES,
  FACT_INDEX,
  FACT_SLOTS,
  NIL,
  type Address,
} from '../heap.ts';
import type { Step } from '../pattern-path.ts';
import type { FieldShape, PatternPlan, Ref, Test, Variables } from '../plan.ts';
import { conjunction, constantAtom, keyReader, type Holds, type Read } from './access.ts';
import { Memory } from './memory.ts';
import type { Fabric, Owner } from './node.ts';
import { unreachable } from '../unreachable.ts';

/** A node that pairs tokens with the entries of an alpha memory. */
export interface EntryNode {
  /** Takes an entry that has just come into the memory. */
  activate(entry: Address): void;
}

/** A field of a sequence, ready to be compared. */
interface CompiledField {
  readonly multi: boolean;
  /** A multifield with another one behind it: it may take fewer fields or more. */
  readonly splits: boolean;
  /** How many single fields stand behind it. */
  readonly fieldsBehind: number;
  readonly capture: number | null;
  readonly constants: readonly { readonly atom: Atom; readonly negated: boolean }[];
}

/**
 * All facts that match one pattern by themselves, hashed by what joins compare: one entry for each way to match, since
 * a multislot can be split in several. Entries stand in order of arrival.
 */
export class AlphaMemory {
  readonly id: number;
  readonly text: string;
  readonly memory: Memory;
  /** Its steps in the order of visits. */
  readonly path: readonly Step[];
  /** Newest first, so that a deeper join of the same rule sees an entry before a join above it does. */
  readonly joins: EntryNode[] = [];
  readonly #fabric: Fabric;
  readonly plan: PatternPlan;
  /** The places that it is hashed by, and its tests, all of level 0. */
  readonly keys: readonly Ref[];
  readonly tests: readonly Test[];
  readonly owner: Owner;
  readonly #sequences: readonly { readonly slot: number; readonly fields: readonly CompiledField[] }[];
  /** Some sequence can be laid in more than one way. */
  readonly #splits: boolean;
  readonly #holds: Holds;
  readonly #key: Read;

  constructor(
    fabric: Fabric,
    id: number,
    plan: PatternPlan,
    keys: readonly Ref[],
    text: string,
    owner: Owner,
  ) {
    this.id = id;
    this.text = text;
    this.path = plan.path;
    this.#fabric = fabric;
    this.plan = plan;
    this.#sequences = plan.sequences.map(({ slot, fields }) => ({
      slot,
      fields: fields.map((field, at) => compiledField(fabric, field, fields.slice(at + 1))),
    }));
    this.#splits = this.#sequences.some(({ fields }) => fields.some((field) => field.splits));
    // Every place is one of the entry's own, so the level it was planned for does not matter.
    const level = 0;
    this.tests = plan.tests.map(atLevelZero);
    this.keys = keys.map(moved);
    this.owner = owner;
    this.#holds = conjunction(fabric, this.tests, level, owner, false);
    this.#key = keyReader(fabric, this.keys, level);
    this.memory = new Memory(fabric.heap, keys.length > 0, 'first-in-first-out');
  }

  /**
   * Enters a fact in every way in which it matches. `activate`: the joins are told, entry by entry. `lengths`: of all ways
   * those in which the first multifields that can be split take so many fields.
   */
  accept(fact: Address, activate: boolean, lengths: readonly number[] = []): void {
    if (this.#sequences.length === 0) {
      this.#enter(fact, [], 0, activate);
      return;
    }
    if (!this.#splits) {
      if (!this.#fits(fact)) return;
      const held: Atom[] = [];
      this.#enter(fact, this.#captured(fact, held), 0, activate);
      for (const segment of held) this.#fabric.atoms.release(segment);
      return;
    }
    // Entries of one fact count down, so that the shortest first segment, which comes last, is the first in canonical order.
    let ordinal = lengths.length === 0 ? 0 : this.#ordinalOf(fact);
    const captures = Array.from<Atom>({ length: this.plan.captures }).fill(NO_ATOM);
    this.#split(fact, 0, lengths, captures, () => {
      if (this.#enter(fact, captures, ordinal, activate)) ordinal -= 1;
    });
  }

  /** What the fact's next entry counts. */
  #ordinalOf(fact: Address): number {
    const { words } = this.#fabric.heap;
    let entry = words[fact + FACT_ENTRIES] as Address;
    while (entry !== NIL && words[entry + ENTRY_MEMORY] !== this.id)
      entry = words[entry + ENTRY_NEXT] as Address;
    return entry === NIL ? 0 : (words[entry + ENTRY_ORDINAL] as number) - 1;
  }

  /** Takes an entry from the list of its fact, which stays. */
  unlink(entry: Address): void {
    const { words } = this.#fabric.heap;
    const fact = words[entry + ENTRY_FACT] as Address;
    const next = words[entry + ENTRY_NEXT] as Address;
    let before = words[fact + FACT_ENTRIES] as Address;
    if (before === entry) {
      words[fact + FACT_ENTRIES] = next;
      return;
    }
    while (words[before + ENTRY_NEXT] !== entry) before = words[before + ENTRY_NEXT] as Address;
    words[before + ENTRY_NEXT] = next;
  }

  /** Frees an entry that was taken out of the memory. */
  free(entry: Address): void {
    const { heap, atoms } = this.#fabric;
    for (let at = 0; at < this.plan.captures; at += 1) {
      atoms.release(heap.words[entry + ENTRY_CAPTURES + at] as Atom);
    }
    this.#fabric.entries -= 1;
    heap.free(entry, ENTRY_CAPTURES + this.plan.captures);
  }

  /** Files an entry at its place among the others of its key. */
  file(entry: Address, key: number): void {
    if (!this.#fabric.keepsOrder) this.memory.append(entry, key);
    else this.memory.insert(entry, key, (before) => this.#indexOf(before) <= this.#indexOf(entry));
  }

  #enter(fact: Address, captures: readonly Atom[], ordinal: number, activate: boolean): boolean {
    const { heap, atoms } = this.#fabric;
    const entry = heap.allocate(ENTRY_CAPTURES + captures.length);
    const { words } = heap;
    words[entry + ENTRY_FACT] = fact;
    words[entry + ENTRY_MEMORY] = this.id;
    words[entry + ENTRY_ORDINAL] = ordinal;
    words.set(captures, entry + ENTRY_CAPTURES);
    if (!this.#holds(NIL, entry)) {
      heap.free(entry, ENTRY_CAPTURES + captures.length);
      return false;
    }
    for (const capture of captures) atoms.retain(capture);
    this.#fabric.entries += 1;
    const key = this.#key(NIL, entry);
    const { words: now } = heap;
    now[entry + ENTRY_NEXT] = now[fact + FACT_ENTRIES] as Address;
    now[fact + FACT_ENTRIES] = entry;
    this.file(entry, key);
    if (activate) for (const join of this.joins) join.activate(entry);
    return true;
  }

  #indexOf(entry: Address): number {
    const { words } = this.#fabric.heap;
    return words[(words[entry + ENTRY_FACT] as Address) + FACT_INDEX] as number;
  }

  /** Whether the sequences can be laid over the fact's multislots, where there is only one way to do so. */
  #fits(fact: Address): boolean {
    const { atoms, heap } = this.#fabric;
    for (const { slot, fields: shapes } of this.#sequences) {
      const fields = atoms.fields(heap.words[fact + FACT_SLOTS + slot] as Atom);
      let at = 0;
      for (const shape of shapes) {
        if (shape.multi) at = Math.max(at, fields.length - shape.fieldsBehind);
        else {
          if (at >= fields.length || !hasConstants(shape, fields[at] as Atom)) return false;
          at += 1;
        }
      }
      if (at !== fields.length) return false;
    }
    return true;
  }

  /** What the only way to lay them captures. Segments are held: they go into `held`. */
  #captured(fact: Address, held: Atom[]): Atom[] {
    const { atoms, heap } = this.#fabric;
    const captures = Array.from<Atom>({ length: this.plan.captures }).fill(NO_ATOM);
    for (const { slot, fields: shapes } of this.#sequences) {
      const fields = atoms.fields(heap.words[fact + FACT_SLOTS + slot] as Atom);
      let at = 0;
      for (const { multi, fieldsBehind, capture } of shapes) {
        const end = multi ? fields.length - fieldsBehind : at + 1;
        if (capture !== null && multi) held.push(atoms.internAtoms([...fields.subarray(at, end)]));
        if (capture !== null) captures[capture] = (multi ? held.at(-1) : fields[at]) as Atom;
        at = end;
      }
    }
    return captures;
  }

  /**
   * Walks all ways to lay the sequences over the fact's multislots. CLIPS walks them with the longest first segment first,
   * so under `depth` the shortest fires first.
   */
  #split(fact: Address, from: number, lengths: readonly number[], captures: Atom[], found: () => void): void {
    const sequence = this.#sequences[from];
    if (sequence === undefined) {
      found();
      return;
    }
    const { atoms, heap } = this.#fabric;
    const fields = atoms.fields(heap.words[fact + FACT_SLOTS + sequence.slot] as Atom);
    this.#lay(sequence.fields, 0, fields, 0, lengths, captures, (rest) =>
      this.#split(fact, from + 1, rest, captures, found),
    );
  }

  #lay(
    shapes: readonly CompiledField[],
    shapeAt: number,
    fields: Int32Array,
    from: number,
    lengths: readonly number[],
    captures: Atom[],
    found: (lengths: readonly number[]) => void,
  ): void {
    const shape = shapes[shapeAt];
    if (shape === undefined) {
      if (from === fields.length) found(lengths);
      return;
    }
    if (!shape.multi) {
      const field = fields[from];
      if (field === undefined) return;
      if (!hasConstants(shape, field)) return;
      if (shape.capture !== null) captures[shape.capture] = field;
      this.#lay(shapes, shapeAt + 1, fields, from + 1, lengths, captures, found);
      return;
    }
    const { atoms } = this.#fabric;
    const last = fields.length - shape.fieldsBehind;
    const length = shape.splits ? (lengths[0] ?? null) : null;
    const rest = length === null ? lengths : lengths.slice(1);
    const longest = length === null ? last : from + length;
    if (longest > last) return;
    const shortest = shape.splits && length === null ? from : longest;
    for (let end = longest; end >= shortest && end >= from; end -= 1) {
      if (shape.capture === null) {
        this.#lay(shapes, shapeAt + 1, fields, end, rest, captures, found);
      } else {
        const segment = atoms.internAtoms([...fields.subarray(from, end)]);
        captures[shape.capture] = segment;
        this.#lay(shapes, shapeAt + 1, fields, end, rest, captures, found);
        atoms.release(segment);
      }
    }
  }
}

function compiledField(fabric: Fabric, field: FieldShape, behind: readonly FieldShape[]): CompiledField {
  const fieldsBehind = behind.filter(({ multi }) => !multi).length;
  return {
    multi: field.multi,
    splits: field.multi && fieldsBehind < behind.length,
    fieldsBehind,
    capture: field.capture,
    constants: field.constants.map(({ value, negated }) => ({ atom: constantAtom(fabric, value), negated })),
  };
}

function hasConstants({ constants }: CompiledField, field: Atom): boolean {
  for (const { atom, negated } of constants) if ((field === atom) === negated) return false;
  return true;
}

const moved = (ref: Ref): Ref => ({ ...ref, level: 0 });

const movedAll = (variables: Variables): Variables =>
  new Map([...variables].map(([name, ref]) => [name, moved(ref)]));

/** A test of one fact alone, wherever in a rule its pattern stood. */
function atLevelZero(test: PatternPlan['tests'][number]): PatternPlan['tests'][number] {
  switch (test.kind) {
    case 'is':
      return { ...test, ref: moved(test.ref) };
    case 'same':
      return { ...test, a: moved(test.a), b: moved(test.b) };
    case 'holds':
      return { ...test, variables: movedAll(test.variables) };
    case 'equals':
      return { ...test, ref: moved(test.ref), variables: movedAll(test.variables) };
    case 'any':
      return { ...test, of: test.of.map((each) => each.map(atLevelZero)) };
    default:
      return unreachable(test);
  }
}
