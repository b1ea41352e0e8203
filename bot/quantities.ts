import { z } from 'zod';
import type { Seconds } from '../policies/model.ts';

// Lengths of time, sizes, numbers of the network, and lists, as the configuration writes them.

const DURATION = 'write a number and s, min, h or d, as in `5min`';
const SIZE = 'write a number and m or g, as in `64g`';

/** `30s`, `5min`, `2h`, `1d` as seconds. */
export const duration = z
  .string(DURATION)
  .regex(/^\d{1,6}(s|min|h|d)$/, DURATION)
  .transform((text): Seconds => {
    const [, count = '0', unit = 's'] = /^(\d+)(\w+)$/.exec(text) ?? [];
    return Number(count) * ({ s: 1, min: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  });

/** `8g` or `512m` as MiB. */
export const size = z
  .string(SIZE)
  .regex(/^\d{1,7}[mg]$/, SIZE)
  .transform((text) => Number(text.slice(0, -1)) * (text.endsWith('g') ? 1024 : 1));

export const port = z.int().min(0).max(65_535);

/** The address of a network card. */
export const mac = z
  .string()
  .regex(
    /^[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){5}$/,
    'write the address of the network card, as in `00:15:5d:0a:0b:0c`',
  );

/** A list in which no two entries have the same of each of these; what is absent is nobody's. */
export function distinct<Entry>(
  entry: z.ZodType<Entry>,
  keys: readonly (keyof Entry & string)[],
): z.ZodType<Entry[]> {
  return z.array(entry).superRefine((entries, context) => {
    for (const key of keys) {
      const seen = new Map<unknown, number>();
      for (const [index, { [key]: value }] of entries.entries()) {
        const first = value === undefined ? undefined : seen.get(value);
        seen.set(value, first ?? index);
        if (first !== undefined)
          context.addIssue({
            code: 'custom',
            path: [index, key],
            message: `entry [${first}] has this ${key} already`,
          });
      }
    }
  });
}

/** A list of the same kind that has an entry at least. */
export function some<Entry>(list: z.ZodType<Entry[]>): z.ZodType<Entry[]> {
  return list.refine((entries) => entries.length > 0, 'this must have at least one entry');
}
