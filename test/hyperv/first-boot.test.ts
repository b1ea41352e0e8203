import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Seed } from '../../hyperv/hypervisor.ts';
import type { Image, ImageName, MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage, UBUNTU } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';
import { DEBIAN, FOLDER } from './simulated-driver.ts';

// A seed holds what nobody but the guest's first boot needs, for Windows a password in the clear. It stays in the drive until
// the guest has read it, and no longer.

const WINDOWS: Image = {
  ...UBUNTU,
  name: 'windows-2022' as ImageName,
  os: 'windows',
  login: 'Administrator',
};

describeWithPowerShell('the seed of a machine', () => {
  let on: DriverStage;
  const id = 'm-1' as MachineId;

  beforeAll(() => {
    on = new DriverStage({ images: [UBUNTU, DEBIAN, WINDOWS] });
    on.site.image(`${FOLDER}\\images\\${WINDOWS.name}.vhdx`);
  });
  afterEach(() => on.end());
  afterAll(() => on.close());

  const started = async (image: Image, seed: Seed): Promise<void> => {
    const { hypervisor, first } = on;
    await hypervisor.createDifferencingDisk(first, id, image.name);
    const definition = { machine: id, name: 'box' as MachineName, image: image.name, cores: 1, memory: 1024 };
    await hypervisor.defineMachine(first, definition);
    await hypervisor.seedMachine(first, id, seed);
    // The start itself is over at once; the guest then boots for as long as the test wants.
    on.site.setPace(0.01);
    await hypervisor.startMachine(first, id);
    on.site.setPace(1e6);
  };
  /** What the drive holds after the host was looked at, as it is every minute. */
  const drive = async (): Promise<string> => {
    await on.hypervisor.sample(on.first);
    const [machine] = on.site.machines(on.first);
    return (
      machine?.drives
        .find(({ isDvd }) => isDvd)
        ?.path?.split(/[\\/]/)
        .at(-1) ?? 'empty'
    );
  };
  const size = (): number => statSync(join(on.folder(on.first), 'machines', id, 'seed.iso')).size;

  test.each([
    { image: UBUNTU, os: 'linux' },
    { image: WINDOWS, os: 'windows' },
  ] as const)(
    'is taken out of the drive when $os has read it, and does not come back',
    async ({ image, os }) => {
      await started(image, seedOf(os));
      expect(await drive()).toBe('seed.iso');

      on.site.setPace(0);
      expect(await drive()).toBe('empty');

      expect(size()).toBe(0);
      await on.hypervisor.seedMachine(on.first, id, seedOf(os));
      await on.hypervisor.stopMachine(on.first, id);
      await on.hypervisor.startMachine(on.first, id);
      expect(await drive()).toBe('empty');
      expect(await on.hypervisor.findMachine(on.first, id)).toMatchObject({ power: 'running' });
    },
  );

  test('stays where Windows has not said that its setup is over, whatever else it says', async () => {
    await started(WINDOWS, seedOf('linux'));
    on.site.setPace(0);
    while ((await on.hypervisor.findMachine(on.first, id))?.address == null) await on.breathe();
    expect(await drive()).toBe('seed.iso');
    expect(size()).toBeGreaterThan(0);
  });
});

function seedOf(os: Seed['os']): Seed {
  return { hostname: 'box', os, login: 'ann', keys: ['ssh-ed25519 AAAA ann'] };
}
