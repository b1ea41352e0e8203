import type { HostName } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';

interface Work {
  readonly verb: string;
  /** The verb with everything it was given: the same wish comes to the same. */
  readonly wish: string;
  readonly host: HostName;
  readonly done: Promise<void>;
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
   * Does the work unless something else is under way. Whoever comes with the same wish shares its success. `joined`: the
   * same verb was under way and is over now, and this wish is still to be seen to. A caller that gives up leaves the
   * work going on.
   */
  async begin(
    subject: string,
    host: HostName,
    { verb, args }: { readonly verb: string; readonly args?: unknown },
    work: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<'done' | 'joined'> {
    signal?.throwIfAborted();
    const wish = JSON.stringify([verb, args]);
    const other = this.#work.get(subject);
    if (other !== undefined) {
      if (other.verb !== verb || other.host !== host)
        throw new HypervisorError('busy', `${subject} is at work: ${other.verb}`);
      const shared = other.wish === wish ? other.done.then(holds, stillToDo) : other.over.then(stillToDo);
      return given(signal, shared);
    }
    const done = work();
    const over = done.then(
      () => undefined,
      () => undefined,
    );
    this.#work.set(subject, { verb, wish, host, done, over });
    void over.then(() => this.#work.delete(subject));
    await given(signal, done);
    return 'done';
  }
}

const holds = (): 'done' => 'done';
const stillToDo = (): 'joined' => 'joined';

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
