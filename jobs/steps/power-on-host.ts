import type { JobOf, Step } from '../step.ts';

/** Switches the host's power on; it answers only after it has booted. */
export const powerOnHost: Step<JobOf<'power-on'>> = {
  name: 'power-on-host',
  timeoutMs: 60_000,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.sample(job.host, signal)).power === 'on';
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.powerOn(job.host, signal);
  },
};
