import type { MachineJob, Step } from '../step.ts';

/** Removes the machine's definition from its host; the disk stays. */
export const removeMachine: Step<MachineJob> = {
  name: 'remove-machine',
  timeoutMs: 60_000,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.findMachine(job.host, job.machine, signal)) === undefined;
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.removeMachine(job.host, job.machine, signal);
  },
};
