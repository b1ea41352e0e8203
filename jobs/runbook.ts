import type { Job } from '../policies/job.ts';
import { unreachable } from '../policies/model.ts';
import { clone } from './clone.ts';
import { migrate } from './migrate.ts';
import { powerOff, powerOn, restart, start, stop } from './power.ts';
import { purge } from './purge.ts';
import type { Step } from './step.ts';

/** The steps of a job, in order. Each list is written for its own kind of job and is handed that job only. */
export function stepsOf(job: Job): readonly Step[] {
  switch (job.kind) {
    case 'clone':
      return clone;
    case 'start':
      return start;
    case 'stop':
      return stop;
    case 'restart':
      return restart;
    case 'migrate':
      return migrate;
    case 'purge':
      return purge;
    case 'power-on':
      return powerOn;
    case 'power-off':
      return powerOff;
    default:
      return unreachable(job);
  }
}

/** Whether a job that fails takes back what it did: a half-made machine is of no use; one that did not start is. */
export function isUndone(job: Job): boolean {
  return job.kind === 'clone';
}
