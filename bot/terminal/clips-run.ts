import { Repl } from '../../dsl/repl.ts';
import { converse } from '../../dsl/run-program.ts';
import type { ConsoleWorld } from '../../dsl/routers.ts';
import type { Program } from './clips-programs.ts';

/** Where programs run: a console whose output waits to be written. */
export interface ClipsWorld extends ConsoleWorld {
  flush(): void;
}

/** Runs programs, then takes commands until somebody leaves; gives the exit status. All of it is synchronous. */
export function runClips(
  programs: readonly Program[],
  world: ClipsWorld,
  talk: (repl: Repl) => void = (repl) => converse(repl, world),
): number {
  const repl = new Repl(world);
  try {
    for (const { kind, file, text } of programs) {
      if (kind === '-f2') repl.runQuietly(text, file);
      if (kind === '-l') repl.load(text, file, false);
      if (repl.exitStatus !== null) return repl.exitStatus;
    }
    // The last batch is read first: what is given first has to come last.
    for (const { kind, text } of programs.toReversed()) if (kind === '-f') repl.input.batch(text);
    talk(repl);
  } finally {
    // What was said before something went wrong is seen.
    world.flush();
  }
  return repl.exitStatus ?? 0;
}
