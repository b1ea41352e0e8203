import type { JobOf, Step } from '../step.ts';

/** Moves the machine with its disk to another host while it runs. It is done when the source knows it no more. */
export const migrateMachine: Step<JobOf<'migrate'>> = {
  name: 'migrate-machine',
  timeoutMs: 1_800_000,

  async isDone({ job, hypervisor, signal }) {
    const atSource = await hypervisor.findMachine(job.host, job.machine, signal);
    if (atSource !== undefined) return false;
    return (await hypervisor.findMachine(job.to, job.machine, signal)) !== undefined;
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.migrateMachine(job.host, job.machine, job.to, signal);
  },
};
