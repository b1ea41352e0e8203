import { compareValues } from './order.ts';
import { FactAddress, Float, Sym, type Field, type Value } from './value.ts';

/**
 * A value as an int32: low bit 1, an integer of 31 bits; low bit 0, twice an index into the table of atoms. Two values are
 * the same exactly when their atoms are.
 */
export type Atom = number;

/** No value. */
export const NO_ATOM: Atom = 0;

const SMALL_MIN = -(2 ** 30);
const SMALL_MAX = 2 ** 30 - 1;
const NO_FIELDS = new Int32Array(0);

/** The table of interned values. Each is counted, and its place is used again when nobody holds it any more. */
export class Atoms {
  // Index 0 is NO_ATOM.
  readonly #values: (Value | null)[] = [null];
  readonly #counts: number[] = [1];
  readonly #fields: Int32Array[] = [NO_FIELDS];
  readonly #free: number[] = [];
  readonly #symbols = new Map<Key, number>();
  readonly #strings = new Map<Key, number>();
  readonly #integers = new Map<Key, number>();
  readonly #floats = new Map<Key, number>();
  readonly #addresses = new Map<Key, number>();
  /** Multifields by the hash of their fields: the first of those that have the same hash, and behind each the next. */
  readonly #multifields = new Map<number, number>();
  readonly #nextAlike: number[] = [];

  /** Atoms in the table now; small integers need no place in it. */
  get size(): number {
    return this.#values.length - 1 - this.#free.length;
  }

  /** The value's atom, held once more: whoever interns must release. */
  intern(value: Value): Atom {
    if (typeof value === 'number' && value >= SMALL_MIN && value <= SMALL_MAX) return (value << 1) | 1;
    if (Array.isArray(value)) return this.#internFields(value as readonly Field[]);
    return this.#internField(value as Field) << 1;
  }

  /** A multifield of atoms that the caller holds already; the multifield holds them by itself. */
  internAtoms(fields: readonly Atom[]): Atom {
    const hash = hashOf(fields);
    const known = this.#multifieldOf(fields, hash);
    if (known !== 0) {
      this.#counts[known] = (this.#counts[known] as number) + 1;
      return known << 1;
    }
    for (const field of fields) this.retain(field);
    const index = this.#place(
      fields.map((field) => this.value(field) as Field),
      Int32Array.from(fields),
    );
    this.#nextAlike[index] = this.#multifields.get(hash) ?? 0;
    this.#multifields.set(hash, index);
    return index << 1;
  }

  /** The atom of a value that is held by somebody, or NO_ATOM: nothing equals it then. Holds nothing. */
  find(value: Value): Atom {
    if (typeof value === 'number' && value >= SMALL_MIN && value <= SMALL_MAX) return (value << 1) | 1;
    if (Array.isArray(value)) {
      const fields = (value as readonly Field[]).map((field) => this.find(field));
      if (fields.includes(NO_ATOM)) return NO_ATOM;
      return this.#multifieldOf(fields, hashOf(fields)) << 1;
    }
    const field = value as Field;
    return (this.#mapOf(field).get(keyOf(field)) ?? 0) << 1;
  }

  value(atom: Atom): Value {
    return (atom & 1) === 1 ? atom >> 1 : (this.#values[atom >> 1] as Value);
  }

  /** The atoms of a multifield's fields. */
  fields(atom: Atom): Int32Array {
    return this.#fields[atom >> 1] as Int32Array;
  }

  retain(atom: Atom): void {
    if ((atom & 1) === 1) return;
    const index = atom >> 1;
    this.#counts[index] = (this.#counts[index] as number) + 1;
  }

  release(atom: Atom): void {
    if ((atom & 1) === 1) return;
    const index = atom >> 1;
    const count = (this.#counts[index] as number) - 1;
    this.#counts[index] = count;
    if (count === 0) this.#drop(index);
  }

  #internField(field: Field): number {
    const map = this.#mapOf(field);
    const key = keyOf(field);
    const known = map.get(key);
    if (known !== undefined) {
      this.#counts[known] = (this.#counts[known] as number) + 1;
      return known;
    }
    const index = this.#place(field, NO_FIELDS);
    map.set(key, index);
    return index;
  }

  #internFields(value: readonly Field[]): Atom {
    const fields = value.map((field) => this.intern(field));
    const atom = this.internAtoms(fields);
    for (const field of fields) this.release(field);
    return atom;
  }

  /** The place of the multifield of these fields; 0: there is none. */
  #multifieldOf(fields: ArrayLike<Atom>, hash: number): number {
    let index = this.#multifields.get(hash) ?? 0;
    while (index !== 0 && !isSameList(this.#fields[index] as Int32Array, fields))
      index = this.#nextAlike[index] as number;
    return index;
  }

  #unlinkMultifield(index: number, hash: number): void {
    const next = this.#nextAlike[index] as number;
    let before = this.#multifields.get(hash) as number;
    if (before !== index) {
      while (this.#nextAlike[before] !== index) before = this.#nextAlike[before] as number;
      this.#nextAlike[before] = next;
    } else if (next === 0) this.#multifields.delete(hash);
    else this.#multifields.set(hash, next);
  }

  #place(value: Value, fields: Int32Array): number {
    const free = this.#free.pop();
    const index = free ?? this.#values.length;
    this.#values[index] = value;
    this.#counts[index] = 1;
    this.#fields[index] = fields;
    return index;
  }

  #drop(index: number): void {
    const value = this.#values[index] as Value;
    const fields = this.#fields[index] as Int32Array;
    if (Array.isArray(value)) this.#unlinkMultifield(index, hashOf(fields));
    else this.#mapOf(value as Field).delete(keyOf(value as Field));
    this.#values[index] = null;
    this.#fields[index] = NO_FIELDS;
    this.#free.push(index);
    for (const field of fields) this.release(field);
  }

  /** Keys of different types stand in different maps. */
  #mapOf(value: Field): Map<Key, number> {
    if (typeof value === 'string') return this.#strings;
    if (value instanceof Sym) return this.#symbols;
    if (value instanceof Float) return this.#floats;
    return value instanceof FactAddress ? this.#addresses : this.#integers;
  }
}

/** The canonical order of the values of two different atoms. */
export function compareAtoms(atoms: Atoms, a: Atom, b: Atom): number {
  if ((a & b & 1) === 1) return a - b;
  const valueA = atoms.value(a);
  const valueB = atoms.value(b);
  if (valueA instanceof Sym && valueB instanceof Sym) return valueA.name < valueB.name ? -1 : 1;
  return compareValues(valueA, valueB);
}

type Key = string | number | bigint | Sym;

/** A Map takes -0 for 0; the language keeps them apart. */
function keyOf(value: Field): Key {
  if (value instanceof Float) return Object.is(value.value, -0) ? '-0' : value.value;
  return value instanceof FactAddress ? value.index : value;
}

/** FNV-1a over whole atoms (Fowler, Noll, Vo), brought down to what a Map keeps as a small integer. */
function hashOf(fields: ArrayLike<Atom>): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < fields.length; at += 1) hash = Math.imul(hash ^ (fields[at] as Atom), 0x01000193);
  return (hash ^ (hash >>> 15)) >> 2;
}

function isSameList(some: ArrayLike<Atom>, others: ArrayLike<Atom>): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false;
  return true;
}
