import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { environment } from './module/build.ts';
import type { SimulatedSite } from './module/site.ts';
import { FOLDER, folderOf } from './simulated-driver.ts';
import { layWays } from './ways.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bot', 'octopus.mjs');

/** How a run of the program has ended. */
export interface Run {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly out: string;
}

/** The program as an administrator runs it, with simulated hosts behind what it takes for ssh. */
export class RealProgram {
  readonly #site: SimulatedSite;
  readonly #config: string;

  constructor(site: SimulatedSite, images: readonly string[]) {
    this.#site = site;
    this.#config = join(site.folder, 'octopus.yaml');
    layWays(site);
    const hosts = site.hosts.map(({ name }) => {
      const folder = folderOf(site, name);
      const cluster = site.clusterOf(name) ?? 'none';
      return `    - { name: ${name}, cores: 8, memory: 16g, folder: '${folder}', share: '${folder}', failover-cluster: ${cluster} }`;
    });
    writeFileSync(
      this.#config,
      `cluster:
  driver: hyperv
  transport: { by: ssh, executable: '${join(site.folder, 'ways', 'ssh')}', shell: pwsh }
  folder: '${FOLDER}'
  switch: external
  hosts:
${hosts.join('\n')}
  images:
${images.map((name) => `    - { name: ${name}, os: linux, login: ubuntu, memory: 1g }`).join('\n')}
`,
    );
  }

  /** Runs `octopus` with these words to its end. */
  run(...words: readonly string[]): Promise<Run> {
    return this.begin(...words).ended;
  }

  /** The same, for whoever means to kill it. */
  begin(...words: readonly string[]): { readonly process: ChildProcess; readonly ended: Promise<Run> } {
    const child = spawn(process.execPath, [LAUNCHER, ...words, '--config', this.#config], {
      cwd: this.#site.folder,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { process: child, ended: runOf(child) };
  }
}

async function runOf(child: ReturnType<typeof spawn>): Promise<Run> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the program was started without pipes');
  const said = Promise.all([text(stdout), text(stderr)]);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, out: (await said).join('') };
}
