import type { Clock, Instant, MachineId } from '../../policies/model.ts';

/** Two readings of one start differ by this much at most: by the way here, and by whole seconds. */
const SAME_SECONDS = 2;

/** Instants at which machines were switched on. A host tells an uptime only, whose reading is never twice the same. */
export class Uptimes {
  readonly #clock: Clock;
  readonly #since = new Map<MachineId, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Instant {
    return this.#clock.now();
  }

  /**
   * When the machine was switched on, of an uptime that was just read; the same instant as before while it runs on. An
   * answer may be long on its way: only a machine that, asked for then, cannot have been up so long has started again.
   */
  since(machine: MachineId, uptimeMs: number, asked: Instant): Instant {
    const read = Math.floor(this.#clock.now() - uptimeMs / 1000) as Instant;
    const known = this.#since.get(machine);
    if (known !== undefined && asked - uptimeMs / 1000 <= known + SAME_SECONDS) return known;
    this.#since.set(machine, read);
    return read;
  }

  /** The machine was switched off or reset: its next start is another one, however soon. */
  forget(machine: MachineId): void {
    this.#since.delete(machine);
  }
}
