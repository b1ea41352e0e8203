import { unreachable, type Fault, type Seconds } from '../policies/model.ts';

/** Attempts before a fault that may pass counts as one that stays: some two minutes of patience. */
const ATTEMPTS_MAX = 8;
/** Whoever is busy is alive and gets done: ten minutes, in which other migrations of a drain end. */
const ATTEMPTS_BUSY_MAX = 45;

const GAP_SECONDS_MAX = 60;
const GAP_BUSY_SECONDS_MAX = 15;

export function attemptsMax(fault: Fault): number {
  return fault === 'busy' ? ATTEMPTS_BUSY_MAX : ATTEMPTS_MAX;
}

/** How long to wait after so many failed attempts: 1, 2, 4 seconds and so on. */
export function backOff(fault: Fault, attempts: number): Seconds {
  return Math.min(fault === 'busy' ? GAP_BUSY_SECONDS_MAX : GAP_SECONDS_MAX, 2 ** (attempts - 1));
}

/** Whether a fault may pass by itself: then the runner looks again, and acts again if the wish does not hold yet. */
export function mayPass(fault: Fault): boolean {
  switch (fault) {
    case 'busy':
    case 'unreachable':
    case 'timeout':
    case 'unknown-outcome':
      return true;
    case 'no-room':
    case 'configuration':
    case 'incompatible':
    case 'base-changed':
    case 'missing':
    case 'conflict':
      return false;
    default:
      return unreachable(fault);
  }
}
