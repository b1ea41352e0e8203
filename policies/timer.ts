/** Keys that are remembered per purpose, at most. */
const REMEMBERED_MAX = 100_000;

const remembered = new Map<string, Map<string, string>>();

/**
 * A timer's key: one for a purpose and a subject, so naming another instant moves it. The same string each time: after a change of the rules
 * tens of thousands of timers are looked up at once, and a string that was just put together has to be hashed and compared
 * letter by letter, which takes twenty times as long.
 */
export function timerKey(purpose: string, subject: string): string {
  let keys = remembered.get(purpose);
  if (keys === undefined || keys.size >= REMEMBERED_MAX) {
    keys = new Map();
    remembered.set(purpose, keys);
  }
  let key = keys.get(subject);
  if (key === undefined) {
    key = `${purpose} ${subject}`;
    keys.set(subject, key);
  }
  return key;
}
