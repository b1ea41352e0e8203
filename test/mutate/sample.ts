/** So many of a list, drawn by a seed, in the order of the list: a larger sample holds a smaller one of the same seed. */
export function sampled<T>(all: readonly T[], size: number, seed: string): T[] {
  const random = randomNumbers(seed);
  const lots = all.map((_, at) => ({ at, lot: random() }));
  const drawn = lots.toSorted((a, b) => a.lot - b.lot).slice(0, size);
  return drawn.toSorted((a, b) => a.at - b.at).map(({ at }) => all[at] as T);
}

/** Numbers from 0 to 1 that hang on nothing but the seed (mulberry32). */
function randomNumbers(seed: string): () => number {
  let state = 0;
  for (const sign of seed) state = (Math.imul(state, 31) + (sign.codePointAt(0) as number)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
