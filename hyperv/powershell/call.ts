import { randomBytes } from 'node:crypto';
import type { Shell } from './shell.ts';

/** An error as the module hands it over: codes and names, which are the same in every language of Windows. */
export interface RemoteError {
  /** `FullyQualifiedErrorId`; `Octopus.<fault>` for what the module itself found. */
  readonly id: string;
  readonly category: string;
  /** The exception's type and those of the exceptions inside it. */
  readonly types: readonly string[];
  /** HRESULTs as `0x80070005`, and return values of Hyper-V's methods as `32775`. */
  readonly codes: readonly string[];
  readonly cmdlet: string;
  readonly target: string;
  /** In the host's language: for logs. */
  readonly message: string;
}

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: RemoteError };

/** The shell answered, but not as the module does: it is not there, or something stands between. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Runs one verb of Octopus.HyperV.psm1 and reads its answer.
 *
 * Arguments cross as base64 JSON inside one literal, so a machine called `$(Stop-Computer)` is a name and nothing more.
 * Rejects with `ShellLost`, or with `NoAnswer` when the line does not come back.
 */
export async function call(
  shell: Shell,
  verb: string,
  args: Readonly<Record<string, unknown>>,
  deadlineMs: number,
): Promise<Answer> {
  const id = randomBytes(8).toString('hex');
  // The alphabet of base64 cannot end a literal.
  const line = shell.start.printed(`Invoke-Octopus '${encoded({ id, verb, args })}'`);
  return answerOf(id, await shell.run(line, deadlineMs), shell.stderr);
}

/** A request as it crosses. */
export function encoded(request: unknown): string {
  return Buffer.from(JSON.stringify(marked(request)), 'utf8').toString('base64');
}

/** Every string gets a leading `=`: readers of JSON in PowerShell take some strings for dates. */
function marked(value: unknown): unknown {
  if (typeof value === 'string') return `=${value}`;
  if (Array.isArray(value)) return value.map((item) => marked(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, marked(item)]),
  );
}

function answerOf(id: string, printed: string, stderr: string): Answer {
  const found = new RegExp(`^OCT1 ${id} ([A-Za-z0-9+/=]+)\\s*$`, 'm').exec(printed);
  if (found?.[1] === undefined) {
    const said = `${printed.trim()} ${stderr}`.trim().slice(0, 400);
    throw new NoAnswer(`the host's PowerShell gave no answer: ${said === '' ? 'it said nothing' : said}`);
  }
  return JSON.parse(Buffer.from(found[1], 'base64').toString('utf8')) as Answer;
}
