import { rivalClaims } from './check/claims.ts';
import { neverMatching } from './check/never.ts';
import { unreadSlots } from './check/unread.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Definitions, Names } from './names.ts';

/**
 * What is legal in a set of files without errors, and hardly what was meant, beyond what the checks see as they go by. `hostFiles`: names of files that
 * belong to the host, which reads what their templates declare.
 */
export function warningsOf(
  definitions: Definitions,
  names: Names,
  hostFiles: ReadonlySet<string>,
): readonly Diagnostic[] {
  return [
    ...definitions.rules.flatMap((rule) => neverMatching(rule, names)),
    ...unreadSlots(definitions, names, hostFiles),
    ...rivalClaims(definitions, names),
  ];
}
