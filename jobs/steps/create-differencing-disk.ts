import type { JobOf, Step } from '../step.ts';

/** Gives the machine its own writable disk; the image behind it is shared and stays read-only. */
export const createDifferencingDisk: Step<JobOf<'clone'>> = {
  name: 'create-differencing-disk',
  timeoutMs: 60_000,

  async isDone({ job, hypervisor, signal }) {
    const disk = await hypervisor.findDisk(job.host, job.machine, signal);
    return disk?.image === job.image;
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.createDifferencingDisk(job.host, job.machine, job.image, signal);
  },
  async undo({ job, hypervisor, signal }) {
    await hypervisor.deleteDisk(job.host, job.machine, signal);
  },
};
