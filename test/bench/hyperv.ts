import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { RealClock } from '../../jobs/clock.ts';
import type { HostName, Image, ImageName, MachineId, MachineName } from '../../policies/model.ts';
import { call } from '../../hyperv/powershell/call.ts';
import { PowerShellHypervisor } from '../../hyperv/powershell/driver.ts';
import { hostModule, prepare } from '../../hyperv/powershell/module.ts';
import { Shell } from '../../hyperv/powershell/shell.ts';
import { shellStart } from '../../hyperv/powershell/transport.ts';
import { environment, simulatedModules } from '../hyperv/module/build.ts';
import { SimulatedSite } from '../hyperv/module/site.ts';
import { inMs, milliseconds, quantile, spread } from './measure.ts';

// What a call costs, what a full host's list costs, and whether the pool grows: `npm run bench:hyperv [-- overhead memory full-host]`. The host is a
// simulated Hyper-V in a real PowerShell process, so the cmdlets' own time is this computer's, not a host's; the overhead
// is the whole way there and back around them.

const GIB = 2 ** 30;
const HOST = 'hv01' as HostName;
const IMAGE: Image = { name: 'ubuntu' as ImageName, os: 'linux', login: 'u', memoryMin: 512, aliases: [] };
const MACHINES = Number(process.env['MACHINES'] ?? 1000);
const CALLS = Number(process.env['CALLS'] ?? 10_000);
const PATIENCE_MS = 600_000;

if (environment === undefined) {
  console.log('not measured: PowerShell or the .NET SDK is not installed');
  process.exit(1);
}
const shells = environment;
simulatedModules();

const site = new SimulatedSite([{ name: HOST, cores: 64, memory: 4096 * GIB }], { pace: 0 });
site.image(String.raw`D:\Octopus\images\ubuntu.vhdx`);
const folder = site.real(HOST, String.raw`D:\Octopus`);
const start = {
  ...shellStart({ kind: 'local', executable: 'pwsh' }, HOST),
  environment: site.environment(HOST),
};
const driver = new PowerShellHypervisor({
  hosts: [
    {
      name: HOST,
      cores: 64,
      memory: 4_194_304,
      shell: start,
      folder,
      switch: 'external',
      peer: null,
      share: null,
      failoverCluster: null,
      board: null,
    },
  ],
  images: [IMAGE],
  clock: new RealClock(),
  environment: shells,
});

/** The verb's time at the host is taken there, by the shell itself; what is more, is ours. */
async function overhead(): Promise<void> {
  const shell = new Shell(start, shells);
  await prepare(shell, { folder }, hostModule(), PATIENCE_MS);
  const spent: number[] = [];
  const ours: number[] = [];
  await call(shell, 'find-machine', { machine: 'm-1' }, PATIENCE_MS);
  for (let round = 0; round < 200; round += 1) {
    const whole = await milliseconds(() => call(shell, 'find-machine', { machine: 'm-1' }, PATIENCE_MS));
    // The same cmdlets, run bare.
    const bare = await shell.run(
      shell.start.printed(
        '$w=[Diagnostics.Stopwatch]::StartNew();[void](Hyper-V\\Get-VM);$w.Stop();$w.Elapsed.TotalMilliseconds.ToString([Globalization.CultureInfo]::InvariantCulture)',
      ),
      PATIENCE_MS,
    );
    spent.push(whole);
    ours.push(whole - Number(bare.trim()));
  }
  shell.kill();
  await shell.ended;
  console.log(
    `one look at a machine: ${spread(spent)}; less what the cmdlet takes: ${spread(ours)} (bar: half within 30 ms)`,
  );
}

async function fullHost(): Promise<void> {
  const filling = await milliseconds(() => fill());
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1)
    times.push(
      await milliseconds(async () => {
        const { length } = await driver.listMachines(HOST);
        if (length !== MACHINES) throw new Error(`${length} machines are listed, not ${MACHINES}`);
      }),
    );
  console.log(
    `${MACHINES} machines listed: ${inMs(quantile(times, 0.5))} at the median of ${times.length} (bar: 2 s); they were made in ${inMs(filling)}`,
  );
}

/** One is made by the driver, the others are copies of it in the file of the simulated hosts: as many calls would take long. */
async function fill(): Promise<void> {
  const first = 'm-1' as MachineId;
  await driver.createDifferencingDisk(HOST, first, IMAGE.name);
  await driver.defineMachine(HOST, {
    machine: first,
    name: 'box-1' as MachineName,
    image: IMAGE.name,
    cores: 1,
    memory: 512,
  });
  repeat();
}

interface Stored {
  readonly hosts: { readonly machines: Record<string, unknown>[] }[];
}

function repeat(): void {
  const file = join(site.folder, 'site.json');
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored;
  const machines = stored.hosts[0]?.machines ?? [];
  const text = JSON.stringify(machines[0]);
  const { id = '' } = (machines[0] ?? {}) as { id?: string };
  const disk = join(folder, 'machines', 'm-1', 'disk.vhdx');
  for (let copy = 2; copy <= MACHINES; copy += 1) {
    machines.push(
      JSON.parse(
        text
          .replaceAll(id, crypto.randomUUID())
          .replaceAll(/\bm-1\b/g, `m-${copy}`)
          .replaceAll('box-1', `box-${copy}`),
      ) as Record<string, unknown>,
    );
    mkdirSync(join(folder, 'machines', `m-${copy}`));
    linkSync(disk, join(folder, 'machines', `m-${copy}`, 'disk.vhdx'));
  }
  writeFileSync(file, JSON.stringify(stored));
}

async function memory(): Promise<void> {
  const marks: string[] = [];
  const heap: number[] = [];
  const remote: number[] = [];
  for (let done = 0; done <= CALLS; done += 1) {
    if (done % Math.max(1, Math.floor(CALLS / 5)) === 0) {
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      heap.push((heapUsed + external) / 2 ** 20);
      remote.push(resident());
      marks.push(`${done}: ${heap.at(-1)?.toFixed(1)} and ${remote.at(-1)?.toFixed(0)} MiB`);
    }
    await driver.findMachine(HOST, 'm-1' as MachineId);
  }
  console.log(`memory here and of the shell, by calls: ${marks.join(', ')}`);
  const growth = (heap.at(-1) ?? 0) - (heap[1] ?? 0);
  const there = (remote.at(-1) ?? 0) - (remote[1] ?? 0);
  console.log(
    `growth after the first fifth: ${growth.toFixed(1)} MiB here, ${there.toFixed(0)} MiB in the shell`,
  );
}

/** Resident MiB of the shells that are children of this process. */
function resident(): number {
  let kib = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!status.includes(`PPid:\t${process.pid}\n`)) continue;
      kib += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return kib / 1024;
}

const parts = { overhead, memory, 'full-host': fullHost };
const wanted = process.argv.slice(2);
try {
  for (const [name, part] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await part();
} finally {
  driver.close();
  site.end();
}
process.exit(0);
