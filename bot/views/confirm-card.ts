import type { Ask } from '../../policies/command.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { buttons, loss, lossOfDisk, release, saying } from './machine-parts.ts';

/** Asks before a typed `delete` is done, saying what is lost. Null when the machine is gone already: then just ask the rules. */
export function confirmCard(ask: Ask & { kind: 'delete-machine' }, state: State): Card | null {
  const lease = state.leases.get(ask.lease);
  const machine = lease === undefined ? undefined : state.machines.get(lease.machine);
  if (lease === undefined || machine === undefined) return null;
  const isHeld = lease.phase === 'held';
  const cost = isHeld ? lossOfDisk(machine) : loss(machine);
  const title = `Delete ${machine.name}?`;
  return {
    title,
    blocks: [
      { kind: 'text', text: cost },
      ...buttons([
        { label: `Delete ${machine.name}`, style: 'danger', sends: { ask } },
        ...(isHeld ? [] : [{ ...release(machine), label: 'Release it instead' }]),
        saying('Keep it', `show ${machine.name}`),
      ]),
    ],
    summary: `${title} ${cost}`,
    tone: 'warning',
  };
}
