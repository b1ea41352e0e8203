import { unreachable, type Fault, type Seconds } from '../policies/model.ts';

/** Attempts at a step before a fault that may pass counts as one that stays: some two minutes of patience. */
export const ATTEMPTS_MAX = 8;

const BACK_OFF_SECONDS_MAX = 60;

/** How long to wait after so many failed attempts: 1, 2, 4 … 60 seconds. */
export function backOff(attempts: number): Seconds {
  return Math.min(BACK_OFF_SECONDS_MAX, 2 ** (attempts - 1));
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
