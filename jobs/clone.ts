import type { JobOf, Step } from './step.ts';
import { awaitAddress } from './steps/await-address.ts';
import { createDifferencingDisk } from './steps/create-differencing-disk.ts';
import { defineMachine } from './steps/define-machine.ts';
import { seedMachine } from './steps/seed-machine.ts';
import { startMachine } from './steps/start-machine.ts';

/** A new machine of an image. */
export const clone: readonly Step<JobOf<'clone'>>[] = [
  createDifferencingDisk,
  defineMachine,
  seedMachine,
  startMachine,
  awaitAddress,
];
