import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '../module/build.ts';
import { CMDLETS, type CmdletFacts } from '../module/generate.ts';
import { checkCall, type Code, type Command, type Problem } from './call.ts';
import { PLAIN_CMDLETS } from './plain-cmdlets.ts';

/** What is wrong in a script, and where. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly code: Code;
  readonly what: string;
}

interface Script {
  readonly file: string;
  readonly problems: readonly { readonly what: string; readonly line: number }[];
  readonly lacks: readonly { readonly what: string; readonly line: number }[];
  readonly functions: readonly {
    readonly name: string;
    readonly params: readonly { readonly name: string; readonly type: string; readonly mandatory: boolean }[];
  }[];
  readonly commands: readonly Command[];
}

/**
 * Holds scripts to what is known of the cmdlets that they call, and to Windows PowerShell 5.1. They are read by
 * PowerShell's own parser; functions that they define are known to each other.
 */
export function checkScripts(paths: readonly string[]): readonly Finding[] {
  const scripts = read(paths);
  const own = new Map(
    scripts
      .flatMap(({ functions }) => functions)
      .map(({ name, params }) => [
        name.toLowerCase(),
        {
          module: '',
          params: Object.fromEntries(
            params.map(({ name: parameter, type, mandatory }, position) => [
              parameter,
              {
                type: type.endsWith('SwitchParameter') ? 'switch' : type,
                in: { '*': { mandatory, position } },
              },
            ]),
          ),
        } satisfies CmdletFacts,
      ]),
  );
  const findings: Finding[] = [];
  for (const { file, problems, lacks, commands } of scripts) {
    for (const { what, line } of problems) findings.push({ file, line, code: 'syntax', what });
    for (const { what, line } of lacks) findings.push({ file, line, code: 'not-in-5.1', what });
    for (const command of commands)
      for (const { code, what } of checkCommand(command, own))
        findings.push({ file, line: command.line, code, what });
  }
  return findings;
}

function read(paths: readonly string[]): readonly Script[] {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
  const script = join(import.meta.dirname, 'read.ps1').replaceAll("'", "''");
  const { stdout, stderr, status } = spawnSync(
    'pwsh',
    ['-NoProfile', '-NonInteractive', '-Command', `& '${script}' -Path ${list}`],
    { encoding: 'utf8', env: environment, maxBuffer: 2 ** 26 },
  );
  if (status !== 0 || stderr !== '') throw new Error(`the scripts could not be read: ${stderr}`);
  return JSON.parse(stdout) as Script[];
}

function checkCommand(command: Command, own: ReadonlyMap<string, CmdletFacts>): readonly Problem[] {
  if (command.name === null) {
    // A block that is called on the spot is not a command.
    return command.isBlock ? [] : [{ code: 'dynamic-command', what: command.text }];
  }
  const [module, name] = command.name.includes('\\') ? splitName(command.name) : [null, command.name];
  const found = factsOf(name, own);
  if (found === undefined) return [{ code: 'unknown-cmdlet', what: name }];
  const [cmdlet, facts] = found;
  if (module !== null && module.toLowerCase() !== facts.module.toLowerCase())
    return [{ code: 'wrong-module', what: `${name} is of ${facts.module}, not of ${module}` }];
  return checkCall(cmdlet, facts, command);
}

function splitName(full: string): [string, string] {
  const at = full.lastIndexOf('\\');
  return [full.slice(0, at), full.slice(at + 1)];
}

function factsOf(name: string, own: ReadonlyMap<string, CmdletFacts>): [string, CmdletFacts] | undefined {
  const lower = name.toLowerCase();
  const mine = own.get(lower);
  if (mine !== undefined) return [name, mine];
  for (const table of [CMDLETS.cmdlets, PLAIN_CMDLETS]) {
    const key = Object.keys(table).find((one) => one.toLowerCase() === lower);
    const facts = key === undefined ? undefined : table[key];
    if (key !== undefined && facts !== undefined) return [key, facts];
  }
  return undefined;
}
