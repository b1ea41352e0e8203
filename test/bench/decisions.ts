import { Governor } from '../../policies/governor.ts';
import type { Command } from '../../policies/command.ts';
import type { Happening } from '../../policies/event.ts';
import type { Input, Speaker } from '../../policies/input.ts';
import type {
  CommandId,
  HostName,
  ImageName,
  Instant,
  JobId,
  LeaseId,
  MachineId,
  MachineName,
  PolicyFile,
  Role,
  UserId,
} from '../../policies/model.ts';
import { basePolicies } from '../../policies/rulebook.ts';
import { State } from '../../policies/state.ts';
import { cpuMilliseconds, inMs, quantile, spread } from './measure.ts';

const hosts = 1_000;
const machines = 10_000;
const requests = 2_000;
const swaps = 5;
const start = 1_795_435_200;
const day = 86_400;
const image = 'ubuntu-24.04' as ImageName;

/**
 * The real governor with the policies that Octopus comes with, at 1,000 hosts and 10,000 machines: one request for a machine,
 * granted and placed, the same at a hundredth of the size, and swaps of the policies.
 */
export async function decisionBench(): Promise<string[]> {
  const small = cloudOf(hosts / 100, machines / 100);
  const large = cloudOf(hosts, machines);
  const atSmall = decided(small, requests / 4);
  const atLarge = decided(large, requests);
  const swapped: { readonly edit: Edit; readonly times: readonly number[] }[] = [];
  for (const edit of edits) swapped.push({ edit, times: swapTimes(large, edit) });
  const ratio = quantile(atLarge, 0.5) / quantile(atSmall, 0.5);
  return [
    `one request, granted and placed, at ${hosts} hosts and ${machines} machines: ${spread(atLarge)}`,
    `the same at ${hosts / 100} hosts and ${machines / 100} machines: ${spread(atSmall)}`,
    `ratio: ${ratio.toFixed(1)} times as long for a hundred times the cloud`,
    `first rules on a cloud of that size: ${inMs(large.bootMs)}`,
    ...swapped.map(
      ({ edit: { name }, times }) =>
        `a policy swap at that size, ${name}: median ${inMs(quantile(times, 0.5))}, slowest of ${swaps} ${inMs(Math.max(...times))}`,
    ),
  ];
}

interface Cloud {
  readonly state: State;
  readonly governor: Governor;
  readonly bootMs: number;
  now: number;
}

/** A cloud whose state is folded from events, and whose first rules have been put in force. */
function cloudOf(hostCount: number, machineCount: number): Cloud {
  const state = new State();
  let entry = 0;
  const happen = (...happenings: readonly Happening[]): void => {
    entry += 1;
    for (const each of happenings) state.fold({ ...each, trail: null }, start as Instant, entry);
    state.changes.settle();
  };
  const inventory = Array.from({ length: hostCount }, (_, at) => ({
    name: `hv${at}` as HostName,
    cores: 256,
    memory: 1024 * 1024,
    power: 'on' as const,
  }));
  const images = [{ name: image, os: 'linux' as const, login: 'ubuntu', memoryMin: 1024, aliases: [] }];
  for (const host of inventory) happen({ kind: 'host-registered', host });
  for (let at = 0; at < machineCount; at += 1) happen(...machineOf(at, hostCount));

  const governor = new Governor(state);
  const bootMs = cpuMilliseconds(() => {
    const boot: Input = { kind: 'boot', hosts: inventory, images, policies: basePolicies() };
    const { problems } = governor.decide(boot, start as Instant);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  return { state, governor, bootMs, now: start };
}

/** A machine that runs under a lease; five to a person. */
function machineOf(at: number, hostCount: number): readonly Happening[] {
  const machine = `m-${at + 1}` as MachineId;
  const lease = `lease-${at + 1}` as LeaseId;
  const holder = `user-${Math.floor(at / 5)}` as UserId;
  const host = `hv${at % hostCount}` as HostName;
  const job = `job-${at + 1}-0` as JobId;
  const name = `vm-${at}` as MachineName;
  return [
    { kind: 'person-registered', person: holder, name: holder, role: 'researcher', direct: null },
    {
      kind: 'lease-granted',
      lease,
      holder,
      expires: (start + day + (at % 2_000) * 600) as Instant,
      machine: { id: machine, name, image, cores: 2, memory: 4096 },
    },
    { kind: 'machine-placed', machine, host },
    {
      kind: 'job-created',
      id: job,
      job: { kind: 'clone', host, machine, name, image, cores: 2, memory: 4096 },
    },
    { kind: 'step-done', job, step: 'await-address', address: '10.0.0.1' },
    { kind: 'job-ended', job, outcome: 'done', fault: null, message: null, undone: true },
  ];
}

/** Requests by people who are new, one after the other; each is made before the next one asks. */
function decided({ state, governor, ...cloud }: Cloud, count: number): number[] {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const asked = command(`c-${at}`, `new-${at}`, 'researcher', {
      kind: 'new-machine',
      cores: 2,
      memory: 4096,
      image,
      name: null,
      length: null,
    });
    const now = (cloud.now + at) as Instant;
    let jobs: readonly { readonly id: JobId }[] = [];
    const from = performance.now();
    const decision = governor.decide(asked, now);
    times.push(performance.now() - from);
    if (decision.refusals.length > 0 || decision.jobs.length !== 1)
      throw new Error(`not granted: ${decision.refusals.map(({ reason }) => reason).join('; ')}`);
    ({ jobs } = decision);
    for (const { id } of jobs) governor.decide({ kind: 'job-ended', job: id, outcome: 'done' }, now);
  }
  if (state.jobs.size > 0) throw new Error('jobs are left over');
  return times;
}

/** A way in which an administrator changes the files, another one each time. */
interface Edit {
  readonly name: string;
  readonly of: (file: PolicyFile, time: number) => string;
}

const edits: readonly Edit[] = [
  {
    name: 'one number changed',
    of: ({ name, text }, time) =>
      name === 'quota.clp' ? text.replace('(machines 6)', `(machines ${time + 7})`) : text,
  },
  { name: 'a line put before every file', of: ({ text }, time) => '\n'.repeat(time + 1) + text },
  {
    name: 'every rule another one',
    of: ({ text }, time) => text.replaceAll(/^\(defrule (\S+)/gmu, `(defrule $1-${time}`),
  },
];

/** The folder is read again with an edit, each time another way. */
function swapTimes({ governor, now }: Cloud, edit: Edit): number[] {
  const times: number[] = [];
  for (let at = 0; at < swaps; at += 1) {
    const files = basePolicies().map((file) => ({ name: file.name, text: edit.of(file, at) }));
    const asked = { ...command(`${edit.name}-${at}`, 'ada', 'admin', { kind: 'reload-policies' }), files };
    const ms = cpuMilliseconds(() => {
      const { refusals } = governor.decide(asked, (now + requests + at) as Instant);
      if (refusals.length > 0) throw new Error(refusals.map(({ reason }) => reason).join('; '));
    });
    times.push(ms);
  }
  return times;
}

type AskOf<Each> = Each extends unknown ? Omit<Each, 'id' | 'by'> : never;

function command(
  id: string,
  who: string,
  role: Role,
  ask: AskOf<Command>,
): Input & { readonly kind: 'command' } {
  const by = who as UserId;
  const speaker: Speaker = { id: by, name: who, role, direct: null };
  return { kind: 'command', command: { ...ask, id: id as CommandId, by }, speaker, from: null };
}
