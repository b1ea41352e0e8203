import { describe, expect, test } from '@jest/globals';
import { run } from './world.ts';

describe('a seeded world', () => {
  test.each([1, 2, 3])('keeps the laws under seed %i', async (seed) => {
    const { decisions, accepted, refused } = await run({ seed, steps: 120 });
    expect(accepted).toBeGreaterThan(5);
    expect(refused).toBeGreaterThan(5);
    expect(decisions).toBeGreaterThan(120);
  });

  test('lives the same life again under the same seed, and another one under another', async () => {
    const [once, again, other] = [
      await run({ seed: 4, steps: 60 }),
      await run({ seed: 4, steps: 60 }),
      await run({ seed: 5, steps: 60 }),
    ];
    expect(again.digest).toBe(once.digest);
    expect(other.digest).not.toBe(once.digest);
  });
});
