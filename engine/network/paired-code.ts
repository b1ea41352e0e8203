import type { Test } from '../plan.ts';
import type { Code, Program } from './code.ts';
import { MatchCode, type Sides } from './match-code.ts';
import type { Fabric } from './node.ts';
import type { PairedNode } from './paired.ts';

/** A token arrives from the left: its last entry and fact are at hand, and each entry of its bucket is looked at as `match`. */
const ARRIVING: Sides = {
  token: 'token',
  parent: 'parent',
  tokenEntry: 'entry',
  tokenFact: 'fact',
  entry: 'match',
  fact: 'matchFact',
};

/** An entry arrives from the right, and each token of its bucket is looked at; or a token that waits looks for another entry. */
const WAITING: Sides = {
  token: 'token',
  parent: null,
  tokenEntry: 'M[token + TOKEN_ENTRY]',
  tokenFact: null,
  entry: 'entry',
  fact: 'fact',
};

/** The pieces of source that the node kinds with two memories are made of. */
export class PairedCode {
  readonly #program: Program;
  readonly #fabric: Fabric;
  readonly #node: PairedNode;
  /** What `receive` reads of the token that arrives: the key first, then for the tests whatever the key has not read already. */
  readonly #arriving: MatchCode;

  constructor(program: Program, fabric: Fabric, node: PairedNode) {
    this.#program = program;
    this.#fabric = fabric;
    this.#node = node;
    this.#arriving = this.#match(ARRIVING);
  }

  /** Makes the token and files it in the left memory under its key. */
  admit(): Code[] {
    const { id, left, plan } = this.#node;
    const { address } = left;
    const key = this.#arriving.key(plan.equalities.map(({ earlier }) => earlier));
    const reads = this.#arriving.left.splice(0);
    const growing = plan.equalities.length > 0 ? this.#program.keep(left, 'memory') : 'null';
    return [
      ...reads,
      `const key = ${key};`,
      `const token = admitted(${id}, parent, entry, fact, ${address}, key, ${growing});`,
    ];
  }

  /** For each entry of the token's bucket that matches, oldest first: `found`, in which it is `match`. */
  eachEntry(found: readonly Code[]): Code[] {
    const { alpha, plan } = this.#node;
    const { address } = alpha.memory;
    const isKeyed = plan.equalities.length > 0;
    const bucket = isKeyed
      ? `M[${address} + MEMORY_BASE] + (scattered(key) & M[${address} + MEMORY_MASK]) * 2`
      : `M[${address} + MEMORY_BASE]`;
    return [
      `let match = M[${bucket}];`,
      'if (match !== NIL) {',
      ...this.#entries(this.#arriving, found, false).map((line) => `  ${line}`),
      '}',
    ];
  }

  /** The same for a token that waits, from the entry `match` on, leaving out what is being retracted. */
  eachEntryFrom(found: readonly Code[]): Code[] {
    const isKeyed = this.#node.plan.equalities.length > 0;
    const waiting = { ...WAITING, entry: 'match', fact: 'matchFact' };
    return [
      ...(isKeyed ? ['const key = M[token + KEY];'] : []),
      ...this.#entries(this.#match(waiting), found, true),
    ];
  }

  /** For each token of the entry's bucket that matches, youngest first: `found`. `skips`: tokens that need no look, unless a test may tell of an error. */
  eachToken(found: readonly Code[], skips: Code | null = null): Code[] {
    const { left, plan } = this.#node;
    const { address } = left;
    const isKeyed = plan.equalities.length > 0;
    const match = this.#match(WAITING);
    const steps = match.steps(this.#tests());
    const bucket = `M[${address} + MEMORY_BASE]${isKeyed ? ` + (scattered(key) & M[${address} + MEMORY_MASK])` : ''}`;
    const skip = skips === null ? [] : [`if (${skips}) continue;`];
    return [
      ...steps.flatMap(({ right }) => right),
      `for (let token = M[${bucket}], next = NIL; token !== NIL; token = next) {`,
      ...[
        'next = M[token + NEXT];',
        ...(isKeyed ? ['if (M[token + KEY] !== key) continue;'] : []),
        ...(match.hasClosures ? [] : skip),
        ...steps.flatMap(({ left: reads, code }) => reads.concat(`if (!(${code})) continue;`)),
        ...(match.hasClosures ? skip : []),
        ...found,
      ].map((line) => `  ${line}`),
      '}',
    ];
  }

  #entries(match: MatchCode, found: readonly Code[], leavesDying: boolean): Code[] {
    const isKeyed = this.#node.plan.equalities.length > 0;
    const steps = match.steps(this.#tests());
    const dying = 'if (M[matchFact + FACT_DYING] === 1) continue;';
    return [
      ...steps.flatMap(({ left }) => left),
      'for (; match !== NIL; match = M[match + NEXT]) {',
      ...[
        ...(isKeyed ? ['if (M[match + KEY] !== key) continue;'] : []),
        'const matchFact = M[match + ENTRY_FACT];',
        ...steps.flatMap(({ right, code }) => right.concat(`if (!(${code})) continue;`)),
        ...(leavesDying ? [dying] : []),
        ...found,
      ].map((line) => `  ${line}`),
      '}',
    ];
  }

  /** A key of several values is a hash: the values themselves are compared too. */
  #tests(): Test[] {
    const { plan } = this.#node;
    const hashed = plan.equalities.length > 1 ? plan.equalities : [];
    return [
      ...hashed.map(({ own, earlier }) => ({ kind: 'same', a: own, b: earlier, negated: false }) as const),
      ...plan.tests,
    ];
  }

  #match(sides: Sides): MatchCode {
    const { owner, plan } = this.#node;
    return new MatchCode(this.#program, this.#fabric, owner, plan.level, sides, {
      onError: plan.kind === 'not',
    });
  }
}
