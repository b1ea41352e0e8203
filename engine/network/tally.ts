/** So many failures in a row, and there is a pause. */
const FAILURES_MAX = 3;
/** Pauses double from failure to failure, up to so many tries. */
const PAUSE_MAX = 1 << 12;

interface Account {
  failures: number;
  pause: number;
}

/** Whether something that costs a try, and pays only sometimes, is worth trying again: what keeps failing gets longer and longer pauses. */
export class Tally<Key extends object> {
  readonly #accounts = new WeakMap<Key, Account>();

  isWorth(key: Key): boolean {
    const account = this.#accounts.get(key);
    if (account === undefined || account.pause === 0) return true;
    account.pause -= 1;
    return false;
  }

  paid(key: Key): void {
    this.#accounts.delete(key);
  }

  failed(key: Key): void {
    const failures = (this.#accounts.get(key)?.failures ?? 0) + 1;
    const pause = failures < FAILURES_MAX ? 0 : Math.min(1 << failures, PAUSE_MAX);
    this.#accounts.set(key, { failures: Math.min(failures, 30), pause });
  }
}
