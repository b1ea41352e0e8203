import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { describeWithClips, runOfClips, runOfOurs } from '../dsl/clips-program.ts';
import { pendingExamples } from './pending.ts';

// The example programs that come with Debian's CLIPS (packages `clips-common`), read where the package puts them: each runs
// here and in the `clips` binary with everything watched that is the same in both, and both write the same, to the letter.

const folder = '/usr/share/doc/clips-common/examples';
const isContinuous = process.env['CI'] !== undefined;
const isInstalled = existsSync(folder);
if (!isInstalled && !isContinuous)
  console.warn('clips-common is not installed: its example programs are not compared');

/** The text of an example; packages compress what is long. */
function textOf(name: string): string {
  const path = join(folder, name);
  return existsSync(path)
    ? readFileSync(path, 'latin1')
    : gunzipSync(readFileSync(`${path}.gz`)).toString('latin1');
}

/** The same answers again and again: who is asked until an answer is allowed gets one. */
const again = (answers: string): string => `${answers.split(' ').join('\n')}\n`.repeat(120);

interface Example {
  readonly files: readonly string[];
  readonly answers?: string;
  /** What is watched besides the rules that fire. */
  readonly watched?: string;
}

const sudoku = (puzzle: string, output: string): Example => ({
  files: ['sudoku.clp', 'solve.clp', `output-${output}.clp`, `puzzles/${puzzle}.clp`].map(
    (name) => `sudoku/${name}`,
  ),
});

const examples: Readonly<Record<string, Example>> = {
  'animal, yes': { files: ['animal.clp'], answers: 'yes' },
  'animal, mixed': { files: ['animal.clp'], answers: 'no yes y n' },
  'auto, yes': { files: ['auto.clp'], answers: 'yes' },
  'auto, mixed': { files: ['auto.clp'], answers: 'n y 2 1 soft 4 no yes charged burned 3 normal misfires' },
  cam: { files: ['cam.clp'] },
  dilemma1: { files: ['dilemma1.clp'] },
  mab: { files: ['mab.clp'] },
  nematode: { files: ['nematode.clp'], answers: '1 2 3 2 1 4' },
  rpc: { files: ['rpc.clp'] },
  'rx7, numbers': { files: ['rx7.clp'], answers: '1 2 3 2 1 4' },
  'rx7, letters': { files: ['rx7.clp'], answers: 'y n 3 2 1' },
  stove: { files: ['stove.clp'], answers: '1 2 3 2 1 4' },
  ttt: { files: ['ttt.clp'] },
  'usedcar, numbers': { files: ['usedcar.clp'], answers: '1 2 3 2 1 4' },
  'usedcar, letters': { files: ['usedcar.clp'], answers: 'y n 3 2 1' },
  wine: { files: ['wine.clp'], answers: 'no yes y n red sweet light dry medium white unknown full' },
  wordgame: { files: ['wordgame.clp'] },
  zebra: { files: ['zebra.clp'] },
  'sudoku of 2 by 2': sudoku('grid2x2-p1', 'frills'),
  'sudoku of 3 by 3': sudoku('grid3x3-p1', 'simple'),
  'sudoku of 3 by 3, harder': sudoku('grid3x3-p17', 'frills'),
};

/** Examples that the language leaves out. */
const outside: Readonly<Record<string, string>> = {
  'dilemma2.clp': 'classes and generic functions',
  'dilemma3.clp': 'classes',
  circuit: 'classes, instances and generic functions',
  cholesterol: 'asks the operating system for the date by (system …)',
};

const programOf = ({ files, watched = '' }: Example): string =>
  `${files.map(textOf).join('\n')}\n(watch rules)\n${watched}\n(reset)\n(run 3000)\n(facts)\n(agenda)\n(exit)\n`;

/** Both outputs; ours is the error when there is one. */
function checkAgrees(name: string): void {
  const example = examples[name] as Example;
  const program = {
    text: programOf({ watched: '(watch facts)\n(watch activations)', ...example }),
    input: again(example.answers ?? 'yes'),
  };
  const { output } = runOfClips(program);
  expect(output).toContain('FIRE    1 ');
  expect(runOfOurs(program).output).toBe(output);
}

const describeExamples = isInstalled || isContinuous ? describeWithClips : describe.skip;

describeExamples('the examples of CLIPS', () => {
  test.each(Object.keys(examples).filter((name) => !(name in pendingExamples)))('%s', checkAgrees);

  test.failing.each(Object.entries(pendingExamples))('%s lacks %s', checkAgrees);

  test('all are here, or have a reason', () => {
    const found = readdirSync(folder).map((name) => name.replace(/\.gz$/, ''));
    const named = [...Object.values(examples).flatMap(({ files }) => files), ...Object.keys(outside)];
    expect(found.filter((name) => !named.some((each) => each.split('/')[0] === name))).toEqual([]);
  });
});
