import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { MachineDefinition } from '../../hyperv/hypervisor.ts';
import type { HostName, MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';
import { RealProgram } from './real-program.ts';

// Two nodes of a failover cluster with a shared volume, and a third host by itself. What holds in a cluster as it holds
// elsewhere is the conformance suite's, in `driver.test.ts`.

describeWithPowerShell('a failover cluster', () => {
  let on: DriverStage;
  const [hv01, hv02, hv03] = ['hv01', 'hv02', 'hv03'] as [HostName, HostName, HostName];
  const id = 'm-1' as MachineId;
  const definition = (machine: MachineId = id): MachineDefinition => ({
    machine,
    name: 'the same name' as MachineName,
    image: on.image,
    cores: 2,
    memory: 2048,
  });
  const defined = async (host: HostName = hv01, machine: MachineId = id): Promise<void> => {
    await on.hypervisor.createDifferencingDisk(host, machine, on.image);
    await on.hypervisor.defineMachine(host, definition(machine));
  };
  const running = async (host: HostName = hv01, machine: MachineId = id): Promise<void> => {
    await defined(host, machine);
    await on.hypervisor.startMachine(host, machine);
  };
  const power = async (host: HostName, machine: MachineId = id): Promise<string> =>
    (await on.hypervisor.findMachine(host, machine))?.power ?? 'absent';
  const roles = (): readonly string[] => on.site.cluster('CL1').roles;
  const disk = (host: HostName = hv01, machine: MachineId = id): string =>
    join(on.folder(host), 'machines', machine, 'disk.vhdx');
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await on.breathe();
  };

  beforeAll(() => {
    on = new DriverStage({ clusters: [{ name: 'CL1', nodes: ['hv01', 'hv02'] }] });
  });
  beforeEach(() => {
    on.site.switchOn(hv03);
    on.site.setPace(0.02);
  });
  afterEach(() => on.end());
  afterAll(() => on.close());

  test('a machine is highly available from its definition to its removal, under its id', async () => {
    await defined();
    await defined(hv01, 'm-2' as MachineId);
    expect(roles()).toEqual(['m-1', 'm-2']);
    await on.hypervisor.removeMachine(hv01, id);
    expect(roles()).toEqual(['m-2']);
    expect(await on.hypervisor.findDisk(hv01, id)).toBeDefined();
    expect(await on.hypervisor.findDisk(hv02, id)).toBeUndefined();
  });

  test('a definition that could not be made highly available is none, and is repeated', async () => {
    await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
    on.arrange({ cmdlet: 'Add-ClusterVirtualMachineRole', error: 'access-denied' });
    await expect(on.hypervisor.defineMachine(hv01, definition())).rejects.toMatchObject({
      fault: 'configuration',
    });
    expect(await power(hv01)).toBe('absent');
    await on.hypervisor.defineMachine(hv01, definition());
    expect(roles()).toEqual(['m-1']);
  });

  test('it moves by its cluster, and its disk stays where it is', async () => {
    await running();
    await on.hypervisor.resizeMachine(hv01, id, { disk: 30 * 1024 });
    const { ino } = statSync(disk());
    await on.hypervisor.migrateMachine(hv01, id, hv02);
    expect([await power(hv01), await power(hv02)]).toEqual(['absent', 'running']);
    expect(statSync(disk()).ino).toBe(ino);
    expect(roles()).toEqual(['m-1']);
    await on.hypervisor.stopMachine(hv02, id);
    await on.hypervisor.migrateMachine(hv02, id, hv01);
    expect([await power(hv01), await power(hv02)]).toEqual(['off', 'absent']);
    expect(statSync(disk()).ino).toBe(ino);
  });

  test('a move that is cancelled leaves it running where it was, with its disk', async () => {
    await running();
    on.site.setPace(1e6);
    const move = on.hypervisor.migrateMachine(hv01, id, hv02).catch((error: unknown) => error);
    await until(async () => (await power(hv01)) === 'moving');
    await on.hypervisor.cancelMigration(hv01, id);
    on.site.setPace(0);
    expect(await move).toMatchObject({ name: 'HypervisorError' });
    expect([await power(hv01), await power(hv02)]).toEqual(['running', 'absent']);
    expect(existsSync(disk())).toBe(true);
    expect(roles()).toEqual(['m-1']);
  });

  test.each(['running', 'off'])(
    '%s, it leaves its cluster for another host, and joins it again',
    async (is) => {
      await (is === 'running' ? running() : defined());
      await on.hypervisor.migrateMachine(hv01, id, hv03);
      expect([await power(hv01), await power(hv03)]).toEqual(['absent', is]);
      expect(roles()).toEqual([]);
      expect(existsSync(disk())).toBe(false);
      await on.hypervisor.migrateMachine(hv03, id, hv02);
      expect([await power(hv02), await power(hv03)]).toEqual([is, 'absent']);
      expect(roles()).toEqual(['m-1']);
      for (const host of [hv01, hv02, hv03]) expect(await on.hypervisor.listLeftovers(host)).toEqual([]);
    },
  );

  test('where it cannot leave, it stays, and stays highly available', async () => {
    await running();
    on.arrange({ cmdlet: 'Move-VM', error: 'no-delegation' });
    await expect(on.hypervisor.migrateMachine(hv01, id, hv03)).rejects.toMatchObject({
      fault: 'configuration',
    });
    expect(await power(hv01)).toBe('running');
    expect(roles()).toEqual(['m-1']);
    expect(existsSync(disk())).toBe(true);
  });

  test('no more moves at a time than the cluster lets happen', async () => {
    for (const machine of ['m-1', 'm-2', 'm-3'] as MachineId[]) await running(hv01, machine);
    on.site.setPace(1e6);
    const moves = (['m-1', 'm-2'] as MachineId[]).map((machine) =>
      on.hypervisor.migrateMachine(hv01, machine, hv02),
    );
    await until(
      async () => (await power(hv01)) === 'moving' && (await power(hv01, 'm-2' as MachineId)) === 'moving',
    );
    await expect(on.hypervisor.migrateMachine(hv01, 'm-3' as MachineId, hv02)).rejects.toMatchObject({
      fault: 'busy',
    });
    on.site.setPace(0);
    await Promise.all(moves);
    await on.hypervisor.migrateMachine(hv01, 'm-3' as MachineId, hv02);
  });

  test('a role that the cluster is at work with is waited for', async () => {
    await running();
    on.site.lockRole(id, true);
    const move = on.hypervisor.migrateMachine(hv01, id, hv02);
    await on.pause();
    expect(await power(hv01)).toBe('running');
    on.site.lockRole(id, false);
    await move;
    expect(await power(hv02)).toBe('running');
  });

  test('a role that is locked just before it moves is busy, with the code of Windows inside', async () => {
    await running();
    on.arrange({ cmdlet: 'Move-ClusterVirtualMachineRole', error: 'group-locked' });
    await expect(on.hypervisor.migrateMachine(hv01, id, hv02)).rejects.toMatchObject({ fault: 'busy' });
    await on.hypervisor.migrateMachine(hv01, id, hv02);
    expect(await power(hv02)).toBe('running');
  });

  test('a node that is switched off is emptied first, and takes machines again when it is up', async () => {
    await defined(hv02);
    await on.hypervisor.powerOff(hv02);
    expect(on.site.power(hv02)).toBe('off');
    expect(on.site.cluster('CL1').paused).toEqual([hv02]);
    expect(await power(hv01)).toBe('off');
    // Another process, which remembers nothing, sees it up.
    on.restart();
    await on.hypervisor.powerOn(hv02);
    await until(async () => (await on.hypervisor.sample(hv02)).reachable);
    expect(on.site.cluster('CL1').paused).toEqual([]);
    await on.hypervisor.migrateMachine(hv01, id, hv02);
    expect(await power(hv02)).toBe('off');
  });

  test('a node that cannot be emptied stays on, and takes machines', async () => {
    await defined();
    on.site.switchOff(hv02);
    await expect(on.hypervisor.powerOff(hv01)).rejects.toMatchObject({ fault: 'busy' });
    expect(on.site.power(hv01)).toBe('on');
    expect(on.site.cluster('CL1').paused).toEqual([]);
    expect(await power(hv01)).toBe('off');
  });

  test('a node that has lost its power has its machines at another one, and they are found there', async () => {
    await running();
    on.site.switchOff(hv01);
    await until(async () => (await power(hv02)) === 'running');
    expect(await on.hypervisor.findDisk(hv02, id)).toMatchObject({ image: on.image });
    await expect(on.hypervisor.findMachine(hv01, id)).rejects.toMatchObject({ fault: 'unreachable' });
    on.site.switchOn(hv01);
    await until(async () => (await on.hypervisor.sample(hv01)).reachable);
    expect(await power(hv01)).toBe('absent');
    expect(await on.hypervisor.findDisk(hv01, id)).toBeUndefined();
  });

  test('what is at another node is neither made twice nor deleted from under it', async () => {
    await running(hv02);
    const { hypervisor } = on;
    for (const wish of [
      () => hypervisor.createDifferencingDisk(hv01, id, on.image),
      () => hypervisor.defineMachine(hv01, definition()),
      () => hypervisor.deleteDisk(hv01, id),
      () => hypervisor.cleanLeftover(hv01, { kind: 'folder-without-machine', name: id, detail: '' }),
    ])
      await expect(wish()).rejects.toMatchObject({ fault: 'conflict' });
    expect(await power(hv02)).toBe('running');
    expect(existsSync(disk())).toBe(true);
    for (const host of [hv01, hv02]) expect(await hypervisor.listLeftovers(host)).toEqual([]);
  });

  test('what is left over on the shared volume is told once, and not while a node that may have it is silent', async () => {
    await on.hypervisor.createDifferencingDisk(hv02, id, on.image);
    expect(await on.hypervisor.listLeftovers(hv01)).toMatchObject([
      { kind: 'folder-without-machine', name: id },
    ]);
    expect(await on.hypervisor.listLeftovers(hv02)).toEqual([]);
    on.vanish(hv01);
    expect(await on.hypervisor.listLeftovers(hv02)).toMatchObject([{ name: id }]);
    on.comeBack(hv01);
    await on.hypervisor.defineMachine(hv02, definition());
    on.vanish(hv02);
    expect(await on.hypervisor.listLeftovers(hv01)).toEqual([]);
    const leftover = { kind: 'folder-without-machine', name: id, detail: '' } as const;
    await expect(on.hypervisor.cleanLeftover(hv01, leftover)).rejects.toMatchObject({ fault: 'unreachable' });
    on.comeBack(hv02);
    expect(await power(hv02)).toBe('off');
  });

  test('octopus doctor tells the cluster, its limit, and what is not highly available', async () => {
    const program = new RealProgram(on.site, [on.image, on.otherImage]);
    await defined();
    await on.look("Import-Module FailoverClusters; Remove-ClusterGroup -Name 'm-1' -RemoveResources -Force");
    const { out } = await program.run('doctor');
    expect(out).toMatch(
      /^hv01 {2}ok {4}is a node of the failover cluster CL1, which lets 2 migrations happen at a time$/m,
    );
    expect(out).toMatch(/^hv01 {2}warn {2}the same name \(m-1\) is not highly available/m);
    expect(out).toMatch(/^hv01 {2}FAIL {2}PowerShell 7.* has no cmdlets for failover clusters/m);
    expect(out).not.toMatch(/^hv03 .*cluster/m);
  });
});
