import type { MachineJob, Step } from '../step.ts';

/** Shuts the machine down. One that is gone runs no more either. */
export const stopMachine: Step<MachineJob> = {
  name: 'stop-machine',
  // A guest is given five minutes before it is turned off.
  timeoutMs: 420_000,

  async isDone({ job, hypervisor, signal }) {
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    return machine === undefined || machine.power === 'off';
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.stopMachine(job.host, job.machine, signal);
  },
};
