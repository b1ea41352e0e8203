import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HypervisorError } from '../../hyperv/hypervisor.ts';
import { call, type Answer } from '../../hyperv/powershell/call.ts';
import { classified } from '../../hyperv/powershell/faults.ts';
import { hostModule, prepare } from '../../hyperv/powershell/module.ts';
import { Shell } from '../../hyperv/powershell/shell.ts';
import type { HostName, MachineId, MachineName } from '../../policies/model.ts';
import { DriverStage, UBUNTU } from './driver-stage.ts';
import { environment } from './module/build.ts';
import { NASTY } from './nasty.ts';
import { describeWithPowerShell } from './powershell.ts';

const hv01 = 'hv01' as HostName;
const [id, bystander] = ['m-1', 'm-2'] as MachineId[] as [MachineId, MachineId];
const LONG_MS = 60_000;

/** Names that Hyper-V and people can bear: 1 to 100 characters, none of which steers a terminal or turns the text round. */
function isName(text: string): boolean {
  if (text.length < 1 || text.length > 100) return false;
  for (let at = 0; at < text.length; at += 1) if (steers(text.charCodeAt(at))) return false;
  return true;
}

function steers(code: number): boolean {
  const isBetween = (first: number, last: number): boolean => code >= first && code <= last;
  return code < 0x20 || isBetween(0x7f, 0x9f) || isBetween(0x2028, 0x202e) || isBetween(0x2066, 0x2069);
}

/** What every verb of the module is called with, where it is called rightly; the values that people reach are put in their places. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  'find-machine': ['machine'],
  'find-disk': ['machine'],
  'create-disk': ['machine', 'image'],
  'delete-disk': ['machine'],
  'define-machine': ['machine', 'name', 'image', 'switch', 'system'],
  'remove-machine': ['machine'],
  'seed-machine': ['machine'],
  'resize-machine': ['machine'],
  'start-machine': ['machine'],
  'stop-machine': ['machine'],
  'restart-machine': ['machine'],
  'save-machine': ['machine'],
  'list-checkpoints': ['machine'],
  'create-checkpoint': ['machine'],
  'restore-checkpoint': ['machine', 'name'],
  'delete-checkpoint': ['machine', 'name'],
  'hash-image': ['image'],
  'copy-image': ['image'],
  'accept-image': ['image', 'hash'],
  'move-machine': ['machine', 'to'],
  'find-move': ['machine'],
  'cancel-move': ['machine'],
  'after-move': ['machine'],
  'send-machine': ['machine'],
  'receive-machine': ['machine', 'id', 'image', 'switch'],
  'join-cluster': ['machine'],
  'eject-seed': ['machine'],
  'clean-leftover': ['kind', 'name'],
};

/** Verbs that take nothing of people, and one that would switch the host off. */
const WITHOUT_VALUES = [
  'list-machines',
  'list-disks',
  'load',
  'list-images',
  'list-leftovers',
  'room',
  'site',
  'shut-down-host',
  'resume-host',
];

describeWithPowerShell('a hundred and more names and values', () => {
  let stage: DriverStage;
  let shell: Shell;
  let before: readonly string[];
  let machines: string;

  beforeAll(async () => {
    stage = new DriverStage();
    stage.site.setPace(0);
    const { hypervisor } = stage;
    for (const machine of [id, bystander]) {
      await hypervisor.createDifferencingDisk(hv01, machine, UBUNTU.name);
      const definition = {
        machine,
        name: `box-${machine}` as MachineName,
        image: UBUNTU.name,
        cores: 2,
        memory: 2048,
      };
      await hypervisor.defineMachine(hv01, definition);
    }
    await stage.look("New-VM -Name 'box of somebody' -Generation 2");
    shell = new Shell(stage.start(hv01), environment ?? {});
    await prepare(shell, { folder: stage.folder(hv01) }, hostModule(), LONG_MS);
    before = files();
    machines = record();
  });
  afterAll(async () => {
    shell.kill();
    await stage.close();
  });

  /** Everything on every host, but for locks, and hashes that were calculated. */
  function files(): readonly string[] {
    const root = stage.site.folder;
    return readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter(
        (file) =>
          !/^hosts\/\w+\/sessions\/|\/Octopus\/locks\/(?:m-[12]|(?:image|copy)-[\w.-]+)\.(?:lock|verb)$/.test(
            file,
          ),
      )
      .map((file) => `${file} ${statSync(join(root, file)).size}`)
      .filter((file) => !/^site\.json|\.sha256 \d+$/.test(file))
      .toSorted();
  }

  /** The machines of all hosts as Hyper-V has them. */
  function record(): string {
    const { hosts } = JSON.parse(readFileSync(join(stage.site.folder, 'site.json'), 'utf8')) as {
      hosts: unknown;
    };
    return JSON.stringify(hosts);
  }

  test('there are more than a hundred, and all verbs are there', () => {
    const text = readFileSync(
      join(import.meta.dirname, '../../hyperv/powershell/Octopus.HyperV.psm1'),
      'utf8',
    );
    const verbs = [...text.matchAll(/^ {4}'([a-z-]+)' +=/gm)].map(([, verb = '']) => verb);
    expect([...Object.keys(VERBS), ...WITHOUT_VALUES].toSorted()).toEqual(verbs.toSorted());
    expect(new Set(NASTY).size).toBe(NASTY.length);
    expect(NASTY.length).toBeGreaterThan(150);
  });

  test.each(Object.entries(VERBS))('%s does nothing with any of them', async (verb, places) => {
    for (const place of places)
      for (const value of PEOPLES.has(place) ? NASTY : NASTY.filter((_, index) => index % 4 === 0)) {
        const answer = await call(shell, verb, { ...rightly(verb), [place]: value }, LONG_MS);
        // A look finds nothing; a wish is refused, or there is nothing to do. Never does nobody know what was done.
        expect([place, value, meaning(answer)]).toEqual([place, value, expect.stringMatching(KNOWN)]);
      }
    expect(files()).toEqual(before);
    expect(record()).toBe(machines);
  });

  test('a verb that is none of them is none', async () => {
    for (const value of NASTY) expect(await call(shell, value, {}, LONG_MS)).toMatchObject({ ok: false });
    expect(record()).toBe(machines);
  });

  // Half a surrogate pair does not cross as UTF-8: it arrives as the sign for that.
  const namesThatArrive = NASTY.map((value) => [
    value,
    isName(value) ? value.toWellFormed() : 'configuration',
  ]);

  test('a machine is called by any of them that people can read, to the letter', async () => {
    const { hypervisor } = stage;
    await hypervisor.removeMachine(hv01, id);
    const names: (readonly [string, unknown])[] = [];
    for (const value of NASTY) {
      const definition = {
        machine: id,
        name: value as MachineName,
        image: UBUNTU.name,
        cores: 2,
        memory: 2048,
      };
      const done = await hypervisor.defineMachine(hv01, definition).catch(faultOf);
      const { name } = (await hypervisor.findMachine(hv01, id)) ?? {};
      names.push([value, done ?? name]);
      await hypervisor.removeMachine(hv01, id);
    }
    expect(names).toEqual(namesThatArrive);
    const definition = {
      machine: id,
      name: `box-${id}` as MachineName,
      image: UBUNTU.name,
      cores: 2,
      memory: 2048,
    };
    await hypervisor.defineMachine(hv01, definition);
    const seen = (await hypervisor.listMachines(hv01)).map(({ machine, name }) => `${machine} ${name}`);
    expect(seen.toSorted()).toEqual(['m-1 box-m-1', 'm-2 box-m-2']);
    expect(await stage.look('(Get-VM).Count')).toEqual([3]);
    expect(files().map(withoutIds)).toEqual(before.map(withoutIds));
  });

  test('a checkpoint too', async () => {
    const { hypervisor } = stage;
    const names: (readonly [string, unknown])[] = [];
    for (const value of NASTY) {
      const done = await hypervisor.createCheckpoint(hv01, id, value).catch(faultOf);
      const [checkpoint] = await hypervisor.listCheckpoints(hv01, id);
      names.push([value, done ?? checkpoint?.name]);
      if (done === undefined) await hypervisor.deleteCheckpoint(hv01, id, value);
    }
    expect(names).toEqual(namesThatArrive);
    expect(await hypervisor.listCheckpoints(hv01, id)).toEqual([]);
    expect(files().map(withoutIds)).toEqual(before.map(withoutIds));
  });

  /** Arguments with which the verb would do something, if it were not for the value that is put among them. */
  function rightly(verb: string): Readonly<Record<string, unknown>> {
    const folder = stage.folder(hv01);
    const all: Readonly<Record<string, unknown>> = {
      machine: id,
      image: UBUNTU.name,
      name: 'x',
      switch: 'external',
      system: 'linux',
      seed: 'H4sIAAAAAAAAAwMAAAAAAAAAAAA=',
      hash: '0',
      to: 'nowhere',
      id: '00000000-0000-0000-0000-000000000000',
      kind: 'half-move',
      cores: 2,
      memory: 2048,
      seconds: 1,
      toFolder: folder,
      share: join(folder, 'none'),
    };
    const needs = [...(VERBS[verb] ?? []), ...(MORE[verb] ?? [])];
    return {
      ...(FOLDERLESS.has(verb) ? {} : { folder }),
      ...Object.fromEntries(needs.map((need) => [need, all[need]])),
    };
  }
});

/** Places that take what people write; the others take what the driver itself puts there, and see every fourth value. */
const PEOPLES = new Set(['machine', 'image', 'name']);

const FOLDERLESS = new Set(['find-machine', 'list-checkpoints', 'find-move', 'cancel-move']);
const MORE: Readonly<Record<string, readonly string[]>> = {
  'define-machine': ['cores', 'memory'],
  'stop-machine': ['seconds'],
  'create-checkpoint': ['name'],
  'move-machine': ['toFolder'],
  'seed-machine': ['seed'],
  'copy-image': ['share'],
  'send-machine': ['share'],
};

/** What a call came to, when nothing was done. */
const KNOWN = /^(?:nothing|missing|conflict|configuration|busy|unreachable|incompatible|base-changed)$/;

function meaning(answer: Answer): string {
  if (!answer.ok) return classified(answer.error).fault;
  const text = JSON.stringify(answer.value);
  return /^(?:null|\[\]|\{.*"here":false.*\})$/.test(text) ? 'nothing' : text;
}

function faultOf(error: unknown): string {
  if (error instanceof HypervisorError) return error.fault;
  throw error;
}

/** Configuration files are called by identities, which a machine that was made anew has others of. */
/** A machine that was defined again has another id, and a configuration that names another instant, in more or fewer digits. */
function withoutIds(file: string): string {
  return file.replace(/[0-9A-F]{8}-[0-9A-F-]{27}/, '').replace(/(\.vmcx) \d+$/, '$1');
}
