import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../dsl/run-program.ts';

/** A program as `clips -f2` gets it: a file, what is typed behind it, and the files that lie there. */
export interface Program {
  readonly text?: string;
  readonly input?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** What a run leaves: its output, and all files. */
export interface Run {
  readonly output: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Whether there is a `clips` to ask. */
export const isInstalled =
  spawnSync('clips', ['-f2', '/dev/null'], { input: '(exit)\n' }).error === undefined;

const programFile = 'program.clp';
const inputFile = 'typed.in';
/** Milliseconds after which a `clips` that asks for ever is ended, and the comparison fails. */
const longest = 60_000;

/** Runs a program with the `clips` binary, in a folder of its own. */
export function runOfClips({ text = '', input = '', files = {} }: Program): Run {
  const folder = mkdtempSync(join(tmpdir(), 'octopus-clips-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, programFile), text);
    // CLIPS asks for ever once its input has ended. The input is a file, since a program that exits leaves a pipe unread.
    writeFileSync(join(folder, inputFile), `${input}(exit)\n`);
    const typed = openSync(join(folder, inputFile), 'r');
    const { stdout, error } = spawnSync('clips', ['-f2', programFile], {
      cwd: folder,
      stdio: [typed, 'pipe', 'inherit'],
      encoding: 'utf8',
      timeout: longest,
      maxBuffer: 1e8,
    });
    closeSync(typed);
    if (error !== undefined) throw error;
    const left = readdirSync(folder).filter((name) => name !== programFile && name !== inputFile);
    return {
      output: stdout,
      files: Object.fromEntries(left.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same with ours, in this process. */
export function runOfOurs({ text = '', input = '', files = {} }: Program): Run {
  const ours = new Map(Object.entries(files));
  const output = runProgram(text, { input: `${input}(exit)\n`, files: ours });
  return { output, files: Object.fromEntries(ours) };
}
