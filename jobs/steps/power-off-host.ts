import type { JobOf, Step } from '../step.ts';

/** Shuts the host down, when nothing runs on it. */
export const powerOffHost: Step<JobOf<'power-off'>> = {
  name: 'power-off-host',
  timeoutMs: 600_000,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.sample(job.host, signal)).power === 'off';
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.powerOff(job.host, signal);
  },
};
