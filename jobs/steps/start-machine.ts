import type { MachineJob, Step } from '../step.ts';

/** Switches the machine on. Undone, it is off, or was never there. */
export const startMachine: Step<MachineJob> = {
  name: 'start-machine',
  timeoutMs: 120_000,

  async isDone({ job, hypervisor, signal }) {
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    return machine?.power === 'running';
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.startMachine(job.host, job.machine, signal);
  },
  async undo({ job, hypervisor, signal }) {
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    if (machine !== undefined) await hypervisor.stopMachine(job.host, job.machine, signal);
  },
};
