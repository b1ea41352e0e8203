import type { HostName, MachineId } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';
import type { Begun } from './cluster.ts';
import { DURATIONS } from './durations.ts';
import type { Effect, SimulatedHost, SimulatedMachine } from './world.ts';

// What verbs of all subjects say: how a wish begins, and what stands in its way.

type Plain = Extract<Effect, { readonly verb: Exclude<keyof typeof DURATIONS, 'guestBoot' | 'hostBoot'> }>;

/** An effect that takes as long as its verb takes. */
export function begun(effect: Plain): Begun {
  return { effect, seconds: DURATIONS[effect.verb] };
}

/** The machine, or the fault that it is not there. */
export function existing(host: SimulatedHost, name: HostName, machine: MachineId): SimulatedMachine {
  const there = host.machines.get(machine);
  if (there === undefined) throw new HypervisorError('missing', `${name} has no machine ${machine}`);
  return there;
}

export function stillRunning({ name }: SimulatedMachine, host: HostName): HypervisorError {
  return new HypervisorError('conflict', `${name} runs on ${host}: stop it first`);
}
