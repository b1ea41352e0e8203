import type { Conversation, MessageRef } from '../../policies/model.ts';

/**
 * Where in Slack: a channel (or a direct message's channel), a thread in it, the person who spoke there, and the
 * response URL of what they did, good for five answers in half an hour. Without a channel: that person alone.
 */
export interface SlackAddress {
  readonly channel?: string;
  readonly user?: string;
  readonly thread?: string;
  readonly responseUrl?: string;
}

export function conversation(address: SlackAddress): Conversation {
  return { surface: 'slack', address: JSON.stringify(address) };
}

/** The same message has the same reference, whoever presses a button on it: only channel and time stamp are in it. */
export function messageRef(channel: string, message: string): MessageRef {
  return { ...conversation({ channel }), message };
}

/** Throws a TypeError for an address that is not of Slack. */
export function slackAddress(of: Conversation): SlackAddress {
  if (of.surface !== 'slack') throw new TypeError(`an address of ${of.surface} was given to Slack`);
  const read: unknown = JSON.parse(of.address);
  if (typeof read !== 'object' || read === null) throw new TypeError('a Slack address is a JSON object');
  const text = (name: keyof SlackAddress): Partial<SlackAddress> => {
    const value: unknown = Reflect.get(read, name);
    return typeof value === 'string' ? { [name]: value } : {};
  };
  return { ...text('channel'), ...text('user'), ...text('thread'), ...text('responseUrl') };
}
