import type { MachineJob, Step } from '../step.ts';
import { until } from './until.ts';

/** Waits until somebody is home: Hyper-V calls a machine running before its guest has booted. */
export const awaitAddress: Step<MachineJob> = {
  name: 'await-address',
  timeoutMs: 300_000,
  attemptsMax: 1,

  async isDone({ job, hypervisor, signal }) {
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    return machine !== undefined && machine.address !== null;
  },
  async run(context) {
    await until(context, () => this.isDone(context));
  },
  async found({ job, hypervisor, signal }) {
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    return machine?.address == null ? {} : { address: machine.address };
  },
  late: (job) => `${job.machine} runs on ${job.host}, but has reported no address for 5 minutes`,
};
