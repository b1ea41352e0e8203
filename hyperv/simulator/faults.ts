import type { Fault, HostName, MachineId } from '../../policies/model.ts';
import { HypervisorError, type Hypervisor } from '../hypervisor.ts';

export type Verb = keyof Hypervisor;

/** A fault on demand: the next so many calls that match meet it. */
export interface PlannedFault {
  readonly verb: Verb;
  /** Left out: at any host, for any machine. */
  readonly host?: HostName;
  readonly machine?: MachineId;
  /** `hang`: no answer until the caller gives up. */
  readonly fault: Fault | 'hang';
  /** How many calls meet it; left out: one. */
  readonly times?: number;
  /** `before`: nothing happens at the host. `after`: it happens, and the answer is lost. */
  readonly when: 'before' | 'after';
}

/** The faults that are still to come, first planned first met. */
export class Faults {
  readonly #planned: { readonly fault: PlannedFault; left: number }[] = [];

  plan(fault: PlannedFault): void {
    this.#planned.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault that this call meets, counted down. */
  meet(verb: Verb, host: HostName, machine: MachineId | null): PlannedFault | undefined {
    const met = this.#planned.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.verb === verb &&
        (fault.host === undefined || fault.host === host) &&
        (fault.machine === undefined || fault.machine === machine),
    );
    if (met === undefined) return undefined;
    met.left -= 1;
    return met.fault;
  }

  /** Nothing fails any more. */
  clear(): void {
    this.#planned.length = 0;
  }
}

/** Answers as the planned fault has it: it never resolves. */
export function meet(planned: PlannedFault, host: HostName, signal: AbortSignal | undefined): Promise<never> {
  const { fault, verb } = planned;
  if (fault !== 'hang')
    return Promise.reject(new HypervisorError(fault, `${verb} at ${host} failed: ${fault}`));
  return new Promise((_, reject) => {
    const give = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
}
