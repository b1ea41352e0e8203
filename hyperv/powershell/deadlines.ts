// How long the driver waits for a call before it ends the shell, in milliseconds. What a call was at is then unknown, and
// is looked for; so these lie well above what a healthy host takes, and below the patience of the steps that wait.

/** From the start of a process to a loaded module: a slow sign-on, and a copy of the module, included. */
export const OPENING_MS = 60_000;

const READ_MS = 30_000;
const WRITE_MS = 120_000;
const MINUTE_MS = 60_000;

/** A whole site is asked for much; a merge, an image or a move takes as long as its bytes. */
const LONG: Readonly<Record<string, number>> = {
  'list-machines': 60_000,
  'list-disks': 120_000,
  'list-leftovers': 120_000,
  site: 120_000,
  'remove-machine': 15 * MINUTE_MS,
  'restore-checkpoint': 15 * MINUTE_MS,
  'delete-checkpoint': 60 * MINUTE_MS,
  'save-machine': 10 * MINUTE_MS,
  'hash-image': 60 * MINUTE_MS,
  'copy-image': 6 * 60 * MINUTE_MS,
  'accept-image': 60 * MINUTE_MS,
  'shut-down-host': 30 * MINUTE_MS,
  'move-machine': 6 * 60 * MINUTE_MS,
  'send-machine': 6 * 60 * MINUTE_MS,
};

const READS = new Set([
  'find-machine',
  'find-disk',
  'list-checkpoints',
  'list-images',
  'room',
  'load',
  'find-move',
]);

/** The deadline of a verb; a stop has what its guest is given on top. */
export function deadlineOf(verb: string, args: Readonly<Record<string, unknown>> = {}): number {
  const own = LONG[verb] ?? (READS.has(verb) ? READ_MS : WRITE_MS);
  const { seconds } = args;
  return verb === 'stop-machine' && typeof seconds === 'number' ? own + seconds * 1000 : own;
}
