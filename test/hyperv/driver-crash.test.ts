import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HypervisorError, type Hypervisor } from '../../hyperv/hypervisor.ts';
import type { HostName, MachineId, MachineName } from '../../policies/model.ts';
import { Draw } from '../crash/draw.ts';
import type { Order } from './crash-child.ts';
import { DriverStage, UBUNTU } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';

// The driver's process dies at a random moment of a verb, with or without the shells that it has at the hosts. Hyper-V goes
// on with what it was at. Another driver, which knows nothing of that, says the same wish: nothing is there twice then, nothing
// is lost, and nothing lies about. `KILLS=20 SEED=7` makes it longer, and draws other moments.

const [hv01, hv02, hv03] = ['hv01', 'hv02', 'hv03'] as HostName[] as [HostName, HostName, HostName];
const [id, bystander] = ['m-1', 'm-2'] as MachineId[] as [MachineId, MachineId];
const KILLS = Number(process.env['KILLS'] ?? 1);
const SEED = Number(process.env['SEED'] ?? 1);
/** Slow enough for a moment to be hit. */
const PACE = 0.05;

const definition = (machine: MachineId) => ({
  machine,
  name: `box-${machine}` as MachineName,
  image: UBUNTU.name,
  cores: 2,
  memory: 2048,
});

interface Case {
  readonly verb: keyof Hypervisor;
  readonly args: readonly unknown[];
  /** How far the machine is before. */
  readonly before: 'nothing' | 'disk' | 'defined' | 'running' | 'checkpoint';
  /** What is so afterwards, as few words. */
  readonly after: string;
}

const CASES: readonly Case[] = [
  { verb: 'createDifferencingDisk', args: [hv01, id, UBUNTU.name], before: 'nothing', after: 'hv01: disk' },
  { verb: 'defineMachine', args: [hv01, definition(id)], before: 'disk', after: 'hv01: disk, off 2 2048' },
  { verb: 'removeMachine', args: [hv01, id], before: 'defined', after: 'hv01: disk' },
  { verb: 'deleteDisk', args: [hv01, id], before: 'disk', after: 'nowhere' },
  { verb: 'startMachine', args: [hv01, id], before: 'defined', after: 'hv01: disk, running 2 2048' },
  { verb: 'stopMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, off 2 2048' },
  { verb: 'restartMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, running 2 2048' },
  { verb: 'saveMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, off 2 2048' },
  {
    verb: 'seedMachine',
    args: [hv01, id, { hostname: 'box', os: 'linux', login: 'ubuntu', keys: [] }],
    before: 'defined',
    after: 'hv01: disk, off 2 2048',
  },
  {
    verb: 'resizeMachine',
    args: [hv01, id, { cores: 4, memory: 4096, disk: 40_960 }],
    before: 'defined',
    after: 'hv01: disk, off 4 4096',
  },
  {
    verb: 'createCheckpoint',
    args: [hv01, id, 'one'],
    before: 'defined',
    after: 'hv01: disk, off 2 2048, checkpoint',
  },
  {
    verb: 'restoreCheckpoint',
    args: [hv01, id, 'one'],
    before: 'checkpoint',
    after: 'hv01: disk, off 2 2048, checkpoint',
  },
  {
    verb: 'deleteCheckpoint',
    args: [hv01, id, 'one'],
    before: 'checkpoint',
    after: 'hv01: disk, off 2 2048',
  },
  { verb: 'migrateMachine', args: [hv01, id, hv02], before: 'running', after: 'hv02: disk, running 2 2048' },
  { verb: 'migrateMachine', args: [hv01, id, hv02], before: 'defined', after: 'hv02: disk, off 2 2048' },
  { verb: 'copyImage', args: [hv01, UBUNTU.name, hv02], before: 'nothing', after: 'nowhere' },
  { verb: 'powerOff', args: [hv02], before: 'nothing', after: 'nowhere' },
  { verb: 'powerOn', args: [hv03], before: 'nothing', after: 'nowhere' },
];

describeWithPowerShell(`a driver that is killed (seed ${SEED})`, () => {
  let stage: DriverStage;
  const draw = new Draw(SEED);

  beforeAll(() => {
    stage = new DriverStage();
  });
  afterAll(() => stage.close());

  test.each(CASES)('$verb of what was $before: $after', async ({ verb, args, before, after }) => {
    let milliseconds = 600;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await prepare(before, verb);
      const began = performance.now();
      const moment = draw.next() * milliseconds;
      const takesShells = draw.chance(0.5);
      const how = `killed after ${Math.round(moment)} ms ${takesShells ? 'with' : 'without'} its shells`;
      await killed({ folder: stage.site.folder, hosts: stage.site.hosts, verb, args }, moment, takesShells);
      await settle(verb, args);
      milliseconds = Math.min(milliseconds, performance.now() - began);
      expect([how, await state()]).toEqual([how, after]);
      expect([how, await lying(verb)]).toEqual([how, []]);
      await stage.end();
    }
  });

  async function prepare(before: Case['before'], verb: keyof Hypervisor): Promise<void> {
    const { hypervisor, site } = stage;
    site.setPace(0);
    await hypervisor.createDifferencingDisk(hv01, bystander, UBUNTU.name);
    await hypervisor.defineMachine(hv01, definition(bystander));
    if (verb === 'copyImage')
      rmSync(join(stage.folder(hv02), 'images', `${UBUNTU.name}.vhdx`), { force: true });
    if (before !== 'nothing') await hypervisor.createDifferencingDisk(hv01, id, UBUNTU.name);
    if (before !== 'nothing' && before !== 'disk') await hypervisor.defineMachine(hv01, definition(id));
    if (before === 'checkpoint') await hypervisor.createCheckpoint(hv01, id, 'one');
    if (before === 'running') {
      await hypervisor.startMachine(hv01, id);
      await hypervisor.findMachine(hv01, id);
    }
    site.setPace(PACE);
  }

  /** One life of the child: it is told the verb, and dies at the moment, or has done it before. */
  async function killed(order: Order, moment: number, takesShells: boolean): Promise<void> {
    const others = new Set(sessions());
    const child = fork(join(import.meta.dirname, 'crash-child.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    // One that has nothing left to do ends by itself, and may be gone before it is killed.
    const ended = once(child, 'exit');
    await said(child, 'here');
    child.send(order);
    await said(child, 'ready');
    const shells = sessions().filter((pid) => !others.has(pid));
    child.send('go');
    await sleep(moment);
    child.kill('SIGKILL');
    await ended;
    if (takesShells) for (const pid of shells) stage.site.endSession(pid);
  }

  function sessions(): readonly number[] {
    return stage.site.hosts.flatMap(({ name }) => stage.site.sessions(name));
  }

  /** Says the wish again until it holds, as the runner does: what is busy or unknown is looked at again. */
  async function settle(verb: keyof Hypervisor, args: readonly unknown[]): Promise<void> {
    const verbs = stage.hypervisor as unknown as Record<
      string,
      (...given: readonly unknown[]) => Promise<void>
    >;
    for (;;) {
      try {
        await verbs[verb]?.(...args);
        return;
      } catch (error) {
        if (
          !(error instanceof HypervisorError) ||
          !['busy', 'unknown-outcome', 'timeout'].includes(error.fault)
        )
          throw error;
        await stage.breathe();
      }
    }
  }

  /** Where the machine is and how, over all hosts that are on. */
  async function state(): Promise<string> {
    const found: string[] = [];
    for (const host of await on()) {
      const parts: string[] = [];
      for (const disk of await stage.hypervisor.listDisks(host)) if (disk.machine === id) parts.push('disk');
      for (const { machine, power, cores, memory } of await stage.hypervisor.listMachines(host))
        if (machine === id) {
          parts.push(`${power} ${cores} ${memory}`);
          for (const checkpoint of await stage.hypervisor.listCheckpoints(host, id))
            parts.push(checkpoint.name === 'one' ? 'checkpoint' : checkpoint.name);
        }
      if (parts.length > 0) found.push(`${host}: ${parts.join(', ')}`);
    }
    return found.length === 0 ? 'nowhere' : found.join('; ');
  }

  /** What should not be there: leftovers, machines beyond ours, images that are missing. */
  async function lying(verb: keyof Hypervisor): Promise<readonly string[]> {
    const found: string[] = [];
    for (const host of await on()) {
      for (const { kind, name } of await stage.hypervisor.listLeftovers(host))
        // A disk without a machine is what some of the wishes are for.
        if (
          !(
            kind === 'folder-without-machine' &&
            name === id &&
            ['createDifferencingDisk', 'removeMachine'].includes(verb)
          )
        )
          found.push(`${host}: ${kind} ${name}`);
      const images = (await stage.hypervisor.listImages(host)).map(({ image }) => image);
      if (!images.includes(UBUNTU.name)) found.push(`${host}: no image`);
      const names = stage.site.machines(host).map(({ name }) => name);
      for (const name of names)
        if (
          ![`box-${id}`, `box-${bystander}`].includes(name) ||
          names.filter((one) => one === name).length > 1
        )
          found.push(`${host}: machine ${name}`);
    }
    const isThere = await stage.hypervisor.findMachine(hv01, bystander);
    return isThere?.power === 'off' ? found : [...found, 'the bystander'];
  }

  async function on(): Promise<readonly HostName[]> {
    const hosts = await stage.hypervisor.hosts();
    const samples = await Promise.all(hosts.map(({ name }) => stage.hypervisor.sample(name)));
    return samples.filter(({ reachable }) => reachable).map(({ name }) => name);
  }
});

async function said(child: ChildProcess, word: string): Promise<void> {
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the child has ended with ${code}`)));
  });
  if (message !== word) throw new Error(`the child says ${String(message)}`);
}
