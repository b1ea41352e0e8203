import { createHash } from 'node:crypto';
import type { Conversation } from '../../policies/model.ts';
import type { Actor, Incoming, Said } from '../surface.ts';
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
  const told = toldIn(activity, words, files, from);
  if (told === null) return null;
  // One activity, or one button pressed by one person, is one delivery. It becomes part of what later buttons carry, so it
  // is short whatever it is made of.
  const source = JSON.stringify([activity.conversation.id, person.id, ...told.source]);
  const delivery = `teams:${createHash('sha256').update(source).digest('base64url')}`;
  return { incoming: { delivery, actor, from, said: told.said }, person, form: told.form };
}

interface Told {
  readonly said: Said;
  /** What tells this delivery from others in its conversation. */
  readonly source: readonly (string | number)[];
  readonly form: FilledForm | null;
}

function toldIn(
  activity: TeamsActivity,
  words: string,
  files: readonly { name: string; text: string }[],
  from: Conversation,
): Told | null {
  const data = pressedData(activity);
  const message = activity.replyToId ?? null;
  if (data === undefined) {
    if (activity.type !== 'message' || activity.id === undefined) return null;
    const text = withoutAddress(fencedText(activity) ?? words);
    return { said: { kind: 'text', text, files }, source: ['message', activity.id], form: null };
  }
  const token = tokenIn(data);
  if (token === null) return null;
  const once = [message ?? '', readToken(token)?.nonce ?? token];
  const form = filledForm(data);
  if (form !== null) {
    return {
      said: { kind: 'form', token, values: form.values },
      source: ['form', ...once, form.round],
      form,
    };
  }
  const ref = message === null ? null : { ...from, message };
  return { said: { kind: 'press', token, message: ref }, source: ['press', ...once], form: null };
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

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
