import { z } from 'zod';
import type { HostName, ImageName, Instant, LeaseId, MachineName } from '../policies/model.ts';
import { isHostName, isImageName, isInstant, isLeaseId, isMachineName } from './names.ts';
import type { Press } from './surface.ts';

/** Slack takes 2000 characters as a button's value; the other surfaces take more. */
const LENGTH_MAX = 2000;

/**
 * A press as the text that a button carries: what it means, and the nonce of the card's drawing. Whoever forges one
 * gains nothing that typing would not give: who asks is what the platform says, and the rules judge the ask.
 * Throws for a press that no button can carry: a policy file's text, or more than 2000 characters.
 */
export function pressToken(press: Press, nonce: string): string {
  const token = Buffer.from(JSON.stringify({ press: pressForm.parse(press), nonce }), 'utf8').toString(
    'base64url',
  );
  if (token.length > LENGTH_MAX)
    throw new RangeError(`a button carries at most ${LENGTH_MAX} characters, this press has ${token.length}`);
  return token;
}

/** What a token says, or null for anything that `pressToken` would not have made. Names get their brands here. */
export function readToken(text: string): { readonly press: Press; readonly nonce: string } | null {
  if (text.length > LENGTH_MAX || !/^[\w-]+$/.test(text)) return null;
  const data = jsonOrNull(Buffer.from(text, 'base64url').toString('utf8'));
  const read = tokenForm.safeParse(data);
  return read.success ? read.data : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const lease = z.custom<LeaseId>(isLeaseId);
const host = z.custom<HostName>(isHostName);
const image = z.custom<ImageName>(isImageName);
const machine = z.custom<MachineName>(isMachineName);
const instant = z.custom<Instant>(isInstant);

const askForm = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('new-machine'),
    cores: z.int().positive(),
    memory: z.int().positive(),
    image,
    name: machine.nullable(),
    length: z.int().positive().nullable(),
  }),
  z.strictObject({
    kind: z.literal('renew-lease'),
    lease,
    length: z.int().positive().nullable(),
    seen: instant.nullable(),
  }),
  z.strictObject({
    kind: z.enum(['release-lease', 'delete-machine', 'start-machine', 'stop-machine', 'restart-machine']),
    lease,
  }),
  z.strictObject({ kind: z.enum(['drain-host', 'resume-host', 'power-host-off', 'power-host-on']), host }),
  z.strictObject({ kind: z.literal('reload-policies') }),
  z.strictObject({ kind: z.literal('roll-back-policies'), version: z.int().nonnegative().nullable() }),
]);

const pressForm = z.union([z.strictObject({ ask: askForm }), z.strictObject({ text: z.string().min(1) })]);

const tokenForm = z.strictObject({ press: pressForm, nonce: z.string().min(1).max(200) });
