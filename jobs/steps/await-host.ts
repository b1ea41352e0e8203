import type { JobOf, Step } from '../step.ts';
import { until } from './until.ts';

/** Waits until the host has booted and answers. */
export const awaitHost: Step<JobOf<'power-on'>> = {
  name: 'await-host',
  timeoutMs: 900_000,
  attemptsMax: 1,

  async isDone({ job, hypervisor, signal }) {
    return (await hypervisor.sample(job.host, signal)).reachable;
  },
  async run(context) {
    await until(context, () => this.isDone(context));
  },
  late: (job) => `${job.host} has been switched on, but has not answered for 15 minutes`,
};
