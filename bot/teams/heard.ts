import { createHash } from 'node:crypto';
import type { Actor, Incoming } from '../surface.ts';
import { readToken } from '../token.ts';
import {
  fencedText,
  pressedData,
  tenantOf,
  tokenIn,
  withoutAddress,
  type TeamsActivity,
} from './activity.ts';
import { conversationOf, type OpenAddress, type Party } from './address.ts';
import { filledForm, type FilledForm } from './forms.ts';

/** What an authenticated activity says to us, and what it takes to answer it. */
export interface Heard {
  readonly incoming: Incoming;
  readonly person: Party;
  /** The form that was filled in, to be drawn again when something in it cannot be. */
  readonly form: FilledForm | null;
}

/**
 * Translates an activity. `words` is its text without our mention, `files` what was attached. Null: it is nothing that is
 * said to us (somebody joined, a reaction, a button of another version).
 */
export function heard(
  activity: TeamsActivity,
  words: string,
  files: readonly { name: string; text: string }[],
): Heard | null {
  const person = partyOf(activity.from);
  const place = placeOf(activity);
  const from = conversationOf(place);
  const actor = actorOf(activity, place, person);
  const data = pressedData(activity);

  if (data === undefined) {
    if (activity.type !== 'message' || activity.id === undefined) return null;
    const delivery = `teams:${activity.conversation.id}:${activity.id}`;
    const text = withoutAddress(fencedText(activity) ?? words);
    return { incoming: { delivery, actor, from, said: { kind: 'text', text, files } }, person, form: null };
  }

  const token = tokenIn(data);
  if (token === null) return null;
  const pressed = `${activity.replyToId ?? activity.conversation.id}:${person.id}:${onceOf(token)}`;
  const form = filledForm(data);
  if (form !== null) {
    const delivery = `teams:form:${pressed}:${form.round}`;
    return {
      incoming: { delivery, actor, from, said: { kind: 'form', token, values: form.values } },
      person,
      form,
    };
  }
  const message = activity.replyToId === undefined ? null : { ...from, message: activity.replyToId };
  const delivery = `teams:press:${pressed}`;
  return { incoming: { delivery, actor, from, said: { kind: 'press', token, message } }, person, form: null };
}

function placeOf(activity: TeamsActivity): OpenAddress {
  const { serviceUrl, recipient, from } = activity;
  const { id, conversationType: type } = activity.conversation;
  const tenant = tenantOf(activity) ?? '';
  const user = type === 'personal' ? partyOf(from) : null;
  return { serviceUrl, tenant, bot: partyOf(recipient), conversation: { id, type }, user };
}

function actorOf({ from, localTimezone }: TeamsActivity, place: OpenAddress, person: Party): Actor {
  const alone = { ...place, conversation: null, user: person };
  return {
    account: `teams:${from.aadObjectId ?? from.id}`,
    name: from.name === '' ? from.id : from.name,
    zone: localTimezone !== undefined && isZone(localTimezone) ? localTimezone : null,
    direct: conversationOf(place.conversation.type === 'personal' ? place : alone),
  };
}

const partyOf = ({ id, name }: Party): Party => ({ id, name });

/** What is the same in every press of one drawing. */
function onceOf(token: string): string {
  return readToken(token)?.nonce ?? createHash('sha256').update(token).digest('base64url');
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
