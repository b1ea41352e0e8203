import { createHash } from 'node:crypto';
import type { Said } from '../surface.ts';
import { messageRef, type SlackAddress } from './address.ts';
import type { SlackFile } from './files.ts';
import { formOrigin, formValues } from './modal.ts';
import { typedText } from './text.ts';

// The parts of Slack's payloads that we read, and what they mean to us.

/** A delivery in our words, before its files are read and its person is known by name. */
export interface Delivery {
  /** The same for whatever Slack sends again. */
  readonly id: string;
  readonly user: string;
  readonly userName: string | undefined;
  readonly from: SlackAddress;
  readonly said: Said;
  readonly files: readonly SlackFile[];
  /** Good for one modal within three seconds; a sentence in a channel brings none. */
  readonly trigger: string | null;
}

export interface CommandPayload {
  readonly user_id: string;
  readonly user_name: string;
  readonly channel_id: string;
  readonly text: string;
  readonly trigger_id: string;
  readonly response_url: string;
}

export function ofCommand(body: CommandPayload): Delivery {
  return {
    id: `command:${body.trigger_id}`,
    user: body.user_id,
    userName: body.user_name,
    from: { channel: body.channel_id, user: body.user_id, responseUrl: body.response_url },
    said: { kind: 'text', text: typedText(body.text, undefined), files: [] },
    files: [],
    trigger: body.trigger_id,
  };
}

export interface MessagePayload {
  readonly channel: string;
  readonly ts: string;
  readonly user?: string | undefined;
  readonly text?: string | undefined;
  readonly thread_ts?: string | undefined;
  readonly subtype?: string | undefined;
  readonly bot_id?: string | undefined;
  readonly files?: readonly SlackFile[] | undefined;
}

/**
 * A mention or a direct message; null for what is not a person saying something (edits, joins, other bots). A message
 * has one time stamp in its channel, so the two events of a mention in a direct message are one delivery.
 */
export function ofMessage(event: MessagePayload, botUser: string | undefined): Delivery | null {
  const isSpoken =
    event.subtype === undefined || event.subtype === 'file_share' || event.subtype === 'thread_broadcast';
  if (!isSpoken || event.bot_id !== undefined || event.user === undefined) return null;
  const text = typedText(event.text ?? '', botUser).replace(/^\/vm\b\s*/i, '');
  return {
    id: `message:${event.channel}:${event.ts}`,
    user: event.user,
    userName: undefined,
    from: {
      channel: event.channel,
      user: event.user,
      ...(event.thread_ts === undefined ? {} : { thread: event.thread_ts }),
    },
    said: { kind: 'text', text, files: [] },
    files: event.files ?? [],
    trigger: null,
  };
}

export interface PressPayload {
  readonly user: { readonly id: string; readonly name?: string | undefined };
  readonly trigger_id: string;
  readonly response_url?: string | undefined;
  readonly channel?: { readonly id: string } | undefined;
  readonly message?: { readonly ts: string; readonly thread_ts?: string | undefined } | undefined;
  readonly container?: { readonly is_ephemeral?: unknown; readonly thread_ts?: unknown } | undefined;
}

/**
 * An ephemeral message cannot be edited by its time stamp, and Slack does not send it along, so a press in one names no
 * message; its thread is told by the container alone.
 */
export function ofPress(body: PressPayload, action: { action_ts: string; value?: string }): Delivery | null {
  if (action.value === undefined) return null;
  const { channel, message, container } = body;
  const thread = message?.thread_ts ?? container?.thread_ts;
  const isLasting = channel !== undefined && message !== undefined && container?.is_ephemeral !== true;
  return {
    id: `press:${channel?.id ?? ''}:${message?.ts ?? ''}:${body.user.id}:${action.action_ts}`,
    user: body.user.id,
    userName: body.user.name,
    from: {
      ...(channel === undefined ? {} : { channel: channel.id }),
      user: body.user.id,
      ...(typeof thread === 'string' ? { thread } : {}),
      ...(body.response_url === undefined ? {} : { responseUrl: body.response_url }),
    },
    said: {
      kind: 'press',
      token: action.value,
      message: isLasting ? messageRef(channel.id, message.ts) : null,
    },
    files: [],
    trigger: body.trigger_id,
  };
}

export interface SubmissionPayload {
  readonly user: { readonly id: string; readonly name?: string | undefined };
  readonly view: {
    readonly id: string;
    readonly private_metadata: string;
    readonly state: { readonly values: Parameters<typeof formValues>[0] };
  };
}

/** The same values sent twice from one modal, from two devices or by Slack, are one delivery. */
export function ofSubmission(body: SubmissionPayload): Delivery {
  const { token, from } = formOrigin(body.view);
  const values = formValues(body.view.state.values);
  const digest = createHash('sha256')
    .update(JSON.stringify(Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .digest('base64url');
  return {
    id: `form:${body.view.id}:${digest.slice(0, 22)}`,
    user: body.user.id,
    userName: body.user.name,
    from: { ...from, user: body.user.id },
    said: { kind: 'form', token, values },
    files: [],
    trigger: null,
  };
}
