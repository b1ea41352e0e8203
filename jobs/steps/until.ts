import { HypervisorError } from '../../hyperv/hypervisor.ts';
import type { Instant } from '../../policies/model.ts';
import { mayPass } from '../retry.ts';
import type { StepContext } from '../step.ts';

const GAP_SECONDS_MAX = 5;

/**
 * Looks again and again until something holds, every second at first and every five later. A look that meets a fault
 * which may pass is no answer yet; the deadline decides how long that is borne, by the signal with whose reason this
 * rejects.
 */
export async function until({ clock, signal }: StepContext, holds: () => Promise<boolean>): Promise<void> {
  const began = clock.now();
  while (!(await answer(holds))) {
    const now = clock.now();
    const gap = Math.min(GAP_SECONDS_MAX, 1 + Math.floor((now - began) / 10));
    await clock.at((now + gap) as Instant, signal);
  }
}

async function answer(holds: () => Promise<boolean>): Promise<boolean> {
  try {
    return await holds();
  } catch (error) {
    if (error instanceof HypervisorError && mayPass(error.fault)) return false;
    throw error;
  }
}
