import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Hypervisor, MachineDefinition, Seed } from '../../hyperv/hypervisor.ts';
import type { Fault, HostName, ImageName, MachineId, MachineName } from '../../policies/model.ts';
import type { Stage } from './conformance.ts';

const GIB = 1024;

function checkFault(call: Promise<unknown>, fault: Fault): Promise<void> {
  return expect(call).rejects.toMatchObject({ name: 'HypervisorError', fault });
}

/** The second half of what every implementation keeps: seeds, sizes, saved machines, checkpoints, images, leftovers. */
export function conformanceOfMore(name: string, stage: () => Promise<Stage>): void {
  describe(`the rest of the port, kept by ${name}`, () => {
    let on: Stage;
    let hypervisor: Hypervisor;
    let first: HostName;
    let second: HostName;
    const id = 'm-1' as MachineId;
    const seed: Seed = { hostname: 'box', os: 'linux', login: 'ubuntu', keys: ['ssh-ed25519 AAAA ann'] };

    beforeEach(async () => {
      on = await stage();
      ({ hypervisor, first, second } = on);
    });
    afterEach(() => on.end());

    const defined = async (): Promise<void> => {
      const { image } = on;
      const definition: MachineDefinition = {
        machine: id,
        name: 'box' as MachineName,
        image,
        cores: 2,
        memory: 2 * GIB,
      };
      await hypervisor.createDifferencingDisk(first, id, image);
      await hypervisor.defineMachine(first, definition);
    };
    const running = async (): Promise<void> => {
      await defined();
      await hypervisor.startMachine(first, id);
    };
    const names = async (): Promise<readonly string[]> =>
      (await hypervisor.listCheckpoints(first, id)).map((checkpoint) => checkpoint.name);

    test('a seed is given before the first start, and again', async () => {
      await checkFault(hypervisor.seedMachine(first, id, seed), 'missing');
      await defined();
      await hypervisor.seedMachine(first, id, seed);
      await hypervisor.seedMachine(first, id, seed);
      await hypervisor.seedMachine(first, id, { ...seed, keys: [] });
      await hypervisor.startMachine(first, id);
      await hypervisor.seedMachine(first, id, seed);
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running' });
    });

    test('a machine that was started without a seed gets none while it runs', async () => {
      await running();
      await checkFault(hypervisor.seedMachine(first, id, seed), 'conflict');
    });

    test('a seeded machine moves, and goes with its disk', async () => {
      await defined();
      await hypervisor.seedMachine(first, id, seed);
      await hypervisor.startMachine(first, id);
      await hypervisor.migrateMachine(first, id, second);
      expect(await hypervisor.findMachine(second, id)).toMatchObject({ power: 'running' });
      await hypervisor.stopMachine(second, id);
      await hypervisor.removeMachine(second, id);
      await hypervisor.deleteDisk(second, id);
      expect(await hypervisor.listLeftovers(second)).toEqual([]);
      expect(await hypervisor.listLeftovers(first)).toEqual([]);
    });

    test('a machine that is off moves with its disk, leaves nothing behind, and starts there', async () => {
      await defined();
      await hypervisor.seedMachine(first, id, seed);
      await hypervisor.migrateMachine(first, id, second);
      await hypervisor.migrateMachine(first, id, second);
      expect(await hypervisor.findMachine(first, id)).toBeUndefined();
      expect(await hypervisor.findDisk(first, id)).toBeUndefined();
      expect(await hypervisor.findDisk(second, id)).toMatchObject({ image: on.image });
      for (const host of [first, second]) expect(await hypervisor.listLeftovers(host)).toEqual([]);
      await hypervisor.startMachine(second, id);
      expect(await hypervisor.findMachine(second, id)).toMatchObject({
        power: 'running',
        cores: 2,
        name: 'box',
      });
    });

    test('processors and memory change while it is off, and stay what is not named', async () => {
      await defined();
      await hypervisor.resizeMachine(first, id, { cores: 4 });
      await hypervisor.resizeMachine(first, id, { cores: 4 });
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ cores: 4, memory: 2 * GIB });
      await hypervisor.resizeMachine(first, id, { memory: 3 * GIB });
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ cores: 4, memory: 3 * GIB });
      await hypervisor.startMachine(first, id);
      await checkFault(hypervisor.resizeMachine(first, id, { cores: 2 }), 'conflict');
    });

    test('memory of a machine that runs grows, as far as there is room, and stays so', async () => {
      await running();
      while ((await hypervisor.findMachine(first, id))?.address == null) await on.pause();
      await hypervisor.resizeMachine(first, id, { memory: 3 * GIB });
      await hypervisor.resizeMachine(first, id, { memory: 3 * GIB });
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running', memory: 3 * GIB });
      await checkFault(hypervisor.resizeMachine(first, id, { memory: 1024 * GIB }), 'no-room');
      await checkFault(hypervisor.resizeMachine(first, id, { memory: GIB }), 'conflict');
      await checkFault(hypervisor.resizeMachine(first, id, { cores: 4, memory: 4 * GIB }), 'conflict');
      await hypervisor.stopMachine(first, id);
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ cores: 2, memory: 3 * GIB });
    });

    test('a disk grows, and never shrinks', async () => {
      await defined();
      await hypervisor.resizeMachine(first, id, { disk: 30 * GIB });
      await hypervisor.resizeMachine(first, id, { disk: 30 * GIB });
      await checkFault(hypervisor.resizeMachine(first, id, { disk: GIB }), 'conflict');
      await hypervisor.createCheckpoint(first, id, 'before');
      await checkFault(hypervisor.resizeMachine(first, id, { disk: 40 * GIB }), 'conflict');
    });

    test('a saved machine is off, and goes on', async () => {
      await running();
      await hypervisor.saveMachine(first, id);
      await hypervisor.saveMachine(first, id);
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'off', upSince: null });
      await hypervisor.startMachine(first, id);
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running' });
      await hypervisor.stopMachine(first, id);
      await checkFault(hypervisor.saveMachine(first, id), 'conflict');
    });

    test('checkpoints are made once, restored while it is off, and deleted', async () => {
      await defined();
      expect(await names()).toEqual([]);
      await hypervisor.createCheckpoint(first, id, 'one');
      await hypervisor.createCheckpoint(first, id, 'one');
      await on.pause();
      await hypervisor.createCheckpoint(first, id, 'o*');
      expect(await names()).toEqual(['one', 'o*']);
      await hypervisor.restoreCheckpoint(first, id, 'one');
      await checkFault(hypervisor.restoreCheckpoint(first, id, 'no'), 'missing');
      await hypervisor.deleteCheckpoint(first, id, 'o*');
      await hypervisor.deleteCheckpoint(first, id, 'o*');
      expect(await names()).toEqual(['one']);
      await hypervisor.removeMachine(first, id);
      expect(await hypervisor.findDisk(first, id)).toMatchObject({ image: on.image });
    });

    test('a checkpoint of a running machine is not restored under it', async () => {
      await running();
      await hypervisor.createCheckpoint(first, id, 'one');
      await checkFault(hypervisor.restoreCheckpoint(first, id, 'one'), 'conflict');
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running' });
    });

    test('images are listed, and have the same bytes on both hosts', async () => {
      const images = await hypervisor.listImages(first);
      expect(images.map(({ image }) => image)).toEqual(expect.arrayContaining([on.image, on.otherImage]));
      const hash = await hypervisor.hashImage(first, on.image);
      expect(hash).toMatch(/^[0-9A-F]{64}$/);
      expect(await hypervisor.hashImage(second, on.image)).toBe(hash);
      await hypervisor.copyImage(first, on.image, second);
      await checkFault(hypervisor.hashImage(first, 'no-such-image' as ImageName), 'missing');
    });

    test('a disk without a machine is a leftover until it is cleaned; that of a machine is not', async () => {
      await hypervisor.createDifferencingDisk(first, id, on.image);
      const [leftover] = await hypervisor.listLeftovers(first);
      expect(leftover).toMatchObject({ kind: 'folder-without-machine', name: id });
      if (leftover === undefined) throw new Error('no leftover');
      await hypervisor.cleanLeftover(first, leftover);
      await hypervisor.cleanLeftover(first, leftover);
      expect(await hypervisor.findDisk(first, id)).toBeUndefined();
      await defined();
      expect(await hypervisor.listLeftovers(first)).toEqual([]);
      await checkFault(hypervisor.cleanLeftover(first, leftover), 'conflict');
      expect(await hypervisor.findDisk(first, id)).toBeDefined();
    });

    test('nothing is cancelled where nothing moves', async () => {
      await running();
      await hypervisor.cancelMigration(first, id);
      expect(await hypervisor.findMachine(first, id)).toMatchObject({ power: 'running' });
    });
  });
}
