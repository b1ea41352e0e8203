import { renameSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { MachineDefinition } from '../../hyperv/hypervisor.ts';
import type { MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';

// Moves take minutes on real hosts. These take as long as the test wants: no second of the hosts' work passes until it
// says so.

describeWithPowerShell('a long move', () => {
  let on: DriverStage;
  const id = 'm-1' as MachineId;
  const other = 'm-2' as MachineId;
  const define = async (machine: MachineId): Promise<void> => {
    const { hypervisor, first, image } = on;
    const definition: MachineDefinition = {
      machine,
      name: `box-${machine}` as MachineName,
      image,
      cores: 1,
      memory: 1024,
    };
    await hypervisor.createDifferencingDisk(first, machine, image);
    await hypervisor.defineMachine(first, definition);
  };
  const power = async (host = on.first, machine = id): Promise<string> =>
    (await on.hypervisor.findMachine(host, machine))?.power ?? 'absent';
  const underWay = async (): Promise<void> => {
    while ((await power()) !== 'moving') await new Promise((resolve) => void setTimeout(resolve, 50));
  };

  // Reads are waited for a quarter of their time, so that a hung write does not take minutes.
  beforeAll(() => {
    on = new DriverStage({ patience: 0.25 });
  });
  beforeEach(async () => {
    on.site.setPace(0.02);
    await define(id);
    await on.hypervisor.startMachine(on.first, id);
  });
  afterEach(() => on.end());
  afterAll(() => on.close());

  test('blocks no other work on its host', async () => {
    on.site.setPace(1e6);
    const move = on.hypervisor.migrateMachine(on.first, id, on.second);
    move.catch(() => undefined);
    await underWay();
    await expect(on.hypervisor.stopMachine(on.first, id)).rejects.toMatchObject({ fault: 'busy' });
    expect(await on.hypervisor.findDisk(on.first, id)).toBeDefined();
    on.site.setPace(0);
    await define(other);
    expect(await power(on.first, other)).toBe('off');
    await move;
    expect(await power(on.second)).toBe('running');
  });

  test('is cancelled, and the machine goes on where it was', async () => {
    on.site.setPace(1e6);
    const move = on.hypervisor.migrateMachine(on.first, id, on.second);
    const ended = move.catch((error: unknown) => error);
    await underWay();
    await on.hypervisor.cancelMigration(on.first, id);
    await on.hypervisor.cancelMigration(on.first, id);
    expect(await power()).toBe('running');
    on.site.setPace(0);
    expect(await ended).toMatchObject({ name: 'HypervisorError' });
    expect(await power(on.second)).toBe('absent');
    await on.hypervisor.migrateMachine(on.first, id, on.second);
    expect(await power(on.second)).toBe('running');
  });

  test('is found again after its shell, and the driver that began it, are lost', async () => {
    on.site.setPace(1e6);
    on.hypervisor.migrateMachine(on.first, id, on.second).catch(() => undefined);
    await underWay();
    on.restart();
    const again = on.hypervisor.migrateMachine(on.first, id, on.second);
    again.catch(() => undefined);
    await underWay();
    on.site.setPace(0);
    await again;
    expect(await power()).toBe('absent');
    expect(await power(on.second)).toBe('running');
    expect(await on.hypervisor.listLeftovers(on.first)).toEqual([]);
  });

  test('a caller that gives up rejects at once, and the move goes on', async () => {
    on.site.setPace(1e6);
    const given = new AbortController();
    const reason = new Error('the step took too long');
    const move = on.hypervisor.migrateMachine(on.first, id, on.second, given.signal);
    move.catch(() => undefined);
    await underWay();
    given.abort(reason);
    await expect(move).rejects.toBe(reason);
    expect(await power()).toBe('moving');
    on.site.setPace(0);
    await on.hypervisor.migrateMachine(on.first, id, on.second);
    expect(await power(on.second)).toBe('running');
  });

  test('is not begun where the base image is missing', async () => {
    const image = on.site.real(on.second, `D:\\Octopus\\images\\${on.image}.vhdx`);
    renameSync(image, `${image}.away`);
    await expect(on.hypervisor.migrateMachine(on.first, id, on.second)).rejects.toMatchObject({
      fault: 'missing',
      message: expect.stringContaining(`hv02 has no image ${on.image}`) as unknown,
    });
    renameSync(`${image}.away`, image);
    expect(await power()).toBe('running');
  });

  test('a call that hangs is ended at its deadline, is unknown, and is sent no second time', async () => {
    await on.hypervisor.stopMachine(on.first, id);
    on.arrange({ cmdlet: 'Start-VM', error: 'hang' });
    await expect(on.hypervisor.startMachine(on.first, id)).rejects.toMatchObject({
      fault: 'unknown-outcome',
    });
    expect(await power()).toBe('off');
    expect(on.site.arranged()).toEqual([]);
    await on.hypervisor.startMachine(on.first, id);
    expect(await power()).toBe('running');
  });
});
