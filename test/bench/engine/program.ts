/** A CLIPS program that both engines run from a file, with what is to be reached. */
export interface Program {
  readonly name: string;
  /** Constructs and commands; ends with the command that runs it. Null: its parts are not installed here. */
  readonly text: (() => string) | null;
  /** At most so many times the processor time of CLIPS, whole process. */
  readonly bar: number | null;
  /** Not slower than CLIPS when this process has run it before. */
  readonly isWarm: boolean;
}

/** Numbers that look random and are the same each time (a linear congruential generator, Numerical Recipes' constants). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
