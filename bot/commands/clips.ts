import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { converse, Repl } from '../../dsl/repl.ts';
import { ClipsPrompt } from '../terminal/clips-prompt.ts';
import { StandardConsole } from '../terminal/console.ts';
import { UsageError } from './expected.ts';

/** A file on the command line. `-f2` runs it, `-l` takes its constructs, `-f` takes it as if it was typed at the prompt. */
interface Program {
  readonly kind: Switch;
  readonly file: string;
  readonly text: string;
}

const switchWords = ['-f2', '-f', '-l'] as const;
type Switch = (typeof switchWords)[number];

/**
 * `octopus clips`: a CLIPS program, then a prompt. At a terminal the prompt has history and completion; otherwise commands come
 * from standard input, and the output is that of `clips`. Resolves to the exit status.
 */
export async function clips(switches: readonly string[]): Promise<number> {
  const programs = programsOf(switches);
  const isInteractive = isatty(0) && isatty(1);
  const world = isInteractive ? new ClipsPrompt() : new StandardConsole();
  const repl = new Repl(world);
  try {
    await run(programs, repl, world);
  } finally {
    // What was said before something went wrong is seen.
    world.flush();
  }
  return repl.exitStatus ?? 0;
}

async function run(programs: readonly Program[], repl: Repl, world: StandardConsole): Promise<void> {
  for (const { kind, file, text } of programs) {
    if (kind === '-f2') repl.runQuietly(text, file);
    if (kind === '-l') repl.load(text, file, false);
    if (repl.exitStatus !== null) return;
  }
  // The last batch is read first: what is given first has to come last.
  for (const { kind, text } of programs.toReversed()) if (kind === '-f') repl.input.batch(text);
  if (world instanceof ClipsPrompt) await world.converse(repl);
  else converse(repl, world);
}

function programsOf(switches: readonly string[]): readonly Program[] {
  const programs: Program[] = [];
  const rest = [...switches];
  for (let given = rest.shift(); given !== undefined; given = rest.shift()) {
    const kind = given.startsWith('-') ? switchWords.find((each) => each === given) : '-f2';
    if (kind === undefined)
      throw new UsageError(`octopus clips does not know ${given}: write \`octopus clips -f2 FILE\``);
    const file = given.startsWith('-') ? rest.shift() : given;
    if (file === undefined) throw new UsageError(`${given} needs a file: \`octopus clips ${given} FILE\``);
    programs.push({ kind, file, text: readProgram(file) });
  }
  return programs;
}

function readProgram(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
