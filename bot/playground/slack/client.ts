import { unreachable } from '../../../policies/model.ts';
import type { ActResult, PaneAction } from '../loopback.ts';
import { NotAcknowledged, type Envelope } from './delivery.ts';
import type { Now, ResponseUrls, Triggers } from './limits.ts';
import {
  buttonPress,
  filePayload,
  messageEvent,
  slashCommand,
  viewSubmission,
  type Place,
} from './payloads.ts';
import { ApiRefusal, messageContent, viewContent } from './web-api.ts';
import { BOT_USER, type Member, type View, type Workspace } from './workspace.ts';

export interface ClientParts {
  readonly workspace: Workspace;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  /** What the acknowledgement carried. Rejects with `NotAcknowledged`. */
  readonly deliver: (envelope: Envelope) => Promise<Record<string, unknown>>;
  /** Where the server is. */
  readonly origin: () => string;
  readonly changed: () => void;
  readonly realNow: Now;
}

/** What people do in Slack's own client, and what it shows when the bot does not answer as it must. */
export class SlackClient {
  readonly #parts: ClientParts;
  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  async act(member: Member, action: PaneAction): Promise<ActResult> {
    try {
      switch (action.kind) {
        case 'say':
          return await this.#say(member, action);
        case 'press':
          return await this.#press(member, action);
        case 'submit':
          return await this.#submit(member, action.values);
        case 'cancel':
          this.#parts.workspace.closeView(member.id);
          return { ok: true };
        default:
          return unreachable(action);
      }
    } catch (error) {
      if (!(error instanceof NotAcknowledged || error instanceof ApiRefusal)) throw error;
      return { ok: false, error: error.message };
    } finally {
      this.#parts.changed();
    }
  }

  async #say(member: Member, { place, text, files = [] }: PaneAction & { kind: 'say' }): Promise<ActResult> {
    const [root = '', thread] = place.split('/', 2);
    const where = this.#place(member, root);
    if (where === undefined) return { ok: false, error: 'channel_not_found' };
    if (/^\/\w/.test(text)) {
      // Slack's own client refuses these two: commands take no files, and do not work in threads.
      if (files.length > 0 || thread !== undefined) return { ok: false, error: 'not_supported' };
      return this.#command(member, where, text);
    }
    const message = this.#parts.workspace.add({
      channel: where.id,
      author: member.id,
      text: asSent(text),
      thread,
    });
    const kept = files.map((file) =>
      this.#parts.workspace.keepFile(file.name, Buffer.from(file.text, 'utf8')),
    );
    this.#parts.changed();
    const isDirect = where.id === member.direct;
    const isForBot = isDirect || (this.#hasBot(where) && message.text.includes(`<@${BOT_USER}>`));
    if (isForBot) {
      const attached = kept.map((file) =>
        filePayload(file, member, `${this.#parts.origin()}/files/${file.id}`),
      );
      await this.#parts.deliver({
        kind: 'events_api',
        payload: messageEvent(message, member, isDirect, attached),
      });
    }
    return { ok: true };
  }

  async #command(member: Member, where: Place, said: string): Promise<ActResult> {
    const [, name = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(said) ?? [];
    if (name !== '/vm') return { ok: false, error: 'unknown_command' };
    const payload = slashCommand(member, where, {
      text: asSent(text),
      trigger: this.#parts.triggers.issue(member.id),
      responseUrl: this.#responseUrl(where.id, member, undefined, null),
    });
    try {
      const answer = await this.#parts.deliver({ kind: 'slash_commands', payload });
      if (answer['text'] !== undefined || answer['blocks'] !== undefined)
        this.#parts.workspace.add({
          channel: where.id,
          author: BOT_USER,
          onlyFor: member.id,
          ...messageContent(answer),
        });
      return { ok: true };
    } catch (error) {
      if (error instanceof NotAcknowledged)
        this.#parts.workspace.add({
          channel: where.id,
          author: 'slackbot',
          onlyFor: member.id,
          text: `/vm failed with the error "${error.message}"`,
        });
      throw error;
    }
  }

  async #press(member: Member, action: PaneAction & { kind: 'press' }): Promise<ActResult> {
    const message = this.#parts.workspace.messages.find(
      ({ ts, channel, onlyFor }) =>
        ts === action.message && this.#sees(member, channel) && (onlyFor === null || onlyFor === member.id),
    );
    if (message === undefined) return { ok: false, error: 'message_not_found' };
    const found = elementOf(message.blocks ?? [], action.action);
    const where = this.#parts.workspace.channels.find(({ id }) => id === message.channel);
    if (found === undefined) return { ok: false, error: 'action_not_found' };
    await this.#parts.deliver({
      kind: 'interactive',
      payload: buttonPress(
        member,
        where === undefined
          ? { id: message.channel, name: 'directmessage' }
          : { id: where.id, name: where.place.slice(1) },
        message,
        found.element,
        {
          blockId: found.blockId,
          trigger: this.#parts.triggers.issue(member.id),
          responseUrl: this.#responseUrl(message.channel, member, message.thread, message.ts),
          at: this.#parts.realNow(),
        },
      ),
    });
    return { ok: true };
  }

  async #submit(member: Member, values: Readonly<Record<string, string>>): Promise<ActResult> {
    const view = this.#parts.workspace.viewOf(member.id);
    if (view === undefined) return { ok: false, error: 'view_not_found' };
    const missing = Object.fromEntries(
      inputs(view)
        .filter((block) => block['optional'] !== true && (values[block.block_id] ?? '') === '')
        .map((block) => [block.block_id, 'Please complete this required field.']),
    );
    if (Object.keys(missing).length > 0) return { ok: false, problems: missing };
    const answer = await this.#parts.deliver({
      kind: 'interactive',
      payload: viewSubmission(member, view, viewValues(view, values), this.#parts.triggers.issue(member.id)),
    });
    switch (answer['response_action']) {
      case 'errors': {
        const problems = answer['errors'] as Record<string, string>;
        const known = new Set(inputs(view).map((block) => block.block_id));
        const isTaken =
          Object.keys(problems).length > 0 && Object.keys(problems).every((id) => known.has(id));
        return isTaken ? { ok: false, problems } : { ok: false, error: 'invalid_response_action' };
      }
      case 'update':
        this.#parts.workspace.rewriteView(view, viewContent(answer));
        return { ok: true };
      default:
        this.#parts.workspace.closeView(member.id);
        return { ok: true };
    }
  }

  #place(member: Member, place: string): Place | undefined {
    if (place === 'direct') return { id: member.direct, name: 'directmessage' };
    const channel = this.#parts.workspace.channels.find((one) => one.place === place);
    return channel === undefined ? undefined : { id: channel.id, name: channel.place.slice(1) };
  }

  #sees(member: Member, channel: string): boolean {
    return channel === member.direct || this.#parts.workspace.channels.some(({ id }) => id === channel);
  }

  #hasBot(where: Place): boolean {
    return this.#parts.workspace.channels.some(({ id, hasBot }) => id === where.id && hasBot);
  }

  #responseUrl(channel: string, member: Member, thread: string | undefined, original: string | null): string {
    const id = this.#parts.responseUrls.issue({ channel, user: member.id, thread, original });
    return `${this.#parts.origin()}/response/${id}`;
  }
}

/** As Slack's client sends it: markup characters as entities, the bot's name as a mention. */
function asSent(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@octopus\b/gi, `<@${BOT_USER}>`);
}

function elementOf(
  blocks: readonly Record<string, unknown>[],
  action: string,
): { element: Record<string, unknown>; blockId: string } | undefined {
  for (const block of blocks) {
    const elements = Array.isArray(block['elements']) ? (block['elements'] as Record<string, unknown>[]) : [];
    const element = [...elements, block['accessory'] as Record<string, unknown> | undefined].find(
      (one) => one?.['action_id'] === action,
    );
    if (element !== undefined) return { element, blockId: String(block['block_id']) };
  }
  return undefined;
}

function inputs(view: View): View['content']['blocks'] {
  return view.content.blocks.filter(({ type }) => type === 'input');
}

/** `view.state.values` of a submission: by block, by action, in the form of the element. */
function viewValues(
  view: View,
  values: Readonly<Record<string, string>>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    inputs(view).map((block) => {
      const element = block['element'] as Record<string, unknown>;
      const value = values[block.block_id] ?? '';
      const options = Array.isArray(element['options'])
        ? (element['options'] as Record<string, unknown>[])
        : [];
      const state =
        element['type'] === 'static_select'
          ? {
              type: 'static_select',
              selected_option: options.find((option) => option['value'] === value) ?? null,
            }
          : { type: 'plain_text_input', value: value === '' ? null : value };
      return [block.block_id, { [String(element['action_id'])]: state }];
    }),
  );
}
