import type { MachineJob, Step } from '../step.ts';

/**
 * Restarts the machine. Its uptime tells whether this run has done so already, and the state whether an earlier one
 * has; only a process that dies between the restart and its entry in the journal makes a machine restart twice.
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
