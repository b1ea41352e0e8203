import type { Origin } from './rule.ts';

/**
 * Where something stands now that was compiled when it stood elsewhere in the files. `compiled` and `now` are data of one shape, the first
 * with this origin somewhere in it; undefined when it is not.
 */
export function placeNow(origin: Origin, compiled: unknown, now: unknown): Origin | undefined {
  if (compiled === origin) return now as Origin;
  if (typeof compiled !== 'object' || compiled === null) return undefined;
  for (const [key, part] of Object.entries(compiled)) {
    const place = placeNow(origin, part, (now as Readonly<Record<string, unknown>>)[key]);
    if (place !== undefined) return place;
  }
  return undefined;
}
