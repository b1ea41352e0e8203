import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Hypervisor, MachineDefinition } from '../../hyperv/hypervisor.ts';
import type { Fault, HostName, ImageName, MachineId, MachineName } from '../../policies/model.ts';

/** What the suite needs of an implementation and of the hosts behind it. */
export interface Stage {
  readonly hypervisor: Hypervisor;
  /** On, without machines, with at least 4 cores each. */
  readonly first: HostName;
  readonly second: HostName;
  /** Off, and can be switched on. */
  readonly asleep: HostName;
  readonly image: ImageName;
  readonly otherImage: ImageName;
  /** The hosts share a volume, in a failover cluster: what is off goes to the second host when the first is switched off. */
  readonly areNodes?: boolean;
  /** Lets a second of the hosts' time pass. */
  pause(): Promise<void>;
  /** The next call of this verb meets the fault: before it does anything, or after it took effect. */
  fail(verb: keyof Hypervisor, fault: Fault | 'hang', when: 'before' | 'after'): void;
  /** The host answers nothing from now on, or answers again. */
  vanish(host: HostName): void;
  comeBack(host: HostName): void;
  end(): Promise<void>;
}

const GIB = 1024;

function checkFault(call: Promise<unknown>, fault: Fault): Promise<void> {
  return expect(call).rejects.toMatchObject({ name: 'HypervisorError', fault });
}

/** What every implementation of the port keeps: each verb, repeated, in the wrong order, with faults, given up. */
export function conformance(name: string, stage: () => Promise<Stage>): void {
  describe(`the port, kept by ${name}`, () => {
    let on: Stage;
    let hypervisor: Hypervisor;
    let first: HostName;
    let second: HostName;

    beforeEach(async () => {
      on = await stage();
      ({ hypervisor, first, second } = on);
    });
    afterEach(() => on.end());

    const id = 'm-1' as MachineId;
    const other = 'm-2' as MachineId;
    const definition = (machine: MachineId = id, memory = 2 * GIB): MachineDefinition => ({
      machine,
      name: `box-${machine}` as MachineName,
      image: on.image,
      cores: 2,
      memory,
    });
    const defined = async (machine: MachineId = id, memory = 2 * GIB): Promise<void> => {
      await hypervisor.createDifferencingDisk(first, machine, on.image);
      await hypervisor.defineMachine(first, definition(machine, memory));
    };
    const running = async (machine: MachineId = id): Promise<void> => {
      await defined(machine);
      await hypervisor.startMachine(first, machine);
    };
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      while (!(await holds())) await on.pause();
    };
    const power = async (host: HostName, machine: MachineId = id): Promise<string> =>
      (await hypervisor.findMachine(host, machine))?.power ?? 'absent';

    describe('inventory', () => {
      test('names every host with its size and power, and every image', async () => {
        const hosts = await hypervisor.hosts();
        expect(hosts.map((host) => host.name)).toEqual(expect.arrayContaining([first, second, on.asleep]));
        expect(hosts.find((host) => host.name === first)).toMatchObject({ power: 'on' });
        expect(hosts.find((host) => host.name === on.asleep)).toMatchObject({ power: 'off' });
        for (const { cores, memory } of hosts) {
          expect(cores).toBeGreaterThanOrEqual(4);
          expect(Number.isInteger(memory)).toBe(true);
        }
        const images = (await hypervisor.images()).map((image) => image.name);
        expect(images).toEqual(expect.arrayContaining([on.image, on.otherImage]));
      });

      test('a sample says whether the host answers, and never rejects', async () => {
        expect(await hypervisor.sample(first)).toMatchObject({ name: first, reachable: true, power: 'on' });
        expect(await hypervisor.sample(on.asleep)).toMatchObject({ reachable: false, power: 'off' });
        on.vanish(first);
        expect(await hypervisor.sample(first)).toMatchObject({ name: first, reachable: false });
        on.comeBack(first);
        on.fail('sample', 'timeout', 'before');
        expect(await hypervisor.sample(first)).toMatchObject({ reachable: false });
        const { load } = await hypervisor.sample(first);
        expect(load).toBeGreaterThanOrEqual(0);
        expect(load).toBeLessThanOrEqual(100);
      });
    });

    describe('disks', () => {
      test('a differencing disk is small, knows its image, and is made once', async () => {
        expect(await hypervisor.findDisk(first, id)).toBeUndefined();
        await hypervisor.createDifferencingDisk(first, id, on.image);
        await hypervisor.createDifferencingDisk(first, id, on.image);
        const disk = await hypervisor.findDisk(first, id);
        expect(disk).toMatchObject({ machine: id, image: on.image });
        expect(disk?.size).toBeLessThan(100);
        expect(await hypervisor.listDisks(first)).toEqual([disk]);
        expect(await hypervisor.listDisks(second)).toEqual([]);
      });

      test('another image in its place is a conflict, an unknown image is missing', async () => {
        await hypervisor.createDifferencingDisk(first, id, on.image);
        await checkFault(hypervisor.createDifferencingDisk(first, id, on.otherImage), 'conflict');
        expect(await hypervisor.findDisk(first, id)).toMatchObject({ image: on.image });
        await checkFault(
          hypervisor.createDifferencingDisk(first, other, 'no-such-image' as ImageName),
          'missing',
        );
        expect(await hypervisor.findDisk(first, other)).toBeUndefined();
      });

      test('deleting takes the one disk, and nothing when there is none', async () => {
        await hypervisor.createDifferencingDisk(first, id, on.image);
        await hypervisor.createDifferencingDisk(first, 'm-10' as MachineId, on.image);
        await hypervisor.deleteDisk(first, id);
        await hypervisor.deleteDisk(first, id);
        expect((await hypervisor.listDisks(first)).map((disk) => disk.machine)).toEqual(['m-10']);
      });

      test('the disk of a machine that runs, or is defined, stays', async () => {
        await running();
        await checkFault(hypervisor.deleteDisk(first, id), 'busy');
        await hypervisor.stopMachine(first, id);
        await checkFault(hypervisor.deleteDisk(first, id), 'conflict');
        expect(await hypervisor.findDisk(first, id)).toBeDefined();
      });

      test('it grows while the guest boots for the first time', async () => {
        await running();
        await until(async () => (await hypervisor.findMachine(first, id))?.address != null);
        const size = (await hypervisor.findDisk(first, id))?.size ?? 0;
        expect(size).toBeGreaterThan(4);
        expect(size).toBeLessThan(100);
      });
    });

    describe('machines', () => {
      test('a machine is defined on its disk, switched off, once, and is ours alone to see', async () => {
        await defined();
        await hypervisor.defineMachine(first, definition());
        const machine = await hypervisor.findMachine(first, id);
        expect(machine).toEqual({
          machine: id,
          name: 'box-m-1',
          cores: 2,
          memory: 2 * GIB,
          power: 'off',
          upSince: null,
          address: null,
        });
        expect(await hypervisor.listMachines(first)).toEqual([machine]);
        expect(await hypervisor.findMachine(second, id)).toBeUndefined();
      });

      test('without its disk it is not defined, and not otherwise than it is', async () => {
        await checkFault(hypervisor.defineMachine(first, definition()), 'missing');
        expect(await power(first)).toBe('absent');
        await hypervisor.createDifferencingDisk(first, id, on.otherImage);
        await checkFault(hypervisor.defineMachine(first, definition()), 'missing');
        await defined(other);
        await checkFault(hypervisor.defineMachine(first, { ...definition(other), cores: 4 }), 'conflict');
        expect(await hypervisor.findMachine(first, other)).toMatchObject({ cores: 2 });
      });

      test('it starts once, has an address when its guest has booted, and stops', async () => {
        await defined();
        await hypervisor.startMachine(first, id);
        const { upSince } = (await hypervisor.findMachine(first, id)) ?? {};
        expect(upSince).not.toBeNull();
        await until(async () => (await hypervisor.findMachine(first, id))?.address != null);
        await hypervisor.startMachine(first, id);
        expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running', upSince });
        await hypervisor.stopMachine(first, id);
        await hypervisor.stopMachine(first, id);
        expect(await hypervisor.findMachine(first, id)).toMatchObject({
          power: 'off',
          upSince: null,
          address: null,
        });
      });

      test('a restart is seen by its uptime, and starts a machine that is off', async () => {
        await defined();
        await hypervisor.restartMachine(first, id);
        const before = (await hypervisor.findMachine(first, id))?.upSince ?? Infinity;
        await on.pause();
        await hypervisor.restartMachine(first, id);
        const after = await hypervisor.findMachine(first, id);
        expect(after).toMatchObject({ power: 'running', address: null });
        expect(after?.upSince).toBeGreaterThan(before);
      });

      test.each(['startMachine', 'stopMachine', 'restartMachine'] as const)(
        '%s of a machine that is not there: missing',
        async (verb) => {
          await checkFault(hypervisor[verb](first, id), 'missing');
        },
      );

      test('a running machine is not removed; one that is off is, and its disk stays', async () => {
        await running();
        await checkFault(hypervisor.removeMachine(first, id), 'conflict');
        expect(await power(first)).toBe('running');
        await hypervisor.stopMachine(first, id);
        await hypervisor.removeMachine(first, id);
        await hypervisor.removeMachine(first, id);
        expect(await power(first)).toBe('absent');
        expect(await hypervisor.findDisk(first, id)).toBeDefined();
        await hypervisor.deleteDisk(first, id);
        expect(await hypervisor.listDisks(first)).toEqual([]);
      });

      test('what does not fit is refused, and fits when there is room again', async () => {
        const memory = (await hypervisor.hosts()).find((host) => host.name === first)?.memory ?? 0;
        await defined(id, memory - 2 * GIB);
        await defined(other, 4 * GIB);
        await hypervisor.startMachine(first, id);
        await checkFault(hypervisor.startMachine(first, other), 'no-room');
        expect(await power(first, other)).toBe('off');
        await hypervisor.stopMachine(first, id);
        await hypervisor.startMachine(first, other);
        expect(await power(first, other)).toBe('running');
      });

      test('machines are found by identity, never by a name that resembles it', async () => {
        await running();
        await defined('m-10' as MachineId);
        await hypervisor.removeMachine(first, 'm-10' as MachineId);
        expect(await power(first)).toBe('running');
      });
    });

    describe('migration', () => {
      test('takes the machine and its disk along, running as it was', async () => {
        await running();
        const before = await hypervisor.findMachine(first, id);
        await hypervisor.migrateMachine(first, id, second);
        await hypervisor.migrateMachine(first, id, second);
        expect(await power(first)).toBe('absent');
        expect(await hypervisor.findDisk(first, id)).toBeUndefined();
        expect(await hypervisor.findMachine(second, id)).toMatchObject({
          power: 'running',
          upSince: before?.upSince,
        });
        expect(await hypervisor.findDisk(second, id)).toMatchObject({ image: on.image });
      });

      test('a machine that is off moves as well, and one that is there already stays', async () => {
        await defined();
        await hypervisor.migrateMachine(first, id, first);
        expect(await power(first)).toBe('off');
        await hypervisor.migrateMachine(first, id, second);
        expect(await power(second)).toBe('off');
      });

      test('what cannot be moved stays where it is', async () => {
        await checkFault(hypervisor.migrateMachine(first, id, second), 'missing');
        await running();
        await checkFault(hypervisor.migrateMachine(first, id, on.asleep), 'unreachable');
        // On a shared volume its disk is there already, and is the one that it runs on.
        const again = hypervisor.createDifferencingDisk(second, id, on.image);
        await (on.areNodes === true ? checkFault(again, 'conflict') : again);
        await (on.areNodes === true || checkFault(hypervisor.migrateMachine(first, id, second), 'conflict'));
        expect(await power(first)).toBe('running');
      });

      test('without room at the target it stays', async () => {
        const memory = (await hypervisor.hosts()).find((host) => host.name === second)?.memory ?? 0;
        await hypervisor.createDifferencingDisk(second, other, on.image);
        await hypervisor.defineMachine(second, definition(other, memory - GIB));
        await hypervisor.startMachine(second, other);
        await running();
        await checkFault(hypervisor.migrateMachine(first, id, second), 'no-room');
        expect(await power(first)).toBe('running');
        expect(await power(second)).toBe('absent');
      });
    });

    describe('power of hosts', () => {
      test('a host that is switched on answers when it has booted, and only then', async () => {
        await hypervisor.powerOn(on.asleep);
        expect(await hypervisor.sample(on.asleep)).toMatchObject({ power: 'on' });
        await hypervisor.powerOn(on.asleep);
        await until(async () => (await hypervisor.sample(on.asleep)).reachable);
        expect(await hypervisor.listMachines(on.asleep)).toEqual([]);
      });

      test('a host with running machines stays on; an empty one goes off, and answers nothing', async () => {
        await running();
        await checkFault(hypervisor.powerOff(first), 'conflict');
        await hypervisor.stopMachine(first, id);
        await hypervisor.powerOff(first);
        await hypervisor.powerOff(first);
        expect(await hypervisor.sample(first)).toMatchObject({ reachable: false, power: 'off' });
        await checkFault(hypervisor.findMachine(first, id), 'unreachable');
        await checkFault(hypervisor.startMachine(first, id), 'unreachable');
        await hypervisor.powerOn(first);
        await until(async () => (await hypervisor.sample(first)).reachable);
        expect(await power(on.areNodes === true ? second : first)).toBe('off');
      });
    });

    describe('faults', () => {
      test('a host that does not answer is never taken for one without machines', async () => {
        await running();
        on.vanish(first);
        await checkFault(hypervisor.findMachine(first, id), 'unreachable');
        await checkFault(hypervisor.listDisks(first), 'unreachable');
        // Nobody knows of a wish that goes to a session which has not noticed yet that its host is gone; the next one finds none.
        await expect(hypervisor.stopMachine(first, id)).rejects.toMatchObject({
          fault: expect.stringMatching(/^(?:unreachable|unknown-outcome)$/),
        });
        await checkFault(hypervisor.stopMachine(first, id), 'unreachable');
        on.comeBack(first);
        expect(await power(first)).toBe('running');
      });

      test.each([
        'busy',
        'timeout',
        'configuration',
        'incompatible',
        'base-changed',
        'unknown-outcome',
      ] as const)('%s comes back by its name, and nothing has happened', async (fault) => {
        on.fail('createDifferencingDisk', fault, 'before');
        await checkFault(hypervisor.createDifferencingDisk(first, id, on.image), fault);
        expect(await hypervisor.findDisk(first, id)).toBeUndefined();
        await hypervisor.createDifferencingDisk(first, id, on.image);
      });

      test('an answer that was lost leaves its effect, and the repeat finds it', async () => {
        await defined();
        on.fail('startMachine', 'unknown-outcome', 'after');
        await checkFault(hypervisor.startMachine(first, id), 'unknown-outcome');
        const { upSince } = (await hypervisor.findMachine(first, id)) ?? {};
        await hypervisor.startMachine(first, id);
        expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running', upSince });
      });
    });

    describe('giving up', () => {
      test('an aborted verb rejects with the reason of the signal, before it began or while it hangs', async () => {
        const reason = new Error('the lock is lost');
        await expect(
          hypervisor.createDifferencingDisk(first, id, on.image, AbortSignal.abort(reason)),
        ).rejects.toBe(reason);
        expect(await hypervisor.findDisk(first, id)).toBeUndefined();
        for (const verb of ['createDifferencingDisk', 'findDisk'] as const) {
          const given = new AbortController();
          on.fail(verb, 'hang', 'before');
          const call =
            verb === 'findDisk'
              ? hypervisor.findDisk(first, id, given.signal)
              : hypervisor.createDifferencingDisk(first, id, on.image, given.signal);
          given.abort(reason);
          await expect(call).rejects.toBe(reason);
        }
      });

      test('what was given up may go on: the same verb waits for it, any other is told busy', async () => {
        const given = new AbortController();
        const call = hypervisor.createDifferencingDisk(first, id, on.image, given.signal);
        call.catch(() => undefined);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        given.abort(new Error('too long'));
        await expect(call).rejects.toThrow('too long');
        const seen: unknown[] = [];
        await until(() =>
          hypervisor.deleteDisk(first, id).then(
            () => true,
            (error: unknown) => {
              seen.push(error);
              return false;
            },
          ),
        );
        for (const error of seen) expect(error).toMatchObject({ fault: 'busy' });
        await on.pause();
        expect(await hypervisor.findDisk(first, id)).toBeUndefined();
      });

      test('the same wish of two callers is one machine', async () => {
        await Promise.all([defined(), defined()]);
        await Promise.all([hypervisor.startMachine(first, id), hypervisor.startMachine(first, id)]);
        expect((await hypervisor.listMachines(first)).map(({ machine, power: is }) => [machine, is])).toEqual(
          [[id, 'running']],
        );
      });
    });
  });
}
