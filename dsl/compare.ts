import type { ConstructNode } from './ast.ts';
import type { Span } from './diagnostic.ts';

/** A construct of a set of files, as far as two sets are compared. */
export interface Construct {
  readonly kind: ConstructNode['kind'];
  /** As it is used: `quota-cores`, `?*hold*`. */
  readonly name: string;
  readonly file: string;
  readonly span: Span;
  /** Its text with comments and white space folded. */
  readonly text: string;
}

export interface Difference {
  readonly added: readonly Construct[];
  /** As they are now. */
  readonly changed: readonly Construct[];
  /** As they were. */
  readonly removed: readonly Construct[];
}

/** What happened to the constructs between two sets of files. A construct that only moved or was laid out anew is unchanged. */
export function compare(before: readonly Construct[], after: readonly Construct[]): Difference {
  const old = byKey(before);
  const current = byKey(after);
  return {
    added: [...current].filter(([key]) => !old.has(key)).map(([, construct]) => construct),
    changed: [...current]
      .filter(([key, construct]) => old.has(key) && old.get(key)?.text !== construct.text)
      .map(([, construct]) => construct),
    removed: [...old].filter(([key]) => !current.has(key)).map(([, construct]) => construct),
  };
}

function byKey(constructs: readonly Construct[]): Map<string, Construct> {
  return new Map(constructs.map((construct) => [`${construct.kind} ${construct.name}`, construct]));
}
