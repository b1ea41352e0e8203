/** Names further away than this are no misspelling of each other; of two or three letters one may be wrong, of one none. */
const distanceMax = 2;

/** So many names are looked at for a suggestion, so that a text of errors stays quick to explain. */
const candidatesMax = 1000;

/** The known name that a misspelt one most likely means; null when none is near. A tie goes to the first. */
export function closest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = (name.length < 4 ? Math.min(1, name.length - 1) : distanceMax) + 1;
  let looked = 0;
  for (const candidate of known) {
    if (looked++ === candidatesMax) break;
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ``did you mean `holder`?``, or null. */
export function didYouMean(name: string, known: Iterable<string>): string | null {
  const near = closest(name, known);
  return near === null ? null : `did you mean \`${near}\`?`;
}

/** `` `a`, `b` and `c` ``, shortened when there are many. */
export function listed(names: Iterable<string>, shownMax = 8): string {
  const all = [...names];
  const shown = all.slice(0, shownMax).map((name) => `\`${name}\``);
  if (all.length > shownMax) return `${shown.join(', ')} and ${all.length - shownMax} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (the optimal string
 * alignment distance of Damerau 1964), `limit` when there are that many or more.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + replaced,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (twoAbove[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    if (Math.min(...current) >= limit) return limit;
    twoAbove = above;
    above = current;
  }
  return Math.min(limit, above[b.length] ?? limit);
}
