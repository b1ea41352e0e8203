import process from 'node:process';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from './clips-programs.ts';
import { runClips } from './clips-run.ts';
import { ClipsTerminal, DeepConsole } from './clips-terminal.ts';

// The thread in which a CLIPS program runs that nests deep, or that somebody may want to stop: its stack is as large as it needs,
// and the main thread stays free to hear Ctrl-C.

const { programs, signals } = workerData as ThreadData;
const terminal = signals === null ? null : new ClipsTerminal(signals);
process.exit(
  terminal === null
    ? runClips(programs, new DeepConsole())
    : runClips(programs, terminal, (repl) => terminal.converse(repl)),
);
