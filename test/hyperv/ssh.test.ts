import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { shellStart } from '../../hyperv/powershell/transport.ts';
import type { HostName, MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage, UBUNTU } from './driver-stage.ts';
import { hasSshd, OwnSshd } from './own-sshd.ts';
import { describeWithPowerShell } from './powershell.ts';

// Real OpenSSH on both ends, and the simulated Hyper-V behind it: a whole life, and a connection that breaks in its middle. What
// ssh says when it is refused is tried in `powershell/ssh.test.ts`.

const hv01 = 'hv01' as HostName;
const id = 'm-1' as MachineId;

(hasSshd() ? describeWithPowerShell : describe.skip)('the way by ssh', () => {
  let sshd: OwnSshd;
  const stages: DriverStage[] = [];

  beforeAll(async () => {
    sshd = await OwnSshd.start();
  });
  afterEach(async () => {
    for (const each of stages.splice(0)) await each.close();
  });
  afterAll(async () => {
    await sshd.end();
  });

  function stage(): DriverStage {
    const one = new DriverStage({
      start: (_, program) =>
        shellStart(
          {
            kind: 'ssh',
            executable: 'ssh',
            user: sshd.user,
            port: sshd.port,
            key: sshd.file('user'),
            knownHosts: sshd.file('known_hosts'),
            shell: program,
          },
          '127.0.0.1',
        ),
    });
    stages.push(one);
    return one;
  }

  const definition = {
    machine: id,
    name: 'ünï $(x) "q" \u{1F419}' as MachineName,
    image: UBUNTU.name,
    cores: 2,
    memory: 2048,
  };

  test('carries a machine’s whole life, and every character of its name', async () => {
    const { hypervisor } = stage();
    await hypervisor.createDifferencingDisk(hv01, id, UBUNTU.name);
    await hypervisor.defineMachine(hv01, definition);
    await hypervisor.startMachine(hv01, id);
    expect(await hypervisor.listMachines(hv01)).toMatchObject([
      { machine: id, name: definition.name, power: 'running' },
    ]);
    await hypervisor.stopMachine(hv01, id);
    await hypervisor.removeMachine(hv01, id);
    await hypervisor.deleteDisk(hv01, id);
    expect(await hypervisor.listDisks(hv01)).toEqual([]);
  });

  test('a connection that breaks leaves a wish unknown and a look unreachable; the next call connects anew', async () => {
    const one = stage();
    const { hypervisor, site } = one;
    await hypervisor.createDifferencingDisk(hv01, id, UBUNTU.name);
    await hypervisor.defineMachine(hv01, definition);
    site.setPace(1e6);
    const start = hypervisor.startMachine(hv01, id);
    const settled = start.then(
      () => 'done',
      (error: unknown) => error,
    );
    while (!site.underWay('hv01').includes('start')) await one.breathe();
    await sshd.stop();
    expect(await settled).toMatchObject({ fault: 'unknown-outcome' });
    await expect(hypervisor.findMachine(hv01, id)).rejects.toMatchObject({ fault: 'unreachable' });
    expect(await hypervisor.sample(hv01)).toMatchObject({ reachable: false });
    await sshd.listen();
    site.setPace(0);
    expect(await hypervisor.findMachine(hv01, id)).toMatchObject({ power: 'running' });
  });
});
