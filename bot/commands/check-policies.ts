import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { rendered } from '../../dsl/policy.ts';
import type { RuleBase } from '../../engine/rule.ts';
import { primitives } from '../../policies/primitives.ts';
import { basePolicies, Rulebook, VOCABULARY } from '../../policies/rulebook.ts';
import { UsageError } from './expected.ts';

/**
 * Checks policy files as `policy load` would: together with the vocabulary and the policies that Octopus comes with, each in
 * the place of its namesake. Prints what is found in all of them, and gives the exit code: 1 when there is an error.
 */
export function checkPolicies(names: readonly string[], out: { write(text: string): unknown }): number {
  const { base, report } = compiledWith(names);
  out.write(report === '' ? `${names.join(', ')}: no errors\n` : report);
  return base === null ? 1 : 0;
}

/** The rule base of policy files and all that they are read with; null when there is an error. `report`: what was found. */
export function compiledWith(names: readonly string[]): {
  readonly base: RuleBase | null;
  readonly report: string;
} {
  const files = names.map((name) => ({ name: basename(name), text: read(name) }));
  const rulebook = new Rulebook([...primitives.values()].map(({ signature }) => signature));
  const own = files.filter(({ name }) => name !== VOCABULARY);
  const rest = basePolicies().filter(({ name }) => !own.some((file) => file.name === name));
  const { base, diagnostics } = rulebook.compile([...rest, ...own]);
  const texts = [...files, ...rest, ...rulebook.vocabulary];
  return { base, report: diagnostics.length === 0 ? '' : `${rendered(diagnostics, texts)}\n` };
}

function read(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
