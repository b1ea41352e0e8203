import type { FieldType } from '../../engine/rule.ts';
import type { KnownTemplate } from '../names.ts';
import { error, type Diagnostic, type Span } from '../diagnostic.ts';
import { didYouMean, listed } from '../suggest.ts';

/** A variable and what is known of its values. */
export interface Bound {
  readonly name: string;
  readonly span: Span;
  /** A field of these types; null: of any. */
  readonly types: readonly FieldType[] | null;
  readonly multi: boolean;
  /** Whose fact it is the address of, when that is known. */
  readonly template?: KnownTemplate | 'ordered';
  /** It is a member of a query: `?f:slot` is a slot of it. */
  readonly isMember?: boolean;
}

interface Uses {
  count: number;
  readonly span: Span;
  readonly shown: string;
}

/** The variables of a rule or function, as far as it has been read. */
export class Scope {
  readonly #bound: Map<string, Bound>;
  /** Variables that were bound inside of a group only, and the group's word. */
  readonly #lost: Map<string, { readonly group: string; readonly span: Span }>;
  readonly #uses: Map<string, Uses>;
  /** Names that were bound anywhere: what never was is an error already. */
  readonly #everBound: Set<string>;

  constructor(from: Scope | null = null) {
    this.#bound = new Map(from === null ? [] : from.#bound);
    this.#lost = new Map(from === null ? [] : from.#lost);
    this.#uses = from === null ? new Map<string, Uses>() : from.#uses;
    this.#everBound = from === null ? new Set<string>() : from.#everBound;
  }

  /** A scope that sees what is bound here, and keeps for itself what is bound in it. Uses are counted together. */
  inner(): Scope {
    return new Scope(this);
  }

  get(name: string): Bound | undefined {
    return this.#bound.get(name);
  }

  bind(variable: Bound): void {
    this.#bound.set(variable.name, variable);
    this.#lost.delete(variable.name);
    this.#everBound.add(variable.name);
  }

  /** Remembers that a variable stands in the text. `times`: 2 for one that needs no second place. */
  use(name: string, multi: boolean, span: Span, times = 1): void {
    const uses = this.#uses.get(name);
    if (uses === undefined)
      this.#uses.set(name, { count: times, span, shown: `${multi ? '$' : ''}?${name}` });
    else uses.count += times;
  }

  /** Variables that stand in the text once: nothing is done with them. */
  usedOnce(): { readonly shown: string; readonly span: Span }[] {
    return [...this.#uses]
      .filter(([name, { count }]) => count === 1 && this.#everBound.has(name) && !name.startsWith('_'))
      .map(([, uses]) => uses);
  }

  /** What the inner scope of a `not`, `exists` or `forall` has bound is lost behind it. */
  leave(inner: Scope, group: string): void {
    for (const [name, { span }] of inner.#bound) {
      if (!this.#bound.has(name)) this.#lost.set(name, { group, span });
    }
    for (const [name, lost] of inner.#lost) if (!this.#bound.has(name)) this.#lost.set(name, lost);
  }

  /** Behind an `or` those variables are bound that all of its branches bind. */
  merge(branches: readonly Scope[]): void {
    const [first] = branches;
    for (const [name, bound] of first === undefined ? [] : first.#bound) {
      if (this.#bound.has(name)) continue;
      const others = branches.map((branch) => branch.#bound.get(name));
      if (!others.every((other) => other !== undefined)) continue;
      const isTyped = others.every((other) => other.types !== null);
      this.bind({
        ...bound,
        types: isTyped ? [...new Set(others.flatMap((other) => other.types ?? []))] : null,
      });
    }
    for (const branch of branches) this.leave(branch, 'or');
  }

  /** Takes a variable that has no value as bound from here on, so that this is told once. */
  assume(name: string, span: Span): void {
    this.#bound.set(name, { name, span, types: null, multi: false });
  }

  /** DSL2005 and DSL2006: the variable has no value where it stands. */
  unbound(name: string, multi: boolean, span: Span, otherwise: string | null = null): Diagnostic {
    const shown = `${multi ? '$' : ''}?${name}`;
    const lost = this.#lost.get(name);
    if (lost !== undefined) {
      const some = lost.group === 'or' ? 'in some branches of `or` only' : `inside of \`${lost.group}\` only`;
      return error('DSL2006', span, `\`${shown}\` is bound ${some}`, {
        help:
          lost.group === 'or'
            ? 'bind it in every branch'
            : `what \`${lost.group}\` matches is gone behind it: bind \`?${name}\` in a pattern outside of it`,
        related: [{ span: lost.span, message: `\`?${name}\` is bound here` }],
      });
    }
    const known = [...this.#bound.keys()];
    return error('DSL2005', span, `\`${shown}\` has no value here`, {
      help:
        otherwise ??
        didYouMean(name, known)?.replace('`', '`?') ??
        (known.length > 0
          ? `bound here are ${listed(known.map((one) => `?${one}`))}`
          : 'a pattern, a parameter or `bind` has to give it one first'),
    });
  }
}
