import type { Desk } from './desk.ts';
import type { Happening } from './event.ts';
import type { StateFact } from './facts.ts';
import type { Input, Speaker } from './input.ts';
import { unreachable, type HostSample, type Instant } from './model.ts';
import type { State } from './state.ts';

/** A load that moved by less than this many points of percent is not worth an event. */
const LOAD_STEP = 5;

/** What an input says by itself, before any rule: a person spoke, a step took effect, an instant came. */
export function happeningsOf({ input, state, at }: Desk): readonly Happening[] {
  switch (input.kind) {
    case 'command':
    case 'greeting':
      return spoken(input, state);
    case 'step-done':
      return state.jobs.has(input.job)
        ? [{ kind: 'step-done', job: input.job, step: input.step, address: input.address ?? null }]
        : [];
    case 'job-ended': {
      const { job, outcome, fault = null, message = null, undone = true } = input;
      return state.jobs.has(job) ? [{ kind: 'job-ended', job, outcome, fault, message, undone }] : [];
    }
    case 'machine-seen': {
      const machine = state.machines.get(input.machine);
      const isNews =
        machine !== undefined && !machine.busy && machine.host !== null && machine.host !== input.host;
      return isNews ? [{ kind: 'machine-found', machine: machine.id, host: input.host }] : [];
    }
    case 'samples':
      return input.hosts.flatMap((sample) => sampled(sample, state));
    case 'tick':
      return [...state.timers.values()]
        .filter((timer) => !timer.rang && timer.at <= at)
        .toSorted((one, other) => one.at - other.at)
        .map(({ purpose, subject }) => ({ kind: 'timer-rang', purpose, subject }));
    case 'boot':
      return booted(input, state);
    case 'notice-posted':
      return state.notices.has(input.notice)
        ? [{ kind: 'notice-posted', notice: input.notice, message: input.message }]
        : [];
    case 'notice-closed':
      return state.notices.has(input.notice) ? [{ kind: 'notice-closed', notice: input.notice }] : [];
    default:
      return unreachable(input);
  }
}

/** The facts that stand for an input while it is decided. */
export function inputFacts(desk: Desk): readonly StateFact[] {
  const { input, at } = desk;
  switch (input.kind) {
    case 'command':
      return [requestFact(input, at)];
    case 'job-ended':
      return endedFacts(desk);
    case 'tick':
      return desk.events
        .filter((event) => event.kind === 'timer-rang')
        .map(({ purpose, subject }) => ({ template: 'due', slots: { purpose, subject, at } }));
    case 'boot':
      return [{ template: 'booted', slots: { at } }];
    case 'greeting':
    case 'step-done':
    case 'machine-seen':
    case 'samples':
    case 'notice-posted':
    case 'notice-closed':
      return [];
    default:
      return unreachable(input);
  }
}

function spoken({ speaker }: { readonly speaker: Speaker }, state: State): readonly Happening[] {
  const { id: person, name, role } = speaker;
  const known = state.persons.get(person);
  const direct = speaker.direct ?? known?.direct ?? null;
  const isKnown =
    known !== undefined &&
    known.name === name &&
    known.role === role &&
    known.direct?.surface === direct?.surface &&
    known.direct?.address === direct?.address;
  return isKnown ? [] : [{ kind: 'person-registered', person, name, role, direct }];
}

function requestFact({ command }: Input & { kind: 'command' }, at: Instant): StateFact {
  const { id, kind, by } = command;
  const slots: Record<string, string | number> = { id, kind, by, at };
  if ('lease' in command) slots['lease'] = command.lease;
  if ('host' in command) slots['host'] = command.host;
  if (command.kind === 'renew-lease') {
    slots['length'] = command.length ?? 0;
    slots['seen'] = command.seen ?? 0;
  }
  if (command.kind === 'new-machine') {
    slots['image'] = command.image;
    slots['name'] = command.name ?? 'nil';
    slots['cores'] = command.cores;
    slots['memory'] = command.memory;
    slots['length'] = command.length ?? 0;
  }
  return { template: 'request', slots };
}

function endedFacts({ input, jobBefore, at }: Desk): readonly StateFact[] {
  if (input.kind !== 'job-ended' || jobBefore === null) return [];
  const { job } = jobBefore;
  return [
    {
      template: 'job-ended',
      slots: {
        job: input.job,
        kind: job.kind,
        outcome: input.outcome,
        machine: 'machine' in job ? job.machine : 'nil',
        host: job.host,
        to: job.kind === 'migrate' ? job.to : 'nil',
        fault: input.fault ?? 'nil',
        message: input.message ?? '',
        undone: input.undone ?? true,
        at,
      },
    },
  ];
}

function sampled({ name, reachable, power, load }: HostSample, state: State): readonly Happening[] {
  const host = state.hosts.get(name);
  if (host === undefined || host.status === 'starting' || host.status === 'stopping') return [];
  if (power === 'off')
    return host.status === 'off' ? [] : [{ kind: 'host-changed', host: name, status: 'off' }];
  if (!reachable)
    return host.status === 'unreachable' || host.status === 'off'
      ? []
      : [{ kind: 'host-changed', host: name, status: 'unreachable' }];
  if (host.status === 'off' || host.status === 'unreachable') {
    const status =
      host.drains || (host.status === 'unreachable' && host.wanted === 'off') ? 'draining' : 'ready';
    return [{ kind: 'host-changed', host: name, status }];
  }
  return Math.abs(load - host.load) >= LOAD_STEP ? [{ kind: 'host-sampled', host: name, load }] : [];
}

function booted({ hosts, images, policies }: Input & { kind: 'boot' }, state: State): readonly Happening[] {
  const happenings: Happening[] = [];
  for (const host of hosts) {
    const known = state.hosts.get(host.name);
    if (known?.cores !== host.cores || known.memory !== host.memory)
      happenings.push({ kind: 'host-registered', host });
  }
  for (const image of images)
    if (JSON.stringify(state.images.get(image.name)) !== JSON.stringify(image))
      happenings.push({ kind: 'image-registered', image });
  if (state.policy === undefined)
    happenings.push({
      kind: 'policies-activated',
      version: 1,
      author: null,
      note: 'the policies that Octopus comes with',
      files: policies,
    });
  return happenings;
}
