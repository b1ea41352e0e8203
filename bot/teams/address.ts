import { z } from 'zod';
import type { Conversation } from '../../policies/model.ts';

const party = z.object({ id: z.string().min(1), name: z.string() });
const addressShape = z.object({
  serviceUrl: z.url(),
  tenant: z.string(),
  bot: party,
  /** Null: the person has not been met alone yet, the conversation is made when it is first needed. */
  conversation: z
    .object({ id: z.string().min(1), type: z.enum(['personal', 'groupChat', 'channel']) })
    .nullable(),
  /** The person of a direct conversation; null in a shared one, so that its address does not depend on who spoke. */
  user: party.nullable(),
});

/** Where Octopus can speak in Teams: what it takes to write there later, in our own words and plain JSON. */
export type Address = z.infer<typeof addressShape>;
export type Party = z.infer<typeof party>;
/** An address whose conversation exists. */
export type OpenAddress = Address & { readonly conversation: NonNullable<Address['conversation']> };

/** The address as the rest of Octopus carries it; equal addresses give equal texts. */
export function conversationOf({ serviceUrl, tenant, bot, conversation, user }: Address): Conversation {
  const address = {
    serviceUrl,
    tenant,
    bot: { id: bot.id, name: bot.name },
    conversation: conversation === null ? null : { id: conversation.id, type: conversation.type },
    user: user === null ? null : { id: user.id, name: user.name },
  };
  return { surface: 'teams', address: JSON.stringify(address) };
}

/** Throws a TypeError for an address that is not one of ours. */
export function addressOf({ surface, address }: Conversation): Address {
  if (surface !== 'teams') throw new TypeError(`an address of ${surface} was given to Teams`);
  const result = addressShape.safeParse(JSON.parse(address));
  if (!result.success) throw new TypeError(`not an address of Teams: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** The conversation without its thread: what Teams counts its limits by. */
export function limitKey(conversationId: string): string {
  return conversationId.split(';', 1)[0] ?? conversationId;
}
