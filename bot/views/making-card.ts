import type { Ask } from '../../policies/command.ts';
import type { Notice } from '../../policies/event.ts';
import type { StepName } from '../../policies/job.ts';
import type { Instant, Machine } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { failureCard } from './failure-card.ts';
import { buttons, machineBlocks, machineButtons, release, size } from './machine-parts.ts';
import { joined } from './words.ts';

/** The steps of making a machine, as its holder follows them. */
const STEPS: readonly (readonly [step: StepName, label: string])[] = [
  ['create-differencing-disk', 'Clone the disk'],
  ['define-machine', 'Define the machine'],
  ['start-machine', 'Start it'],
  ['await-address', 'Wait for its address'],
];

/** A new machine from the request to the ssh line. */
export function makingCard(
  notice: Notice,
  ask: Ask & { kind: 'new-machine' },
  state: State,
  now: Instant,
): Card {
  const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
  const name = notice.name ?? 'The machine';
  if (notice.outcome?.good === false)
    return failureCard(`${name} could not be made`, notice.outcome.text, ask);
  if (machine === undefined)
    return failureCard(`${name} is gone`, 'Its lease ended before it was made.', ask);
  return machine.phase === 'waiting' || machine.phase === 'placed'
    ? progress(machine, state)
    : made(machine, state, now);
}

function made(machine: Machine, state: State, now: Instant): Card {
  const blocks = [...machineBlocks(machine, state, now), ...machineButtons(machine, state)];
  const at = machine.address === null ? '' : ` at ${machine.address}`;
  const title = machine.phase === 'running' ? `${machine.name} is running` : `${machine.name} is made`;
  return { title, blocks, summary: `${title}${at}.`, tone: 'good' };
}

function progress(machine: Machine, state: State): Card {
  const done = state.jobsOf(machine.id).find(({ job }) => job.kind === 'clone')?.done ?? [];
  const isPlaced = machine.phase === 'placed';
  const current = isPlaced ? STEPS.findIndex(([step]) => !done.includes(step)) : -1;
  const steps = [
    { label: placeLabel(machine), state: isPlaced ? ('done' as const) : ('now' as const) },
    ...STEPS.map(([step, label], index) => ({
      label,
      state: stateOf(done.includes(step), index === current),
    })),
  ];
  const blocks: Block[] = [
    { kind: 'text', text: `${machine.image}, ${size(machine)}` },
    { kind: 'steps', steps },
  ];
  if (machine.avoids.length > 0)
    blocks.push({
      kind: 'note',
      text: `It could not be made on ${joined(machine.avoids)}; another host is tried.`,
    });
  if (!isPlaced) blocks.push(...buttons([release(machine)]));
  const now = steps.find(({ state: stage }) => stage === 'now')?.label ?? 'almost there';
  return {
    title: `Making ${machine.name}`,
    blocks,
    summary: `Making ${machine.name}: ${now}.`,
    tone: 'plain',
  };
}

function stateOf(isDone: boolean, isCurrent: boolean): 'done' | 'now' | 'next' {
  if (isDone) return 'done';
  return isCurrent ? 'now' : 'next';
}

function placeLabel(machine: Machine): string {
  if (machine.host !== null) return `Placed on ${machine.host}`;
  if (machine.awaits !== null) return `Place it: ${machine.awaits} is being switched on for it`;
  return 'Place it: waits for a host';
}
