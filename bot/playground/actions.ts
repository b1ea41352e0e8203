import { z } from 'zod';
import { Trouble } from './http.ts';
import type { PlaygroundUser } from './loopback.ts';

/** The clock goes five years forward at most: what is more is a slip. */
const secondsMax = 5 * 366 * 86_400;

const file = z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(1_000_000) });
const values = z.record(z.string().max(255), z.string().max(10_000));

/** What a pane can be asked to do; `PaneAction` with its bounds. Limits of the vendors are the loopbacks' to enforce. */
const paneAction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('say'),
    place: z.string().max(80),
    text: z.string().max(40_000),
    files: z.array(file).max(5).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('press'),
    message: z.string().max(255),
    action: z.string().max(255),
    value: z.unknown(),
    inputs: values.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('submit'), values }),
  z.strictObject({ kind: z.literal('cancel') }),
]);

/** What a user does on a platform. */
export type Action = { user: string; platform: 'slack' | 'teams'; action: z.infer<typeof paneAction> };

export const actionSchema = (users: readonly PlaygroundUser[]): z.ZodType<Action> =>
  z.strictObject({
    user: z.enum(users.map(({ id }) => id)),
    platform: z.enum(['slack', 'teams']),
    action: paneAction,
  });

export const advanceSchema = z.strictObject({ seconds: z.int().min(1).max(secondsMax) });

/** The body, if it is of that shape. Throws `Trouble` that says what is wrong with it. */
export function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Trouble(400, `This was not understood: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`);
}
