import { readFileSync, writeFileSync } from 'node:fs';
import { rendered } from '../../dsl/diagnostic.ts';
import { format } from '../../dsl/format.ts';
import { Source } from '../../dsl/source.ts';
import { UsageError } from './expected.ts';

interface Out {
  write(text: string): unknown;
}

/**
 * Prints policy files in the house format; `write` puts it into the files instead, `check` only names those that differ.
 * A file with errors is left alone, and its errors are printed. Gives the exit code: 1 for errors, or for a difference found
 * by `check`.
 */
export function formatPolicies(
  names: readonly string[],
  { write = false, check = false }: { readonly write?: boolean; readonly check?: boolean },
  out: Out,
  problems: Out,
): number {
  if (write && check) throw new UsageError('--write and --check exclude each other: --check changes nothing');
  let exitCode = 0;
  for (const name of names) {
    const text = read(name);
    const { text: formatted, diagnostics } = format(new Source(name, text));
    if (formatted === null) {
      problems.write(`${rendered(diagnostics, [{ name, text }])}\n${name} is left as it is\n`);
      exitCode = 1;
    } else if (check) {
      if (formatted === text) continue;
      out.write(`${name} is not in the house format: octopus policy fmt --write ${name}\n`);
      exitCode = 1;
    } else if (!write) out.write(formatted);
    else if (formatted !== text) {
      writeFileSync(name, formatted);
      out.write(`${name}\n`);
    }
  }
  return exitCode;
}

function read(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
