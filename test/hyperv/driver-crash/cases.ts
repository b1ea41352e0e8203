import type { Hypervisor, Leftover } from '../../../hyperv/hypervisor.ts';
import type { HostName, MachineId, MachineName } from '../../../policies/model.ts';
import { UBUNTU } from '../simulated-driver.ts';

// Every verb of the port that changes something, and the one look that writes down what it found.

const [hv01, hv02, hv03] = ['hv01', 'hv02', 'hv03'] as HostName[] as [HostName, HostName, HostName];
const [id, bystander] = ['m-1', 'm-2'] as MachineId[] as [MachineId, MachineId];

/** The machine that the verbs are about, and one that none of them must touch. */
export const [MACHINE, BYSTANDER] = [id, bystander];

export const definition = (machine: MachineId) => ({
  machine,
  name: `box-${machine}` as MachineName,
  image: UBUNTU.name,
  cores: 2,
  memory: 2048,
});

export interface Case {
  readonly verb: keyof Hypervisor;
  readonly args: readonly unknown[];
  /** How far the machine is before. */
  readonly before:
    | 'nothing'
    | 'disk'
    | 'half-defined'
    | 'defined'
    | 'running'
    | 'moving'
    | 'checkpoint'
    | 'half-image';
  /** What is so afterwards, in few words. */
  readonly after: string;
  /** The hosts are nodes of a failover cluster, with one folder on its shared volume. */
  readonly inCluster?: true;
  /** What counts as left over then, and is what the wish was for. */
  readonly left?: Leftover['kind'];
}

export const CASES: readonly Case[] = [
  {
    verb: 'createDifferencingDisk',
    args: [hv01, id, UBUNTU.name],
    before: 'nothing',
    after: 'hv01: disk',
    left: 'folder-without-machine',
  },
  { verb: 'defineMachine', args: [hv01, definition(id)], before: 'disk', after: 'hv01: disk, off 2 2048' },
  {
    verb: 'removeMachine',
    args: [hv01, id],
    before: 'defined',
    after: 'hv01: disk',
    left: 'folder-without-machine',
  },
  { verb: 'deleteDisk', args: [hv01, id], before: 'disk', after: 'nowhere' },
  { verb: 'startMachine', args: [hv01, id], before: 'defined', after: 'hv01: disk, running 2 2048' },
  { verb: 'stopMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, off 2 2048' },
  { verb: 'restartMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, running 2 2048' },
  { verb: 'saveMachine', args: [hv01, id], before: 'running', after: 'hv01: disk, off 2 2048' },
  {
    verb: 'seedMachine',
    args: [hv01, id, { hostname: 'box', os: 'linux', login: 'ubuntu', keys: [] }],
    before: 'defined',
    after: 'hv01: disk, off 2 2048',
  },
  {
    verb: 'resizeMachine',
    args: [hv01, id, { cores: 4, memory: 4096, disk: 40_960 }],
    before: 'defined',
    after: 'hv01: disk, off 4 4096',
  },
  {
    verb: 'createCheckpoint',
    args: [hv01, id, 'one'],
    before: 'defined',
    after: 'hv01: disk, off 2 2048, checkpoint',
  },
  {
    verb: 'restoreCheckpoint',
    args: [hv01, id, 'one'],
    before: 'checkpoint',
    after: 'hv01: disk, off 2 2048, checkpoint',
  },
  {
    verb: 'deleteCheckpoint',
    args: [hv01, id, 'one'],
    before: 'checkpoint',
    after: 'hv01: disk, off 2 2048',
  },
  { verb: 'migrateMachine', args: [hv01, id, hv02], before: 'running', after: 'hv02: disk, running 2 2048' },
  { verb: 'migrateMachine', args: [hv01, id, hv02], before: 'defined', after: 'hv02: disk, off 2 2048' },
  { verb: 'copyImage', args: [hv01, UBUNTU.name, hv02], before: 'nothing', after: 'nowhere' },
  { verb: 'powerOff', args: [hv02], before: 'nothing', after: 'nowhere' },
  { verb: 'powerOn', args: [hv03], before: 'nothing', after: 'nowhere' },
  {
    verb: 'defineMachine',
    args: [hv01, definition(id)],
    before: 'disk',
    after: 'hv01: disk, off 2 2048',
    inCluster: true,
  },
  {
    verb: 'removeMachine',
    args: [hv01, id],
    before: 'defined',
    after: 'hv01: disk',
    left: 'folder-without-machine',
    inCluster: true,
  },
  {
    verb: 'migrateMachine',
    args: [hv01, id, hv02],
    before: 'running',
    after: 'hv02: disk, running 2 2048',
    inCluster: true,
  },
  { verb: 'powerOff', args: [hv02], before: 'nothing', after: 'nowhere', inCluster: true },
  { verb: 'hashImage', args: [hv01, UBUNTU.name], before: 'nothing', after: 'nowhere' },
  { verb: 'cancelMigration', args: [hv01, id], before: 'moving', after: 'hv01: disk, running 2 2048' },
  {
    verb: 'cleanLeftover',
    args: [hv01, { kind: 'folder-without-machine', name: id, detail: '' }],
    before: 'disk',
    after: 'nowhere',
  },
  {
    verb: 'cleanLeftover',
    args: [hv01, { kind: 'untagged-machine', name: id, detail: '' }],
    before: 'half-defined',
    after: 'hv01: disk',
    left: 'folder-without-machine',
  },
  {
    verb: 'cleanLeftover',
    args: [hv02, { kind: 'half-image', name: 'half', detail: '' }],
    before: 'half-image',
    after: 'nowhere',
  },
];
