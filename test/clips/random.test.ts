import { expect, test } from '@jest/globals';
import { describeWithClips } from '../dsl/clips-program.ts';
import { compareCases } from './cases.ts';

// Whatever rules there are and whatever is done to them, the facts, the activations and the firings are those of CLIPS, in the same
// order: everything that `clips` writes while it watches, to the letter. A seed that fails is printed, and
// `npm run fuzz -- --seed N` plays it again.

const cases = Number(process.env['CASES'] ?? (process.env['CI'] === undefined ? 400 : 3000));

describeWithClips('random programs', () => {
  test(`${cases} of them`, () => {
    const seed = Number(process.env['SEED'] ?? 4711);
    console.info(`seed ${seed}`);
    const { compared } = compareCases(seed, cases);
    expect(compared).toBeGreaterThan(cases / 2);
  });
});
