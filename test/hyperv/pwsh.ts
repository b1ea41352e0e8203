import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The environment in which PowerShell is found: PATH as it is, or with the folder beside the clone that may have one. */
export function pwshEnvironment(): NodeJS.ProcessEnv | undefined {
  const beside = join(import.meta.dirname, '..', '..', '..', 'shared', 'bin');
  const environments = [
    process.env,
    ...(existsSync(join(beside, 'pwsh'))
      ? [{ ...process.env, PATH: `${process.env['PATH'] ?? ''}${delimiter}${beside}` }]
      : []),
  ];
  return environments.find((env) => spawnSync('pwsh', ['-Version'], { env, stdio: 'ignore' }).status === 0);
}

/** Says loudly why tests that need PowerShell are skipped; on CI that is an error. */
export function withoutPwsh(): void {
  const sentence =
    'PowerShell 7 (`pwsh`) or the .NET SDK (`dotnet`) is not on PATH: install both, and the driver for Hyper-V is tried';
  if (process.env['CI'] === 'true') throw new Error(sentence);
  process.stderr.write(`\n*** SKIPPED: ${sentence} ***\n`);
}
