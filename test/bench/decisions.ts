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
  Role,
  UserId,
} from '../../policies/model.ts';
import { basePolicies } from '../../policies/rulebook.ts';
import { State } from '../../policies/state.ts';
import { inMs, milliseconds, quantile, spread } from './measure.ts';

const hosts = 1_000;
const machines = 10_000;
const requests = 500;
const swaps = 5;
const start = 1_795_435_200;
const day = 86_400;
const image = 'ubuntu-24.04' as ImageName;

/**
 * The real governor with the policies that Octopus comes with, at 1,000 hosts and 10,000 machines: one request for a machine,
 * granted and placed, the same at a hundredth of the size, and a swap of the policies.
 */
export async function decisionBench(): Promise<string[]> {
  const small = await cloudOf(hosts / 100, machines / 100);
  const large = await cloudOf(hosts, machines);
  const atSmall = await decided(small);
  const atLarge = await decided(large);
  const swapped = await swapTimes(large);
  const ratio = quantile(atLarge, 0.5) / quantile(atSmall, 0.5);
  return [
    `one request, granted and placed, at ${hosts} hosts and ${machines} machines: ${spread(atLarge)}`,
    `the same at ${hosts / 100} hosts and ${machines / 100} machines: ${spread(atSmall)}`,
    `ratio: ${ratio.toFixed(1)} times as long for a hundred times the cloud`,
    `first rules on a cloud of that size: ${inMs(large.bootMs)}`,
    `a policy swap at that size: median ${inMs(quantile(swapped, 0.5))}, slowest of ${swaps} ${inMs(Math.max(...swapped))}`,
  ];
}

interface Cloud {
  readonly state: State;
  readonly governor: Governor;
  readonly bootMs: number;
  now: number;
}

/** A cloud whose state is folded from events, and whose first rules have been put in force. */
async function cloudOf(hostCount: number, machineCount: number): Promise<Cloud> {
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
  const bootMs = await milliseconds(() => {
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
async function decided({ state, governor, ...cloud }: Cloud): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) {
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
    const ms = await milliseconds(() => {
      const decision = governor.decide(asked, now);
      if (decision.refusals.length > 0 || decision.jobs.length !== 1)
        throw new Error(`not granted: ${decision.refusals.map(({ reason }) => reason).join('; ')}`);
      ({ jobs } = decision);
    });
    times.push(ms);
    for (const { id } of jobs) governor.decide({ kind: 'job-ended', job: id, outcome: 'done' }, now);
  }
  if (state.jobs.size > 0) throw new Error('jobs are left over');
  return times;
}

/** The folder is read again with one file changed, each time another way. */
async function swapTimes({ governor, now }: Cloud): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < swaps; at += 1) {
    const files = basePolicies().map(({ name, text }) => ({
      name,
      text: name === 'quota.clp' ? text.replace('(machines 6)', `(machines ${at + 7})`) : text,
    }));
    const asked = { ...command(`swap-${at}`, 'ada', 'admin', { kind: 'reload-policies' }), files };
    const ms = await milliseconds(() => {
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
