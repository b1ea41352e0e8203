import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compare } from '../dsl/compare.ts';
import { compile, rendered } from '../dsl/policy.ts';
import type { FunctionSignature, RuleBase } from '../engine/rule.ts';
import type { PolicyFile } from './model.ts';

/** The vocabulary's file: read by every set of policies, replaced by none. */
export const VOCABULARY = 'vocabulary.clp';

const vocabulary: PolicyFile = {
  name: VOCABULARY,
  text: readFileSync(join(import.meta.dirname, VOCABULARY), 'utf8'),
};

/** The policies that the program comes with. */
export const basePolicies = (): readonly PolicyFile[] => policyFolder(join(import.meta.dirname, 'base'));

/** The policy files of a folder, by name: `*.clp`, in the order in which they are read. */
export function policyFolder(folder: string): readonly PolicyFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.clp') && name !== VOCABULARY)
    .toSorted()
    .map((name) => ({ name: basename(name), text: readFileSync(join(folder, name), 'utf8') }));
}

export type Compiled = ReturnType<typeof compile>;

/** What checking a set of policies against the active one says. `errors` is the whole answer to its author, or null. */
export interface Check {
  readonly errors: string | null;
  /** Warnings, and which rules were added, changed and removed. */
  readonly summary: string;
}

/** Turns policy files into rule bases: every set is checked together with the vocabulary. */
export class Rulebook {
  readonly #functions: readonly FunctionSignature[];
  /** The last sets compiled, newest last: a set is checked first and put in force right after. */
  readonly #recent: { readonly files: readonly PolicyFile[]; readonly compiled: Compiled }[] = [];

  constructor(functions: readonly FunctionSignature[]) {
    this.#functions = functions;
  }

  /** The files that every set is read with. */
  get vocabulary(): readonly PolicyFile[] {
    return [vocabulary];
  }

  compile(files: readonly PolicyFile[]): Compiled {
    const known = this.#recent.find((one) => !isDifferent(one.files, files));
    if (known !== undefined) return known.compiled;
    const compiled = compile([vocabulary, ...files], {
      functions: this.#functions,
      hostFiles: [VOCABULARY],
    });
    this.#recent.push({ files, compiled });
    if (this.#recent.length > 4) this.#recent.shift();
    return compiled;
  }

  /** The rule base of files that were checked before. */
  base(files: readonly PolicyFile[]): RuleBase {
    const { base, diagnostics } = this.compile(files);
    if (base === null)
      throw new Error(`the active policies do not compile\n${rendered(diagnostics, [vocabulary, ...files])}`);
    return base;
  }

  check(files: readonly PolicyFile[], before: readonly PolicyFile[]): Check {
    const { base, diagnostics, constructs } = this.compile(files);
    const messages = diagnostics.length === 0 ? '' : rendered(diagnostics, [vocabulary, ...files]);
    if (base === null) return { errors: messages, summary: '' };
    const difference = compare(this.compile(before).constructs, constructs);
    const lines = (['added', 'changed', 'removed'] as const)
      .filter((kind) => difference[kind].length > 0)
      .map((kind) => `${kind}: ${difference[kind].map(({ name }) => name).join(', ')}`);
    if (messages !== '') lines.push(messages);
    return { errors: null, summary: lines.join('\n') };
  }
}

/** Whether two sets of files differ in a name, a text or their order. */
export function isDifferent(files: readonly PolicyFile[], others: readonly PolicyFile[]): boolean {
  return (
    files.length !== others.length ||
    files.some(({ name, text }, index) => name !== others[index]?.name || text !== others[index]?.text)
  );
}
