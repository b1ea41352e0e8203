import type { FunctionSignature, RuleBase } from '../engine/rule.ts';
import { check } from './check.ts';
import type { Construct } from './compare.ts';
import { sorted, type Diagnostic } from './diagnostic.ts';
import { lower } from './lower.ts';
import { shownName } from './names.ts';
import { parse } from './parse.ts';
import { Source } from './source.ts';
import { warningsOf } from './warnings.ts';

export { rendered } from './diagnostic.ts';

export interface Compilation {
  /** Null when there is an error. */
  readonly base: RuleBase | null;
  /** Everything that was found in all files, in order of place. */
  readonly diagnostics: Diagnostic[];
  /** Every construct of the files, also of files with errors: the ground for `compare`. */
  readonly constructs: readonly Construct[];
}

/**
 * Turns the text of policy files into a rule base. They are read together: a rule may use what any of them declares, and
 * their order is the order of the rules. Wrong text is told by diagnostics, never thrown. `hostFiles`: names of those that belong to the host,
 * which reads the facts of their templates.
 */
export function compile(
  files: readonly { readonly name: string; readonly text: string }[],
  {
    functions,
    hostFiles = [],
  }: { readonly functions: readonly FunctionSignature[]; readonly hostFiles?: readonly string[] },
): Compilation {
  const parsed = files.map(({ name, text }) => parse(new Source(name, text)));
  const constructs = parsed.flatMap((file) => file.constructs);
  const { definitions, names, diagnostics: checked } = check(constructs, functions);
  const found = [...parsed.flatMap((file) => file.diagnostics), ...checked];
  const isSound = !found.some((diagnostic) => diagnostic.severity === 'error');
  if (isSound) found.push(...warningsOf(definitions, names, new Set(hostFiles)).filter(isNew(found)));
  const diagnostics = sorted(found, files);
  return {
    base: isSound ? lower(definitions, names) : null,
    diagnostics,
    constructs: constructs.map((construct) => ({
      kind: construct.kind,
      name: shownName(construct),
      file: construct.span.file,
      span: construct.span,
      text: construct.text,
    })),
  };
}

/** What the checks have not told already at the same place. */
function isNew(told: readonly Diagnostic[]): (diagnostic: Diagnostic) => boolean {
  const places = new Set(told.map(placeOf));
  return (diagnostic) => !places.has(placeOf(diagnostic));
}

const placeOf = ({ code, span }: Diagnostic): string => `${code} ${span.file} ${span.line} ${span.column}`;
