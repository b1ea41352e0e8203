// The values of the language, as they cross the engine's border. Inside, they are atoms (atoms.ts).

/** A symbol such as `TRUE` or `ubuntu`: made by `symbol`, the same text is the same object. */
export class Sym {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  static readonly #known = new Map<string, WeakRef<Sym>>();
  static readonly #forgotten = new FinalizationRegistry<string>((name) => {
    if (Sym.#known.get(name)?.deref() === undefined) Sym.#known.delete(name);
  });
  static of(name: string): Sym {
    const known = Sym.#known.get(name)?.deref();
    if (known !== undefined) return known;
    const made = new Sym(name);
    Sym.#known.set(name, new WeakRef(made));
    Sym.#forgotten.register(made, name);
    return made;
  }
}

/** A double. CLIPS keeps `1.0` apart from `1`, so a float is a float even when it is whole. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** The address of a fact, as bound by `?f <- (…)`. `index` counts facts as they were asserted. */
export class FactAddress {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

/**
 * A value: an integer (a safe JavaScript integer as number, a larger one as bigint, 64 bits that wrap), a `Float`, a
 * `Sym`, a string, a fact's address, or a multifield of these.
 */
export type Field = number | bigint | Float | Sym | string | FactAddress;
export type Value = Field | readonly Field[];

export const symbol = (name: string): Sym => Sym.of(name);
export const TRUE = Sym.of('TRUE');
export const FALSE = Sym.of('FALSE');

/** What a function gives that has no value: an empty multifield to whoever uses it, nothing to a prompt that would print it. */
export const NOTHING: readonly Field[] = Object.freeze([]);
