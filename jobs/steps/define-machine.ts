import type { JobOf, Step } from '../step.ts';

/** Defines the machine on its disk, switched off. */
export const defineMachine: Step<JobOf<'clone'>> = {
  name: 'define-machine',
  timeoutMs: 60_000,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.findMachine(job.host, job.machine, signal)) !== undefined;
  },
  async run({ job, hypervisor, signal }) {
    const { host, machine, name, image, cores, memory } = job;
    await hypervisor.defineMachine(host, { machine, name, image, cores, memory }, signal);
  },
  async undo({ job, hypervisor, signal }) {
    await hypervisor.removeMachine(job.host, job.machine, signal);
  },
};
