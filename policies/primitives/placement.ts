import { FALSE, symbol } from '../../engine/value.ts';
import type { Desk } from '../desk.ts';
import { drainPlan, type Onto } from '../drain-plan.ts';
import type { HostName, Machine, MachineId } from '../model.ts';
import { hasRoom } from './lease.ts';
import { effect, question, text, type Primitive } from './primitive.ts';

/** Where machines run. */
export const placementPrimitives: readonly Primitive[] = [
  effect('place', ['symbol', 'symbol'], 'makes the machine on that host', (desk, [id, host]) => {
    const machine = waitingMachine(desk, text(id));
    if (machine === null || !mayTake(desk, text(host), machine)) return false;
    const name = text(host) as HostName;
    desk.happen({ kind: 'machine-placed', machine: machine.id, host: name });
    const { id: machineId, image, cores, memory } = machine;
    return desk.create({
      kind: 'clone',
      host: name,
      machine: machineId,
      name: machine.name,
      image,
      cores,
      memory,
    });
  }),
  effect(
    'exclude',
    ['symbol', 'symbol', 'text'],
    'never offers that host to that machine',
    (desk, [id, host, reason]) => {
      const machine = desk.state.machines.get(text(id) as MachineId);
      const name = text(host) as HostName;
      if (machine === undefined || !desk.state.hosts.has(name))
        return desk.breach(`there is no ${text(id)} or ${name}`);
      if (!machine.avoids.includes(name))
        desk.happen({ kind: 'host-excluded', machine: machine.id, host: name, reason: text(reason) });
      return true;
    },
  ),
  effect(
    'await-host',
    ['symbol', 'symbol'],
    'lets the machine wait until that host has started',
    (desk, [id, host]) => {
      const machine = waitingMachine(desk, text(id));
      if (machine === null) return false;
      const name = text(host) as HostName;
      if (desk.state.hosts.get(name)?.status !== 'starting')
        return desk.breach(`${name} is not being switched on`);
      if (machine.awaits !== name) desk.happen({ kind: 'machine-awaits', machine: machine.id, host: name });
      return true;
    },
  ),
  effect('abandon', ['symbol', 'text'], 'gives up making a machine', (desk, [id, reason]) => {
    const machine = waitingMachine(desk, text(id));
    if (machine === null) return false;
    desk.happen({ kind: 'machine-abandoned', machine: machine.id, reason: text(reason) });
    return true;
  }),
  effect('migrate', ['symbol', 'symbol'], 'moves a machine to another host', (desk, [id, host]) => {
    const machine = desk.state.machines.get(text(id) as MachineId);
    if (machine === undefined) return desk.breach(`there is no machine ${text(id)}`);
    const to = text(host) as HostName;
    if (machine.host === to || machine.movingTo === to) return true;
    if (machine.host === null || machine.movingTo !== null || machine.busy)
      return desk.breach(`${machine.name} cannot move now`);
    if (machine.phase !== 'running' && machine.phase !== 'stopped')
      return desk.breach(`${machine.name} is ${machine.phase}`);
    if (!mayTake(desk, to, machine)) return false;
    desk.happen({ kind: 'machine-migrating', machine: machine.id, to });
    return desk.create({ kind: 'migrate', host: machine.host, machine: machine.id, to });
  }),
  question(
    'plan-drain',
    ['symbol', 'symbol'],
    'any',
    'a plan to move everything off a host: machine host machine host ..., or FALSE',
    (desk, [host, onto]) => {
      const plan = drainPlan(desk.state, text(host) as HostName, ontoOf(text(onto)));
      return plan === null ? FALSE : plan.flatMap(({ machine, to }) => [symbol(machine), symbol(to)]);
    },
  ),
];

function ontoOf(word: string): Onto {
  return word === 'used' || word === 'also-off' ? word : 'any';
}

function waitingMachine(desk: Desk, id: string): Machine | null {
  const machine = desk.state.machines.get(id as MachineId);
  if (machine === undefined || machine.phase !== 'waiting') {
    desk.breach(`${id} does not wait for a host`);
    return null;
  }
  return machine;
}

/** The law of placement: only on a host that is ready, and only within what it can carry. */
function mayTake(desk: Desk, name: string, machine: Machine): boolean {
  const host = desk.state.hosts.get(name as HostName);
  if (host === undefined) return desk.breach(`there is no host ${name}`);
  if (host.status !== 'ready') return desk.breach(`${name} is ${host.status}: nothing is placed there`);
  return hasRoom(desk, host.name, machine) || desk.breach(`${name} has no room for ${machine.name}`);
}
