import type { MachineJob, Step } from '../step.ts';

/** Deletes the machine's disk, which cannot be undone: only jobs that were announced have this step. */
export const deleteDisk: Step<MachineJob> = {
  name: 'delete-disk',
  timeoutMs: 60_000,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.findDisk(job.host, job.machine, signal)) === undefined;
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.deleteDisk(job.host, job.machine, signal);
  },
};
