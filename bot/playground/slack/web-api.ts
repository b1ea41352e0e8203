import type { RateLimits, ResponseUrls, Tier, Triggers } from './limits.ts';
import { blockProblems, isTooMuchText, viewProblems } from './validate.ts';
import { BOT_ID, BOT_USER, TEAM, type Member, type Message, type View, type Workspace } from './workspace.ts';

type Arguments = Readonly<Record<string, unknown>>;
type Answer = Record<string, unknown>;

/** Slack's "no": an error code, and what goes with it. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: string;
  readonly details: readonly string[];
  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

const TIERS: Readonly<Record<string, Tier>> = {
  'apps.connections.open': 'tier1',
  'conversations.open': 'tier3',
  'chat.postEphemeral': 'tier4',
  'chat.postMessage': 'posting',
  'chat.update': 'tier3',
  'users.info': 'tier4',
  'views.open': 'tier4',
  'views.update': 'tier4',
};

/** What each method needs; docs.slack.dev/reference/scopes. */
const NEEDED: Readonly<Record<string, string>> = {
  'conversations.open': 'im:write',
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'users.info': 'users:read',
};

/** What the app's manifest asks for. */
export const SCOPES = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'im:history',
  'im:write',
  'users:read',
  'files:read',
] as const;

const TEXT_MAX = 40_000;

export interface WebApiParts {
  readonly workspace: Workspace;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly rateLimits: RateLimits | null;
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly scopes: readonly string[];
  /** A fresh address for Socket Mode. */
  readonly socketUrl: () => string;
}

/** The methods of the Web API that our adapter uses, refusing what Slack refuses, in Slack's codes. */
export class WebApi {
  readonly #parts: WebApiParts;
  constructor(parts: WebApiParts) {
    this.#parts = parts;
  }

  /** Seconds to wait, or null when the call may be made. */
  limited(method: string, given: Arguments): number | null {
    const tier = TIERS[method];
    if (this.#parts.rateLimits === null || tier === undefined) return null;
    const key = tier === 'posting' ? `${method} ${String(given['channel'])}` : method;
    return this.#parts.rateLimits.take(key, tier);
  }

  /** Throws `ApiRefusal`. */
  call(method: string, token: string | null, given: Arguments): Answer {
    this.#authorise(method, token);
    switch (method) {
      case 'auth.test':
        return {
          url: 'https://playground.slack.com/',
          team: 'Playground',
          team_id: TEAM.id,
          user: 'octopus',
          user_id: BOT_USER,
          bot_id: BOT_ID,
          is_enterprise_install: false,
        };
      case 'apps.connections.open':
        return { url: this.#parts.socketUrl() };
      case 'users.info':
        return { user: profile(this.#member(text(given, 'user'), 'user_not_found')) };
      case 'conversations.open':
        return { channel: { id: this.#member(text(given, 'users'), 'user_not_found').direct } };
      case 'chat.postMessage':
        return this.#post(given);
      case 'chat.postEphemeral':
        return this.#postEphemeral(given);
      case 'chat.update':
        return this.#update(given);
      case 'views.open':
        return this.#openView(given);
      case 'views.update':
        return this.#updateView(given);
      default:
        throw new ApiRefusal('unknown_method');
    }
  }

  /** A POST to a response URL: what `respond` of Slack's own libraries sends. Throws `ApiRefusal`. */
  respond(id: string, given: Arguments): void {
    const { workspace, responseUrls } = this.#parts;
    const target = responseUrls.use(id);
    if ('refused' in target) throw new ApiRefusal(target.refused);
    const content = messageContent(given);
    const original =
      target.original === null ? undefined : workspace.message(target.channel, target.original);
    if (given['replace_original'] === true && original !== undefined) {
      workspace.rewrite(original, content.text, content.blocks);
      return;
    }
    const answer = workspace.add({
      channel: target.channel,
      author: BOT_USER,
      ...content,
      thread: optionalText(given, 'thread_ts') ?? target.thread,
      onlyFor: given['response_type'] === 'in_channel' ? undefined : target.user,
    });
    responseUrls.answeredBy(id, answer.ts);
  }

  #authorise(method: string, token: string | null): void {
    const { bot, app } = this.#parts.tokens;
    if (token === null) throw new ApiRefusal('not_authed');
    if (token !== bot && token !== app) throw new ApiRefusal('invalid_auth');
    const wanted = method === 'apps.connections.open' ? app : bot;
    if (token !== wanted) throw new ApiRefusal('not_allowed_token_type');
    const scope = NEEDED[method];
    if (scope !== undefined && !this.#parts.scopes.includes(scope))
      throw new ApiRefusal('missing_scope', [scope]);
  }

  #post(given: Arguments): Answer {
    const channel = this.#channel(text(given, 'channel'));
    const thread = optionalText(given, 'thread_ts');
    if (thread !== undefined && this.#parts.workspace.message(channel, thread) === undefined)
      throw new ApiRefusal('thread_not_found');
    const message = this.#parts.workspace.add({
      channel,
      author: BOT_USER,
      thread,
      ...messageContent(given),
    });
    return { channel, ts: message.ts, message: shown(message) };
  }

  #postEphemeral(given: Arguments): Answer {
    const channel = this.#channel(text(given, 'channel'));
    const member = this.#member(text(given, 'user'), 'user_not_in_channel');
    if (channel.startsWith('D') && channel !== member.direct) throw new ApiRefusal('user_not_in_channel');
    const message = this.#parts.workspace.add({
      channel,
      author: BOT_USER,
      thread: optionalText(given, 'thread_ts'),
      onlyFor: member.id,
      ...messageContent(given),
    });
    return { message_ts: message.ts };
  }

  #update(given: Arguments): Answer {
    const { workspace } = this.#parts;
    const message = workspace.message(this.#channel(text(given, 'channel')), text(given, 'ts'));
    if (message === undefined || message.onlyFor !== null) throw new ApiRefusal('message_not_found');
    if (message.author !== BOT_USER) throw new ApiRefusal('cant_update_message');
    const content = messageContent(given);
    workspace.rewrite(message, content.text, content.blocks);
    return { channel: message.channel, ts: message.ts, text: message.text, message: shown(message) };
  }

  #openView(given: Arguments): Answer {
    const content = viewContent(given);
    const trigger = this.#parts.triggers.exchange(text(given, 'trigger_id'));
    if ('refused' in trigger) throw new ApiRefusal(trigger.refused);
    return { view: viewPayload(this.#parts.workspace.openView(trigger.user, content)) };
  }

  #updateView(given: Arguments): Answer {
    const { workspace } = this.#parts;
    const view = workspace.view(text(given, 'view_id'));
    if (view === undefined) throw new ApiRefusal('not_found');
    const hash = optionalText(given, 'hash');
    if (hash !== undefined && hash !== view.hash) throw new ApiRefusal('hash_conflict');
    workspace.rewriteView(view, viewContent(given));
    return { view: viewPayload(view) };
  }

  /** A channel that the bot may speak in; a person's id stands for their direct messages. */
  #channel(id: string): string {
    const { workspace } = this.#parts;
    const member = workspace.members.find((one) => one.id === id || one.direct === id);
    if (member !== undefined) return member.direct;
    const channel = workspace.channels.find((one) => one.id === id);
    if (channel === undefined) throw new ApiRefusal('channel_not_found');
    if (!channel.hasBot) throw new ApiRefusal('not_in_channel');
    return channel.id;
  }

  #member(id: string, code: string): Member {
    const member = this.#parts.workspace.members.find((one) => one.id === id);
    if (member === undefined) throw new ApiRefusal(code);
    return member;
  }
}

/** A view as Slack sends it back, in answers and with submissions. Throws `ApiRefusal` when a modal would not be taken. */
export function viewPayload(view: View): Record<string, unknown> {
  return {
    ...view.content,
    id: view.id,
    team_id: TEAM.id,
    app_id: 'AOCTOPUS',
    bot_id: BOT_ID,
    hash: view.hash,
    state: { values: {} },
    root_view_id: view.id,
    previous_view_id: null,
  };
}

/** Checked content of a modal. Throws `ApiRefusal`. */
export function viewContent(given: Arguments): Record<string, unknown> {
  const view = given['view'];
  const problems = viewProblems(view);
  if (problems.length > 0) throw new ApiRefusal('invalid_arguments', problems);
  return view as Record<string, unknown>;
}

/** Checked content of a message. Throws `ApiRefusal`. */
export function messageContent(given: Arguments): {
  text: string;
  blocks: readonly Record<string, unknown>[] | undefined;
} {
  const words = optionalText(given, 'text') ?? '';
  const blocks = given['blocks'];
  if (words.length > TEXT_MAX) throw new ApiRefusal('msg_too_long');
  if (blocks === undefined) {
    if (words === '') throw new ApiRefusal('no_text');
    return { text: words, blocks: undefined };
  }
  const problems = blockProblems(blocks, 'message');
  if (problems.length > 0) throw new ApiRefusal('invalid_blocks', problems);
  if (isTooMuchText(blocks)) throw new ApiRefusal('msg_blocks_too_long');
  return { text: words, blocks: blocks as readonly Record<string, unknown>[] };
}

/** A message as Slack describes it in answers and in presses. */
export function shown(message: Message): Record<string, unknown> {
  return {
    type: 'message',
    user: message.author,
    ts: message.ts,
    text: message.text,
    team: TEAM.id,
    ...(message.author === BOT_USER ? { bot_id: BOT_ID, app_id: 'AOCTOPUS' } : {}),
    ...(message.blocks === null ? {} : { blocks: message.blocks }),
    ...(message.thread === undefined ? {} : { thread_ts: message.thread }),
  };
}

function profile(member: Member): Record<string, unknown> {
  const { name, zone } = member.person;
  return {
    id: member.id,
    team_id: TEAM.id,
    name: member.person.id,
    real_name: name,
    tz: zone,
    is_bot: false,
    deleted: false,
    profile: { display_name: name, real_name: name },
  };
}

function text(given: Arguments, name: string): string {
  const value = optionalText(given, name);
  if (value === undefined)
    throw new ApiRefusal('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
}

function optionalText(given: Arguments, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
