/** How a file on the command line is taken: `-f2` runs it, `-l` takes its constructs, `-f` takes it as if it was typed. */
export const switchWords = ['-f2', '-f', '-l'] as const;
export type Switch = (typeof switchWords)[number];

/** A file on the command line. */
export interface Program {
  readonly kind: Switch;
  readonly file: string;
  readonly text: string;
}

/** What the thread of `clips-thread.ts` begins with. `signals`: shared with a terminal; null when there is none. */
export interface ThreadData {
  readonly programs: readonly Program[];
  readonly signals: Int32Array<SharedArrayBuffer> | null;
}

/** MB of stack that the thread is given. */
export const STACK_MB = 64;
