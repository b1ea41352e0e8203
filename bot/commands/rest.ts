import type { VirtualClock } from '../../jobs/clock.ts';
import type { Octopus } from '../octopus.ts';

/** Real milliseconds between two looks. */
const LOOK_MS = 2;

/** Waits until nothing more happens unless time passes: the moment in which a virtual clock may go on. */
export async function atRest(octopus: Octopus, clock: VirtualClock, jobsPerHost: number): Promise<void> {
  do await look();
  while (!octopus.isAtRest(clock.pullingWaits, jobsPerHost));
}

/** Waits until every job has ended and everybody was told. A clock that is pulled moves on meanwhile. */
export async function settled(octopus: Octopus): Promise<void> {
  do await look();
  while (!octopus.isSettled);
}

function look(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
