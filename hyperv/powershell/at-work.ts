import type { HostName } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';

interface Work {
  readonly verb: string;
  readonly host: HostName;
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>;
}

/**
 * What is under way on which machine or host. Whoever wants the same waits for it and looks again; whoever wants
 * something else is told `busy`. The host keeps such locks too, for other processes; these here keep the lanes free.
 */
export class AtWork {
  readonly #work = new Map<string, Work>();

  /**
   * Does the work unless something else is under way. `joined`: the same was under way and is over now; what it came to
   * is not told here. A caller that gives up leaves the work going on.
   */
  async begin(
    subject: string,
    host: HostName,
    verb: string,
    work: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<'done' | 'joined'> {
    signal?.throwIfAborted();
    const other = this.#work.get(subject);
    if (other !== undefined) {
      if (other.verb !== verb || other.host !== host)
        throw new HypervisorError('busy', `${subject} is at work: ${other.verb}`);
      await given(signal, other.over);
      return 'joined';
    }
    const done = work();
    const over = done.then(
      () => undefined,
      () => undefined,
    );
    this.#work.set(subject, { verb, host, over });
    void over.then(() => this.#work.delete(subject));
    await given(signal, done);
    return 'done';
  }
}

/** The promise, unless the signal is first; then its reason. What the promise comes to is no longer anybody's. */
export function given<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
