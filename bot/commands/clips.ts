import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import process from 'node:process';
import { isatty } from 'node:tty';
import { Worker } from 'node:worker_threads';
import { mayRecurse } from '../../dsl/recursion.ts';
import { STACK_MB, switchWords, type Program, type ThreadData } from '../terminal/clips-programs.ts';
import { UsageError } from './expected.ts';

/**
 * `octopus clips`: a CLIPS program, then a prompt. At a terminal the prompt has history and completion; otherwise commands come
 * from standard input, and the output is that of `clips`. Resolves to the exit status.
 *
 * To start a thread takes as long as to start Node, so a program has one only where it needs the deep stack.
 */
export async function clips(switches: readonly string[], stateFolder: string): Promise<number> {
  const programs = programsOf(switches);
  if (isatty(0) && isatty(1)) return atTerminal(programs, stateFolder);
  const isDeep = programs.length === 0 || mayRecurse(programs.map(({ text }) => text).join('\n'));
  if (isDeep) return ended(threadOf({ programs, signals: null }));
  const [{ runClips }, { StandardConsole }] = await Promise.all([
    import('../terminal/clips-run.ts'),
    import('../terminal/console.ts'),
  ]);
  return runClips(programs, new StandardConsole());
}

async function atTerminal(programs: readonly Program[], stateFolder: string): Promise<number> {
  const [{ ClipsPrompt }, { History }] = await Promise.all([
    import('../terminal/clips-prompt.ts'),
    import('../terminal/history.ts'),
  ]);
  const history = new History(join(stateFolder, 'clips-history'), (sentence) =>
    process.stderr.write(`octopus: ${sentence}\n`),
  );
  const prompt = new ClipsPrompt(history);
  const thread = threadOf({ programs, signals: prompt.signals });
  prompt.serve(thread);
  return ended(thread);
}

function threadOf(workerData: ThreadData): Worker {
  // As source, or as the JavaScript that is packed.
  const file = new URL(`../terminal/clips-thread${extname(import.meta.filename)}`, import.meta.url);
  // The cache first, or the thread would load what strips types for the sake of its first file, which takes longer than all else.
  const begin = `require('node:module').enableCompileCache(); import(${JSON.stringify(file.href)});`;
  return new Worker(begin, { eval: true, workerData, resourceLimits: { stackSizeMb: STACK_MB } });
}

/** Resolves to the thread's exit status; rejects with what it could not go on from. */
function ended(thread: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    thread.on('error', reject);
    thread.on('exit', resolve);
  });
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
