import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Program } from './program.ts';

/** Where Debian's package `clips-common` puts the example. */
const folder = '/usr/share/doc/clips-common/examples/sudoku';

/** The sudoku solver that comes with CLIPS, read where its package puts it: many rules, joins without a shared value. */
export const sudoku: readonly Program[] = [
  { grid: '4x4-p1', bar: null },
  { grid: '4x4-p17', bar: 0.5 },
  { grid: '4x4-p9', bar: 0.5 },
  { grid: '5x5-p1', bar: null },
].map(({ grid, bar }) => ({
  name: `sudoku ${grid}`,
  text: existsSync(folder) ? (): string => programOf(grid) : null,
  bar,
  isWarm: false,
}));

function programOf(grid: string): string {
  const parts = ['sudoku', 'solve', 'output-none', `puzzles/grid${grid}`];
  return `${parts.map(textOf).join('\n')}\n(reset)\n(run)\n`;
}

function textOf(name: string): string {
  const plain = join(folder, `${name}.clp`);
  return existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
}
