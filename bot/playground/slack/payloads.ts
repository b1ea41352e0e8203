import { randomUUID } from 'node:crypto';
import { shown, viewPayload } from './web-api.ts';
import {
  APP_ID,
  BOT_USER,
  TEAM,
  type Member,
  type Message,
  type StoredFile,
  type View,
} from './workspace.ts';

// What Slack sends for what people do; docs.slack.dev/interactivity and docs.slack.dev/reference/events.

const VERIFICATION_TOKEN = 'loopback';

export interface Place {
  readonly id: string;
  /** As payloads name it: `lab`, `directmessage`. */
  readonly name: string;
}

export function slashCommand(
  member: Member,
  place: Place,
  { text, trigger, responseUrl }: { text: string; trigger: string; responseUrl: string },
): Record<string, unknown> {
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: place.id,
    channel_name: place.name,
    user_id: member.id,
    user_name: member.person.id,
    command: '/vm',
    text,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: trigger,
  };
}

/** `app_mention`, or `message` in a direct conversation. */
export function messageEvent(
  message: Message,
  member: Member,
  isDirect: boolean,
  files: readonly Record<string, unknown>[],
): Record<string, unknown> {
  const { ts, text, channel, thread } = message;
  return eventCallback({
    type: isDirect ? 'message' : 'app_mention',
    ...(isDirect ? { channel_type: 'im' } : {}),
    ...(files.length > 0 ? { files, ...(isDirect ? { subtype: 'file_share' } : {}) } : {}),
    client_msg_id: randomUUID(),
    user: member.id,
    team: TEAM.id,
    text,
    ts,
    channel,
    event_ts: ts,
    ...(thread === undefined ? {} : { thread_ts: thread }),
  });
}

export function filePayload(file: StoredFile, member: Member, url: string): Record<string, unknown> {
  return {
    id: file.id,
    name: file.name,
    title: file.name,
    mimetype: 'text/plain',
    filetype: 'text',
    user: member.id,
    mode: 'hosted',
    size: file.bytes.length,
    url_private: url,
    url_private_download: url,
  };
}

export function buttonPress(
  member: Member,
  place: Place,
  message: Message,
  element: Record<string, unknown>,
  {
    blockId,
    trigger,
    responseUrl,
    at,
  }: { blockId: string; trigger: string; responseUrl: string; at: number },
): Record<string, unknown> {
  const isEphemeral = message.onlyFor !== null;
  return {
    ...interaction(member, trigger),
    type: 'block_actions',
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: place.id,
      is_ephemeral: isEphemeral,
      ...(message.thread === undefined ? {} : { thread_ts: message.thread }),
    },
    channel: place,
    ...(isEphemeral ? {} : { message: shown(message) }),
    state: { values: {} },
    response_url: responseUrl,
    actions: [{ ...element, block_id: blockId, action_ts: (at / 1000).toFixed(6) }],
  };
}

export function viewSubmission(
  member: Member,
  view: View,
  values: Record<string, Record<string, unknown>>,
  trigger: string,
): Record<string, unknown> {
  return {
    ...interaction(member, trigger),
    type: 'view_submission',
    view: { ...viewPayload(view), state: { values } },
    response_urls: [],
  };
}

function interaction(member: Member, trigger: string): Record<string, unknown> {
  return {
    token: VERIFICATION_TOKEN,
    api_app_id: APP_ID,
    team: TEAM,
    enterprise: null,
    is_enterprise_install: false,
    user: { id: member.id, username: member.person.id, name: member.person.id, team_id: TEAM.id },
    trigger_id: trigger,
  };
}

function eventCallback(event: Record<string, unknown>): Record<string, unknown> {
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    api_app_id: APP_ID,
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: BOT_USER,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event,
  };
}
