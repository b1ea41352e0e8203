import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { HypervisorError } from '../../hyperv/hypervisor.ts';
import { migrationSeconds } from '../../hyperv/simulator/durations.ts';
import { Simulator, type SimulatorOptions } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { idle, RealClock, VirtualClock } from '../../jobs/clock.ts';
import type { HostName, ImageName, Instant, MachineId, MachineName } from '../../policies/model.ts';
import { conformance, type Stage } from './conformance.ts';
import { conformanceOfMore } from './conformance-more.ts';

const noon = 1_800_000_000 as Instant;
const [hv01, hv02, hv03] = ['hv01', 'hv02', 'hv03'] as HostName[] as [HostName, HostName, HostName];
const ubuntu = 'ubuntu-24.04' as ImageName;

interface World {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly elapsed: () => number;
}

function world(options: Partial<SimulatorOptions> = {}, clock = new VirtualClock(noon)): World {
  const simulator = new Simulator({ ...SITE, clock: clock.pulling, store: null, ...options });
  return { clock, simulator, elapsed: () => clock.now() - noon };
}

const definition = (machine: MachineId, memory = 4096) => ({
  machine,
  name: `box-${machine}` as MachineName,
  image: ubuntu,
  cores: 4,
  memory,
});

async function make(simulator: Simulator, host: HostName, id: string, memory = 4096): Promise<MachineId> {
  const machine = id as MachineId;
  await simulator.createDifferencingDisk(host, machine, ubuntu);
  await simulator.defineMachine(host, definition(machine, memory));
  await simulator.startMachine(host, machine);
  return machine;
}

/** The fault with which each call ended, `done` for none. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const ended = await Promise.allSettled(calls);
  return ended.map((end) =>
    end.status === 'fulfilled' ? 'done' : end.reason instanceof HypervisorError ? end.reason.fault : 'bug',
  );
}

const stage = (): Promise<Stage> => {
  const { clock, simulator } = world();
  return Promise.resolve({
    hypervisor: simulator,
    first: hv01,
    second: hv02,
    asleep: hv03,
    image: ubuntu,
    otherImage: 'debian-12' as ImageName,
    pause: () => clock.pulling.at((clock.now() + 1) as Instant),
    fail: (verb, fault, when) => simulator.fail({ verb, fault, when }),
    vanish: (host) => simulator.vanish(host),
    comeBack: (host) => simulator.comeBack(host),
    end: () => Promise.resolve(),
  });
};

conformance('the simulator', stage);
conformanceOfMore('the simulator', stage);

describe('time and size', () => {
  test('a machine takes as long as on a real host: disk 1 s, definition 2 s, start 3 s, address 20 s later', async () => {
    const { clock, simulator, elapsed } = world();
    await simulator.createDifferencingDisk(hv01, 'm-1' as MachineId, ubuntu);
    expect(elapsed()).toBe(1);
    expect((await simulator.findDisk(hv01, 'm-1' as MachineId))?.size).toBe(4);
    await simulator.defineMachine(hv01, definition('m-1' as MachineId));
    expect(elapsed()).toBe(3);
    await simulator.startMachine(hv01, 'm-1' as MachineId);
    expect(elapsed()).toBe(6);
    await clock.advance(19);
    expect((await simulator.findMachine(hv01, 'm-1' as MachineId))?.address).toBeNull();
    await clock.advance(1);
    expect((await simulator.findMachine(hv01, 'm-1' as MachineId))?.address).toBe('10.20.0.11');
    expect((await simulator.findDisk(hv01, 'm-1' as MachineId))?.size).toBe(45);
    await simulator.stopMachine(hv01, 'm-1' as MachineId);
    expect(elapsed()).toBe(31);
    expect((await simulator.findDisk(hv01, 'm-1' as MachineId))?.size).toBe(45);
  });

  test('at four times the speed a new machine has its address after 8 s', async () => {
    const { clock, simulator, elapsed } = world({ speed: 4 });
    const machine = await make(simulator, hv01, 'm-1');
    await clock.advance(5);
    expect((await simulator.findMachine(hv01, machine))?.address).not.toBeNull();
    expect(elapsed()).toBe(8);
  });

  test('a host boots for 90 s and shuts down for 30', async () => {
    const { clock, simulator, elapsed } = world();
    await simulator.powerOn(hv03);
    expect(elapsed()).toBe(2);
    await clock.advance(89);
    expect(await simulator.sample(hv03)).toMatchObject({ reachable: false, power: 'on' });
    await clock.advance(1);
    expect(await simulator.sample(hv03)).toMatchObject({ reachable: true, power: 'on' });
    await simulator.powerOff(hv03);
    expect(elapsed()).toBe(122);
    expect((await simulator.hosts()).map((host) => host.power)).toEqual(['on', 'on', 'off', 'off']);
  });

  // Measured on 10 GbE by Finn (2012): one 512 MB machine 5 s, ten at a time 13 s; on 1 GbE 7 s and 40 s.
  test.each([
    { network: '10GbE', disk: 0, memory: 512, together: 1, from: 4, to: 6 },
    { network: '10GbE', disk: 0, memory: 512, together: 10, from: 11, to: 15 },
    { network: '1GbE', disk: 0, memory: 512, together: 1, from: 6, to: 10 },
    { network: '10GbE', disk: 45, memory: 8192, together: 1, from: 15, to: 20 },
    { network: 'RDMA', disk: 45, memory: 8192, together: 1, from: 10, to: 14 },
    { network: '10GbE', disk: 45, memory: 0, together: 1, from: 4, to: 4.5 },
  ] as const)(
    '$memory MiB over $network, $together together, take $from to $to s',
    ({ network, disk, memory, together, from, to }) => {
      const seconds = migrationSeconds(disk, memory, network, together);
      expect(seconds).toBeGreaterThanOrEqual(from);
      expect(seconds).toBeLessThanOrEqual(to);
    },
  );
});

describe('limits of a host', () => {
  test('one disk of a base image is made at a time; of different images, and at different hosts, as many as wanted', async () => {
    const { simulator } = world();
    const create = (host: HostName, id: string, image: string): Promise<void> =>
      simulator.createDifferencingDisk(host, id as MachineId, image as ImageName);
    const calls = [
      create(hv01, 'm-1', ubuntu),
      create(hv01, 'm-2', ubuntu),
      create(hv01, 'm-3', 'debian-12'),
      create(hv02, 'm-4', ubuntu),
    ];
    expect(await outcomes(calls)).toEqual(['done', 'busy', 'done', 'done']);
  });

  test('two migrations at a time, counted at both ends', async () => {
    const { simulator } = world();
    for (const id of ['m-1', 'm-2', 'm-3']) await make(simulator, hv01, id);
    const away = (id: string): Promise<void> => simulator.migrateMachine(hv01, id as MachineId, hv02);
    const calls = [away('m-1'), away('m-2'), away('m-3')];
    expect((await outcomes([simulator.stopMachine(hv01, 'm-1' as MachineId)]))[0]).toBe('busy');
    expect(await outcomes(calls)).toEqual(['done', 'done', 'busy']);
    await away('m-3');
    expect(simulator.audit().map(({ machines }) => machines.length)).toEqual([0, 3, 0, 0]);
  });

  test('memory is taken as soon as a start or a migration begins', async () => {
    const { simulator } = world();
    for (const id of ['m-1', 'm-2'] as MachineId[]) {
      await simulator.createDifferencingDisk(hv01, id, ubuntu);
      await simulator.defineMachine(hv01, definition(id, 40 * 1024));
    }
    const calls = (['m-1', 'm-2'] as MachineId[]).map((id) => simulator.startMachine(hv01, id));
    expect(await outcomes(calls)).toEqual(['done', 'no-room']);
    await make(simulator, hv02, 'm-3', 30 * 1024);
    const moving = simulator.migrateMachine(hv02, 'm-3' as MachineId, hv01);
    expect(await outcomes([moving])).toEqual(['no-room']);
    expect((await simulator.findMachine(hv02, 'm-3' as MachineId))?.power).toBe('running');
  });

  test('two machines that fit one by one do not move together to where only one fits', async () => {
    const { simulator } = world();
    for (const id of ['m-1', 'm-2']) await make(simulator, hv01, id, 20 * 1024);
    await make(simulator, hv02, 'm-3', 30 * 1024);
    const moves = (['m-1', 'm-2'] as MachineId[]).map((id) => simulator.migrateMachine(hv01, id, hv02));
    expect(await outcomes(moves)).toEqual(['done', 'no-room']);
  });

  test('a host at work is not switched off', async () => {
    const { simulator } = world();
    const work = simulator.createDifferencingDisk(hv01, 'm-1' as MachineId, ubuntu);
    expect(await outcomes([simulator.powerOff(hv01), work])).toEqual(['busy', 'done']);
  });
});

describe('faults on demand', () => {
  test('they are met as often as planned, at the host and for the machine that they name', async () => {
    const { simulator } = world();
    simulator.fail({
      verb: 'findDisk',
      host: hv01,
      machine: 'm-1' as MachineId,
      fault: 'timeout',
      times: 2,
      when: 'before',
    });
    const find = (host: HostName, id: string) => simulator.findDisk(host, id as MachineId);
    const calls = [
      find(hv02, 'm-1'),
      find(hv01, 'm-2'),
      find(hv01, 'm-1'),
      find(hv01, 'm-1'),
      find(hv01, 'm-1'),
    ];
    expect(await outcomes(calls)).toEqual(['done', 'done', 'timeout', 'timeout', 'done']);
  });

  test('a host that is lost in the middle leaves an unknown outcome, and the effect', async () => {
    const { simulator } = world();
    const call = simulator.createDifferencingDisk(hv01, 'm-1' as MachineId, ubuntu);
    await Promise.resolve();
    simulator.vanish(hv01);
    expect(await outcomes([call])).toEqual(['unknown-outcome']);
    expect(simulator.audit()[0]?.disks).toHaveLength(1);
    simulator.heal();
    expect(await simulator.findDisk(hv01, 'm-1' as MachineId)).toBeDefined();
  });

  test('a slow host answers later', async () => {
    const { simulator, elapsed } = world();
    simulator.slowDown(hv01, 7);
    await simulator.listMachines(hv01);
    expect(elapsed()).toBe(7);
  });
});

function file(): string {
  return join(mkdtempSync(join(tmpdir(), 'octopus-hosts-')), 'data', 'hosts.json');
}

describe('the store', () => {
  test('hosts outlive the process, and what was under way takes effect by time', async () => {
    const store = file();
    const before = world({ store });
    const machine = await make(before.simulator, hv01, 'm-1');
    await before.simulator.createDifferencingDisk(hv02, 'm-2' as MachineId, ubuntu);
    void before.simulator.stopMachine(hv01, machine);
    await Promise.resolve();

    const after = world({ store }, new VirtualClock(before.clock.now()));
    expect(await after.simulator.findMachine(hv01, machine)).toMatchObject({ power: 'running' });
    expect((await outcomes([after.simulator.removeMachine(hv01, machine)]))[0]).toBe('busy');
    await after.clock.advance(5);
    expect(await after.simulator.findMachine(hv01, machine)).toMatchObject({ power: 'off' });
    expect(await after.simulator.findDisk(hv02, 'm-2' as MachineId)).toMatchObject({ image: ubuntu });
  });

  test('the same verb after the restart joins what is under way', async () => {
    const store = file();
    const before = world({ store });
    void before.simulator.createDifferencingDisk(hv01, 'm-1' as MachineId, ubuntu);
    await Promise.resolve();
    const after = world({ store });
    await after.simulator.createDifferencingDisk(hv01, 'm-1' as MachineId, ubuntu);
    expect(after.elapsed()).toBe(1);
    expect(after.simulator.audit()[0]?.disks).toHaveLength(1);
  });

  test('a process that is killed in the middle of a verb finds its effect at its return', async () => {
    const store = file();
    const root = join(import.meta.dirname, '..', '..');
    const program = `
      import { Simulator } from ${JSON.stringify(join(root, 'hyperv', 'simulator', 'simulator.ts'))};
      import { SITE } from ${JSON.stringify(join(root, 'hyperv', 'simulator', 'site.ts'))};
      import { RealClock } from ${JSON.stringify(join(root, 'jobs', 'clock.ts'))};
      const simulator = new Simulator({ ...SITE, clock: new RealClock(), store: process.argv[1] });
      const call = simulator.createDifferencingDisk('hv01', 'm-1', 'ubuntu-24.04');
      setImmediate(() => console.log('begun'));
      await call;
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, store], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect((await ended)[1]).toBe('SIGKILL');

    const { clock, simulator } = world({ store }, new VirtualClock(new RealClock().now()));
    await clock.advance(2);
    expect(simulator.audit()[0]?.disks).toMatchObject([{ machine: 'm-1', image: ubuntu }]);
  });

  test('a file that is not ours is refused in words, and kept', () => {
    const store = join(mkdtempSync(join(tmpdir(), 'octopus-hosts-')), 'hosts.json');
    for (const text of ['{"version":1,', '{"version":2}', 'null', '[]']) {
      writeFileSync(store, text);
      expect(() => world({ store })).toThrow('does not hold a simulated cluster');
      expect(readFileSync(store, 'utf8')).toBe(text);
    }
  });

  test('a host that the site has got meanwhile is there', async () => {
    const store = file();
    await make(world({ store, hosts: SITE.hosts.slice(0, 1) }).simulator, hv01, 'm-1');
    const { simulator } = world({ store });
    expect(simulator.audit().map(({ name }) => name)).toEqual(['hv01', 'hv02', 'hv03', 'hv04']);
  });
});

test('a host that nobody configured is a bug, not a fault', async () => {
  const { simulator } = world();
  await idle();
  expect(await outcomes([simulator.listMachines('hv99' as HostName)])).toEqual(['bug']);
});
