import { Repl } from './repl.ts';
import type { ConsoleWorld, OpenFile } from './routers.ts';

/** What a program that runs in memory has around it. */
export interface ProgramOptions {
  /** What is typed after the program has run. Without it nothing is asked for. */
  readonly input?: string;
  /** Hears the output while it comes. */
  readonly write?: (text: string) => void;
  /** Files by name: read and written here. */
  readonly files?: Map<string, string>;
}

/** Runs a whole program as `clips -f2` does and gives its output: the program, then the input at the prompt, until `(exit)`. */
export function runProgram(
  text: string,
  { input = '', write = () => undefined, files = new Map<string, string>() }: ProgramOptions = {},
): string {
  let output = '';
  const lines = input.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const world: ConsoleWorld = {
    write: (piece) => {
      output += piece;
      write(piece);
    },
    prompt: (piece) => world.write(piece),
    read: () => lines.shift() ?? null,
    remove: (name) => files.delete(name),
    rename: (from, to) => {
      const content = files.get(from);
      if (content !== undefined) files.set(to, content);
      return files.delete(from);
    },
    now: () => performance.now() / 1000,
    open: (name, mode) => openInMemory(files, name, mode),
  };
  const repl = new Repl(world);
  repl.runQuietly(text, 'program');
  if (repl.exitStatus === null) converse(repl, world);
  return output;
}

/** A prompt that takes what its world reads, line by line, until `exit` or the end of input. */
export function converse(repl: Repl, world: ConsoleWorld): void {
  repl.begin();
  repl.take('');
  if (repl.exitStatus !== null) return;
  for (let line = world.read(); line !== null; line = world.read()) {
    repl.take(line);
    if (repl.exitStatus !== null) return;
  }
}

function openInMemory(files: Map<string, string>, name: string, mode: 'r' | 'w' | 'a'): OpenFile | null {
  // There are no folders in memory.
  if (!files.has(name) && (mode === 'r' || name.includes('/'))) return null;
  if (mode !== 'r') files.set(name, mode === 'a' ? (files.get(name) ?? '') : '');
  return {
    read: () => files.get(name) ?? '',
    write: (text) => files.set(name, (files.get(name) ?? '') + text),
    close: () => undefined,
  };
}
