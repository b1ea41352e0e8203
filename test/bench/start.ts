import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMs, milliseconds, quantile } from './measure.ts';

const rounds = 7;
const program = join(import.meta.dirname, '../../bot/octopus.mjs');

/**
 * Start to ready: the whole process of `octopus start` on a data folder that was used before, until it says that it is
 * ready, against a Node that does nothing, in turns.
 */
export async function startBench(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'octopus-bench-'));
  try {
    const cold = await milliseconds(() => octopusReady(folder));
    const bare: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await milliseconds(() => once(spawn(process.execPath, ['-e', '0']), 'exit')));
      // Ending the process is not part of it, so the time is taken inside.
      warm.push(await octopusReady(folder));
    }
    const ratios = warm.map((ms, round) => ms / (bare[round] ?? NaN));
    return [
      `start to ready, warm: median ${inMs(quantile(warm, 0.5))}, slowest of ${rounds} ${inMs(Math.max(...warm))}`,
      `node -e 0: median ${inMs(quantile(bare, 0.5))}`,
      `ratio: ${quantile(ratios, 0.5).toFixed(1)} times a bare Node (rounds: ${ratios.map((each) => each.toFixed(1)).join(', ')})`,
      `the first start of a data folder, with its end: ${inMs(cold)}`,
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the program, waits until it is ready, stops it. Gives the milliseconds up to ready. */
async function octopusReady(folder: string): Promise<number> {
  const from = performance.now();
  const octopus = spawn(process.execPath, [program, 'start', '--data', folder], { cwd: folder });
  const ended = once(octopus, 'exit');
  let printed = '';
  const ready = new Promise<number>((resolve, reject) => {
    octopus.stdout.on('data', (part: Buffer) => {
      printed += part.toString('utf8');
      if (printed.includes('ready after')) resolve(performance.now() - from);
    });
    octopus.stderr.on('data', (part: Buffer) => {
      printed += part.toString('utf8');
    });
    octopus.once('exit', (code) => reject(new Error(`octopus ended with ${code}: ${printed}`)));
  });
  const ms = await ready;
  octopus.kill('SIGTERM');
  await ended;
  return ms;
}
