import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';

// What Hyper-V lets be changed of memory while a machine runs, beyond what every hypervisor does.

describeWithPowerShell('memory of a machine that runs', () => {
  const id = 'm-1' as MachineId;
  let fixed: DriverStage;
  let dynamic: DriverStage;

  beforeAll(() => {
    fixed = new DriverStage();
    dynamic = new DriverStage({ memoryMin: 512 });
  });
  afterEach(async () => {
    await fixed.end();
    await dynamic.end();
  });
  afterAll(async () => {
    await fixed.close();
    await dynamic.close();
  });

  async function running({ hypervisor, first, image }: DriverStage): Promise<void> {
    await hypervisor.createDifferencingDisk(first, id, image);
    const definition = { machine: id, name: 'box' as MachineName, image, cores: 2, memory: 2048 };
    await hypervisor.defineMachine(first, definition);
    await hypervisor.startMachine(first, id);
  }
  async function booted(on: DriverStage): Promise<void> {
    while ((await on.hypervisor.findMachine(on.first, id))?.address == null) await on.breathe();
  }

  test('dynamic: the limit rises, and does not fall before it is off', async () => {
    const { hypervisor, first, site } = dynamic;
    await running(dynamic);
    await hypervisor.resizeMachine(first, id, { memory: 4096 });
    expect(site.machines(first)).toMatchObject([
      { memoryStartup: 1024 * 2 ** 20, memoryMaximum: 4096 * 2 ** 20 },
    ]);
    await expect(hypervisor.resizeMachine(first, id, { memory: 2048 })).rejects.toMatchObject({
      fault: 'conflict',
    });
    await hypervisor.stopMachine(first, id);
    await hypervisor.resizeMachine(first, id, { memory: 2048 });
    expect(await hypervisor.findMachine(first, id)).toMatchObject({ memory: 2048 });
  });

  test('static: the size changes both ways once the guest takes part, and not below what it uses', async () => {
    const { hypervisor, first, site } = fixed;
    site.setPace(1);
    await running(fixed);
    await expect(hypervisor.resizeMachine(first, id, { memory: 3072 })).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('stop it first') as unknown,
    });
    site.setPace(0);
    await booted(fixed);
    for (const memory of [3072, 2048]) {
      await hypervisor.resizeMachine(first, id, { memory });
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running', memory });
    }
    await expect(hypervisor.resizeMachine(first, id, { memory: 512 })).rejects.toMatchObject({
      fault: 'conflict',
    });
  });
});
