import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { rendered } from '../../dsl/policy.ts';
import { primitives } from '../../policies/primitives.ts';
import { basePolicies, Rulebook, VOCABULARY } from '../../policies/rulebook.ts';
import { UsageError } from './expected.ts';

/**
 * Checks policy files as `policy load` would: together with the vocabulary and the policies that Octopus comes with, each in
 * the place of its namesake. Prints what is found in all of them, and gives the exit code: 1 when there is an error.
 */
export function checkPolicies(names: readonly string[], out: { write(text: string): unknown }): number {
  const files = names.map((name) => ({ name: basename(name), text: read(name) }));
  const rulebook = new Rulebook([...primitives.values()].map(({ signature }) => signature));
  const own = files.filter(({ name }) => name !== VOCABULARY);
  const rest = basePolicies().filter(({ name }) => !own.some((file) => file.name === name));
  const { base, diagnostics } = rulebook.compile([...rest, ...own]);
  const texts = [...files, ...rest, ...rulebook.vocabulary];
  out.write(
    diagnostics.length === 0 ? `${names.join(', ')}: no errors\n` : `${rendered(diagnostics, texts)}\n`,
  );
  return base === null ? 1 : 0;
}

function read(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
