import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pwshEnvironment } from '../pwsh.ts';
import { cmdletsOf, generatedSource, SIMULATED_MODULES } from './generate.ts';

/** The PowerShell on PATH and the simulated modules built for it. */
export interface SimulatedModules {
  /** For PSModulePath. */
  readonly folder: string;
}

const here = import.meta.dirname;

/** The environment in which `pwsh` is found; undefined where there is none, or nothing to compile the module with. */
export const environment = hasCompiler() ? pwshEnvironment() : undefined;

function hasCompiler(): boolean {
  return spawnSync('dotnet', ['--version'], { stdio: 'ignore' }).status === 0;
}

let built: SimulatedModules | undefined;

/**
 * Builds the assembly once for each version of its sources and of the engine, into the user's cache; 5 s the first
 * time. Several test files may ask at the same time: each builds in a folder of its own, and the first to finish stays.
 */
export function simulatedModules(): SimulatedModules {
  built ??= { folder: join(build(), 'Modules') };
  return built;
}

function build(): string {
  const [engine = '', framework = ''] = execFileSync(
    'pwsh',
    [
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      '[IO.Path]::GetDirectoryName([psobject].Assembly.Location); [Environment]::Version.Major',
    ],
    { encoding: 'utf8', env: environment },
  )
    .trim()
    .split(/\r?\n/);
  const sources = readdirSync(here)
    .filter((file) => /\.(?:cs|csproj|psm1)$/.test(file))
    .toSorted();
  const generated = generatedSource();
  const hash = createHash('sha256').update([engine, framework, generated, manifests().join('\n')].join('\0'));
  for (const file of sources) hash.update(readFileSync(join(here, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'octopus-simulated-hyperv');
  const folder = join(cache, hash.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;

  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'build-'));
  try {
    for (const file of sources) cpSync(join(here, file), join(work, 'source', file));
    writeFileSync(join(work, 'source', 'Generated.cs'), generated);
    compile(work, engine, framework);
    layOut(work);
    // Another may have been quicker; what it built is the same.
    if (!existsSync(folder)) renameSync(join(work, 'out'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Ahead of time where its compiler can be had, which halves the start of every shell; as it is where it cannot. */
function compile(work: string, engine: string, framework: string): void {
  const first = publish(work, [
    `-p:Framework=net${framework}.0`,
    `-p:Engine=${engine}`,
    '-p:PublishReadyToRun=true',
  ]);
  if (first.status === 0) return;
  const second = publish(work, [`-p:Framework=net${framework}.0`, `-p:Engine=${engine}`]);
  if (second.status !== 0) throw new Error(`the simulated Hyper-V could not be built:\n${second.stdout}`);
}

function publish(work: string, properties: readonly string[]): SpawnSyncReturns<string> {
  const project = join(work, 'source', 'SimulatedHyperV.csproj');
  const quietly = ['-c', 'Release', '--nologo', '-v', 'quiet', '-p:UseSharedCompilation=false'];
  return spawnSync('dotnet', ['publish', project, ...quietly, ...properties, '-o', join(work, 'out')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      DOTNET_NOLOGO: '1',
      DOTNET_CLI_TELEMETRY_OPTOUT: '1',
      MSBUILDDISABLENODEREUSE: '1',
    },
  });
}

/** One folder for each module, as PSModulePath wants them. */
function layOut(work: string): void {
  const source = manifests();
  for (const [index, module] of SIMULATED_MODULES.entries()) {
    const folder = join(work, 'out', 'Modules', module);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${module}.psd1`), source[index] ?? '');
    if (module === 'Hyper-V') cpSync(join(here, 'host.psm1'), join(folder, 'Hyper-V.psm1'));
  }
}

function manifests(): string[] {
  return SIMULATED_MODULES.map((module) => {
    const isHyperV = module === 'Hyper-V';
    const cmdlets = [
      ...cmdletsOf(module),
      ...(isHyperV ? ['Stop-SimulatedHost', 'Reset-SimulatedSite'] : []),
    ];
    return [
      '@{',
      ...(isHyperV ? ["RootModule = 'Hyper-V.psm1'"] : []),
      "NestedModules = @('../../SimulatedHyperV.dll')",
      "ModuleVersion = '2.0.0.0'",
      `CmdletsToExport = @(${cmdlets.map((name) => `'${name}'`).join(', ')})`,
      `FunctionsToExport = @(${isHyperV ? "'Stop-Computer', 'Restart-Computer'" : ''})`,
      'AliasesToExport = @()',
      '}',
      '',
    ].join('\n');
  });
}
