import type { JobOf, Step } from './step.ts';
import { migrateMachine } from './steps/migrate-machine.ts';

/** A machine moves to another host. */
export const migrate: readonly Step<JobOf<'migrate'>>[] = [migrateMachine];
