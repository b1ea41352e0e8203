import type { Instant, LeaseId, UserId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { buttons, condition, machineBlocks, machineButtons, saying } from './machine-parts.ts';

/** One machine. Its buttons are for whoever holds it or shares it, and for administrators. */
export function showCard(id: LeaseId, state: State, reader: UserId, now: Instant): Card {
  const lease = state.leases.get(id);
  const machine = lease === undefined ? undefined : state.machines.get(lease.machine);
  if (lease === undefined || machine === undefined) {
    const text = 'This machine is gone.';
    return { title: 'Gone', blocks: [{ kind: 'text', text }], summary: text, tone: 'plain' };
  }
  const mayAct =
    lease.holder === reader || lease.coOwners.includes(reader) || state.persons.get(reader)?.role === 'admin';
  return {
    title: machine.name,
    blocks: [
      ...machineBlocks(machine, state, now),
      ...(mayAct ? machineButtons(machine, state) : []),
      ...buttons([saying('Why', `why ${machine.name}`)]),
    ],
    summary: `${machine.name}: ${condition(machine, lease)}${machine.address === null ? '' : ` at ${machine.address}`}`,
    tone: 'plain',
  };
}
