import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { HypervisorError } from '../../hyperv/hypervisor.ts';
import type { HostName, ImageName, MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';
import { RealProgram } from './real-program.ts';

// What a crash leaves is made by crashes here: a session that is lost in the middle of a verb, a host that loses its power in
// the middle of a move. `octopus leftovers` finds each, touches none, and cleans the one that an administrator names.

const MODULE = join(import.meta.dirname, '../../hyperv/powershell/Octopus.HyperV.psm1');

describeWithPowerShell('octopus leftovers', () => {
  let on: DriverStage;
  let program: RealProgram;
  const id = 'm-1' as MachineId;
  const bystander = 'm-2' as MachineId;
  const [hv01, hv02] = ['hv01', 'hv02'] as [HostName, HostName];
  const definition = (machine: MachineId) => ({
    machine,
    name: `box-${machine}` as MachineName,
    image: on.image,
    cores: 1,
    memory: 1024,
  });

  beforeAll(() => {
    on = new DriverStage();
    program = new RealProgram(on.site, [on.image, on.otherImage]);
  });
  beforeEach(async () => {
    on.site.setPace(0);
    for (const host of [hv01, hv02]) {
      const machine = host === hv01 ? bystander : ('m-3' as MachineId);
      await on.hypervisor.createDifferencingDisk(host, machine, on.image);
      await on.hypervisor.defineMachine(host, definition(machine));
    }
  });
  afterEach(() => on.end());
  afterAll(() => on.close());

  const path = (host: HostName, ...parts: readonly string[]): string => join(on.folder(host), ...parts);
  const lines = async (): Promise<readonly string[]> => {
    const { out } = await program.run('leftovers');
    return out.split('\n').filter((line) => /^hv0[12] {2}/.test(line));
  };
  /** Everything on all hosts, but for what a look leaves behind. */
  const files = (): readonly string[] => {
    const root = join(on.site.folder, 'hosts');
    return readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => file.includes('/Octopus/') && !/\/(?:locks|module)\//.test(file))
      .map((file) => `${relative(root, file)} ${statSync(file).size}`)
      .toSorted();
  };
  const running = async (): Promise<void> => {
    await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
    await on.hypervisor.defineMachine(hv01, definition(id));
    await on.hypervisor.startMachine(hv01, id);
  };
  const cutMove = async (): Promise<void> => {
    await running();
    on.site.setPace(1e6);
    on.hypervisor.migrateMachine(hv01, id, hv02).catch(() => undefined);
    while ((await on.hypervisor.findMachine(hv01, id))?.power !== 'moving') await on.breathe();
    on.site.switchOff(hv01);
    on.vanish(hv01);
    on.site.setPace(0);
    on.site.switchOn(hv01);
    on.comeBack(hv01);
    on.restart();
  };

  interface Case {
    readonly kind: string;
    readonly name: string | RegExp;
    readonly host: HostName;
    readonly arises: () => Promise<unknown>;
    /** What is to be cleaned after it, of the same crash. */
    readonly rest?: readonly (readonly [kind: string, name: string])[];
  }

  const cases: readonly Case[] = [
    {
      kind: 'folder-without-machine',
      name: id,
      host: hv01,
      arises: () => on.hypervisor.createDifferencingDisk(hv01, id, on.image),
    },
    {
      kind: 'half-disk',
      name: id,
      host: hv01,
      arises: () => {
        on.arrange({ cmdlet: 'New-VHD', error: 'lost', when: 'after' });
        return lost(on.hypervisor.createDifferencingDisk(hv01, id, on.image));
      },
      rest: [['folder-without-machine', id]],
    },
    {
      kind: 'untagged-machine',
      name: id,
      host: hv01,
      arises: async () => {
        await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
        on.arrange({ cmdlet: 'New-VM', error: 'lost', when: 'after' });
        await lost(on.hypervisor.defineMachine(hv01, definition(id)));
      },
      rest: [['folder-without-machine', id]],
    },
    {
      kind: 'half-move',
      name: bystander,
      host: hv02,
      // The first half of a cold move, and never the second.
      arises: () =>
        on.look(
          `Import-Module '${MODULE}'; Copy-OctopusMachine -Folder '${on.folder(hv01)}' -Machine '${bystander}' -Share '${on.folder(hv02)}'`,
        ),
    },
    {
      kind: 'half-image',
      name: 'debian-12',
      host: hv02,
      arises: () =>
        Promise.resolve(writeFileSync(path(hv02, 'images', 'debian-12.vhdx.incoming'), 'half of it')),
    },
    {
      kind: 'planned-machine',
      name: /^[0-9A-F-]{36}$/,
      host: hv02,
      arises: cutMove,
      rest: [['folder-without-machine', id]],
    },
  ];

  test.each(cases)('finds a $kind, changes nothing, and cleans it when it is told to', async (leftover) => {
    const { kind, name, host, arises, rest = [] } = leftover;
    const before = files();
    await arises();
    const after = files();

    const found = await lines();

    expect(files()).toEqual(after);
    expect(found).toHaveLength(kind === 'planned-machine' ? 2 : 1);
    const [, seen, what = ''] = (found.find((line) => line.includes(kind)) ?? '').split('  ');
    expect([seen, what]).toEqual([kind, expect.stringMatching(name)]);

    for (const [is, which] of [[kind, what] as const, ...rest]) {
      expect(await program.run('leftovers', 'clean', host, is, which)).toEqual({
        code: 0,
        out: `${host}: ${is} ${which} is gone\n`,
      });
      expect(await program.run('leftovers', 'clean', host, is, which)).toMatchObject({ code: 1 });
    }
    expect(await lines()).toEqual([]);
    const kept = kind === 'planned-machine' ? files().filter((file) => !file.includes(`/${id}/`)) : files();
    expect(kept).toEqual(before);
    for (const [at, machine] of [
      [hv01, bystander],
      [hv02, 'm-3' as MachineId],
    ] as const)
      expect(await on.hypervisor.findMachine(at, machine)).toMatchObject({ power: 'off' });
  });

  test('a machine whose move was cut off is where it was, and moves when the rest of it is gone', async () => {
    await cutMove();
    expect(await on.hypervisor.findMachine(hv01, id)).toMatchObject({ power: 'off' });
    await on.hypervisor.startMachine(hv01, id);
    await expect(on.hypervisor.migrateMachine(hv01, id, hv02)).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('octopus leftovers') as unknown,
    });
    for (const leftover of await on.hypervisor.listLeftovers(hv02))
      await on.hypervisor.cleanLeftover(hv02, leftover);
    await on.hypervisor.migrateMachine(hv01, id, hv02);
    expect(await on.hypervisor.findMachine(hv02, id)).toMatchObject({ power: 'running' });
  });

  test('a word that names none of them cleans nothing', async () => {
    await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
    const before = files();
    for (const [host, kind, name, says] of [
      ['hv09', 'half-disk', id, 'there is no host hv09 in the configuration'],
      [hv01, 'everything', id, 'a leftover is one of untagged-machine'],
      [hv01, 'folder-without-machine', bystander, 'hv01 has no folder-without-machine m-2'],
      [hv01, 'folder-without-machine', '../images', 'hv01 has no folder-without-machine ../images'],
      [hv02, 'folder-without-machine', id, 'hv02 has no folder-without-machine m-1'],
    ] as const) {
      const { code, out } = await program.run('leftovers', 'clean', host, kind, name);
      expect([code, out]).toEqual([1, expect.stringContaining(says)]);
    }
    expect(files()).toEqual(before);
  });

  test('a host that does not answer is told, and those that do are looked at', async () => {
    await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
    on.vanish(hv02);
    const { code, out } = await program.run('leftovers');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^hv01 {2}folder-without-machine {2}m-1 {2}a folder in which no machine lives \(with a disk\)$/m,
    );
    expect(out).toMatch(/^hv02 {2}hv02: .*does not answer/m);
  });

  test('what somebody is at work on is not left over', async () => {
    const arriving = path(hv02, 'images', 'debian-12.vhdx.incoming');
    const moving = path(hv02, 'machines', 'm-7.incoming', '.sending');
    const locked = path(hv01, 'locks', 'm-1.lock');
    await on.hypervisor.createDifferencingDisk(hv01, id, on.image);
    await on.look(`$global:open = foreach ($path in '${arriving}', '${moving}', '${locked}') {
      [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
      [IO.FileStream]::new($path, 'OpenOrCreate', 'ReadWrite', 'None')
    }`);
    try {
      expect(await lines()).toEqual([]);
      for (const leftover of [
        { kind: 'half-image', name: 'debian-12' as ImageName, detail: '' },
        { kind: 'half-move', name: 'm-7', detail: '' },
      ] as const)
        await expect(on.hypervisor.cleanLeftover(hv02, leftover)).rejects.toMatchObject({ fault: 'busy' });
      const folder = { kind: 'folder-without-machine', name: id, detail: '' } as const;
      await expect(on.hypervisor.cleanLeftover(hv01, folder)).rejects.toMatchObject({ fault: 'busy' });
    } finally {
      await on.look('$global:open | ForEach-Object { $_.Dispose() }');
    }
    expect(await lines()).toHaveLength(3);
    expect(readFileSync(arriving, 'utf8')).toBe('');
    await on.hypervisor.cleanLeftover(hv02, { kind: 'half-image', name: 'debian-12', detail: '' });
    expect(existsSync(arriving)).toBe(false);
  });

  test('a machine that is still on its way is not planned for nothing', async () => {
    await running();
    on.site.setPace(1e6);
    const move = on.hypervisor.migrateMachine(hv01, id, hv02);
    move.catch(() => undefined);
    while ((await on.hypervisor.findMachine(hv01, id))?.power !== 'moving') await on.breathe();
    const [planned] = on.site.planned(hv02);

    expect(await on.hypervisor.listLeftovers(hv02)).not.toContainEqual(
      expect.objectContaining({ kind: 'planned-machine' }),
    );
    await expect(
      on.hypervisor.cleanLeftover(hv02, { kind: 'planned-machine', name: planned ?? '', detail: id }),
    ).rejects.toMatchObject({ fault: 'busy' });

    on.site.setPace(0);
    await move;
    expect(on.site.planned(hv02)).toEqual([]);
  });
});

/** The verb is sent, and its answer never comes. */
async function lost(verb: Promise<void>): Promise<void> {
  const fault = await verb.then(
    () => 'done',
    (error: unknown) => (error as HypervisorError).fault,
  );
  expect(fault).toBe('unknown-outcome');
}
