import type { MachineJob, Step } from '../step.ts';

/**
 * Restarts the machine. Its uptime tells whether it has been done since the job was queued, also by a run that died before
 * it could say so.
 */
export const restartMachine: Step<MachineJob> = {
  name: 'restart-machine',
  timeoutMs: 420_000,

  async isDone({ job, hypervisor, signal, began, recorded }) {
    if (recorded) return true;
    const machine = await hypervisor.findMachine(job.host, job.machine, signal);
    return machine !== undefined && machine.upSince !== null && machine.upSince > began;
  },
  async run({ job, hypervisor, signal }) {
    await hypervisor.restartMachine(job.host, job.machine, signal);
  },
};
