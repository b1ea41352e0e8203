import * as heap from '../heap.ts';

/** A piece of JavaScript. Offsets stand in it by the names that they have in heap.ts. */
export type Code = string;

/**
 * Collects the source of a network: functions that call each other without a look-up, and the objects that they need.
 * What is printed has names for all offsets; what runs has their numbers.
 */
export class Program {
  readonly #functions: Code[] = [];
  readonly #kept: unknown[] = [];
  readonly #names = new Map<unknown, string>();

  define(code: Code): void {
    this.#functions.push(code.trim());
  }

  /** The name by which the source knows an object of this process. */
  keep(thing: object, name: string): string {
    const known = this.#names.get(thing);
    if (known !== undefined) return known;
    const unique = `${name}$${this.#kept.length}`;
    this.#kept.push(thing);
    this.#names.set(thing, unique);
    return unique;
  }

  /** Whether it needs any object that it knows by such a name. */
  keeps(name: string): boolean {
    return [...this.#names.values()].some((unique) => unique.startsWith(`${name}$`));
  }

  /** The whole source, for people. */
  text(result: Code): Code {
    const kept = [...this.#names.values()].map((name, at) => `const ${name} = kept[${at}];`).join('\n');
    return [kept, ...this.#functions, `return ${result};`].join('\n\n');
  }

  /** Runs the source; what it gives are functions. */
  run(text: Code): unknown {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the source is made here, of numbers and known names
    const make = new Function('kept', `'use strict';\n${withNumbers(text)}`) as (kept: unknown) => unknown;
    return make(this.#kept);
  }
}

const OFFSETS = new Map(
  Object.entries(heap).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  ),
);

const withNumbers = (text: Code): Code =>
  text.replaceAll(/\b[A-Z][A-Z_]+\b/g, (name) => String(OFFSETS.get(name) ?? name));

/** Lines with as many spaces before them. */
export const indented = (lines: readonly Code[], by = 2): Code =>
  lines
    .flatMap((line) => line.split('\n'))
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
