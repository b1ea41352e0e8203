import type { JobOf, Step } from '../step.ts';

/**
 * Tells the guest who it is and who may come in, before it first boots. A machine does not show what it was told, so the
 * state's word counts; said again before the start it changes nothing.
 */
export const seedMachine: Step<JobOf<'clone'>> = {
  name: 'seed-machine',
  timeoutMs: 60_000,

  isDone({ recorded }) {
    return Promise.resolve(recorded);
  },
  async run({ job, hypervisor, seed, signal }) {
    await hypervisor.seedMachine(job.host, job.machine, seed(job), signal);
  },
};
