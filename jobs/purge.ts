import type { JobOf, Step } from './step.ts';
import { deleteDisk } from './steps/delete-disk.ts';
import { removeMachine } from './steps/remove-machine.ts';
import { stopMachine } from './steps/stop-machine.ts';

/** A machine and its disk go, after the hold. */
export const purge: readonly Step<JobOf<'purge'>>[] = [stopMachine, removeMachine, deleteDisk];
