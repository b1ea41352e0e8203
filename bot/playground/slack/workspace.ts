import { randomUUID } from 'node:crypto';
import type { Pane, PlaygroundUser } from '../loopback.ts';
import type { Now } from './limits.ts';

export const BOT_USER = 'UOCTOPUS';
export const BOT_ID = 'BOCTOPUS';
export const APP_ID = 'AOCTOPUS';
export const TEAM = { id: 'TPLAY', domain: 'playground' } as const;

/** What a day at the playground fills; older messages are gone, as under a retention policy. */
const MESSAGES_MAX = 5000;

export interface Member {
  readonly id: string;
  readonly person: PlaygroundUser;
  /** The channel of direct messages with the bot. */
  readonly direct: string;
}

/** A channel: what people call it, and whether the bot has joined. */
export interface Channel {
  readonly id: string;
  readonly place: string;
  readonly hasBot: boolean;
}

export type Block = Record<string, unknown> & { readonly type: string; readonly block_id: string };

export interface Message {
  readonly ts: string;
  readonly channel: string;
  /** A member's id, `BOT_USER`, or `slackbot` for the client's own remarks. */
  readonly author: string;
  readonly thread: string | undefined;
  /** The one member who sees it. */
  readonly onlyFor: string | null;
  /** Seconds, by the playground's clock. */
  readonly at: number;
  text: string;
  blocks: readonly Block[] | null;
  isEdited: boolean;
}

export interface View {
  readonly id: string;
  readonly user: string;
  hash: string;
  content: Record<string, unknown> & { readonly blocks: readonly Block[] };
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What Slack keeps: people, channels, messages, open modals, files. */
export class Workspace {
  readonly members: readonly Member[];
  readonly channels: readonly Channel[];
  readonly messages: Message[] = [];
  readonly files = new Map<string, StoredFile>();
  readonly #clocks: { readonly shown: () => number; readonly real: Now };
  readonly #views = new Map<string, View>();
  #count = 0;

  constructor(
    users: readonly PlaygroundUser[],
    channels: readonly { place: string; hasBot: boolean }[],
    clocks: { readonly shown: () => number; readonly real: Now },
  ) {
    this.#clocks = clocks;
    this.members = users.map((person) => {
      const word = person.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
      return { id: `U${word}`, person, direct: `D${word}` };
    });
    this.channels = channels.map(({ place, hasBot }) => ({
      id: `C${place.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`,
      place,
      hasBot,
    }));
  }

  /** By the person's id, `ann`, or Slack's, `UANN`. */
  member(id: string): Member | undefined {
    return this.members.find((member) => member.person.id === id || member.id === id);
  }

  message(channel: string, ts: string): Message | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  add(message: {
    channel: string;
    author: string;
    text: string;
    blocks?: readonly Record<string, unknown>[] | undefined;
    thread?: string | undefined;
    onlyFor?: string | undefined;
  }): Message {
    this.#count += 1;
    const added: Message = {
      ts: `${Math.floor(this.#clocks.real() / 1000)}.${String(this.#count).padStart(6, '0')}`,
      channel: message.channel,
      author: message.author,
      thread: message.thread,
      onlyFor: message.onlyFor ?? null,
      at: this.#clocks.shown(),
      text: message.text,
      blocks: message.blocks === undefined ? null : named(message.blocks),
      isEdited: false,
    };
    this.messages.push(added);
    if (this.messages.length > MESSAGES_MAX) this.messages.shift();
    return added;
  }

  rewrite(message: Message, text: string, blocks: readonly Record<string, unknown>[] | undefined): void {
    message.text = text;
    message.blocks = blocks === undefined ? null : named(blocks);
    message.isEdited = true;
  }

  keepFile(name: string, bytes: Uint8Array): StoredFile {
    const file = { id: `F${this.files.size + 1}`, name, bytes };
    this.files.set(file.id, file);
    return file;
  }

  openView(user: string, content: Record<string, unknown>): View {
    const view: View = {
      id: `V${randomUUID().slice(0, 8).toUpperCase()}`,
      user,
      hash: this.#hash(),
      content: withBlocks(content),
    };
    this.#views.set(user, view);
    return view;
  }

  rewriteView(view: View, content: Record<string, unknown>): void {
    view.content = withBlocks(content);
    view.hash = this.#hash();
  }

  viewOf(user: string): View | undefined {
    return this.#views.get(user);
  }

  view(id: string): View | undefined {
    return [...this.#views.values()].find((view) => view.id === id);
  }

  closeView(user: string): void {
    this.#views.delete(user);
  }

  /** What one member sees, oldest first. */
  pane(member: Member): Pane {
    const view = this.viewOf(member.id);
    const places = new Map([
      ...this.channels.map(({ id, place }) => [id, place] as const),
      [member.direct, 'direct'] as const,
    ]);
    return {
      messages: this.messages.flatMap((message) => {
        const place = places.get(message.channel);
        if (place === undefined || (message.onlyFor !== null && message.onlyFor !== member.id)) return [];
        return [
          {
            id: message.ts,
            place,
            from: this.#called(message.author),
            at: message.at,
            edited: message.isEdited,
            onlyForYou: message.onlyFor !== null,
            text: message.author === BOT_USER ? message.text : asTyped(message.text),
            payload: message.blocks,
          },
        ];
      }),
      form: view === undefined ? null : { id: view.id, ...view.content },
    };
  }

  #called(author: string): string {
    return author === BOT_USER ? 'octopus' : (this.member(author)?.person.id ?? author);
  }

  #hash(): string {
    return `${Math.floor(this.#clocks.real() / 1000)}.${randomUUID().slice(0, 8)}`;
  }
}

/** What a person typed, of the text that Slack made of it; the bot's own texts stay mrkdwn. */
function asTyped(text: string): string {
  return text
    .replaceAll(`<@${BOT_USER}>`, '@Octopus')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Slack names each block that has no name yet. */
function named(blocks: readonly Record<string, unknown>[]): Block[] {
  return blocks.map((block) => {
    const { block_id: id, type } = block;
    return { ...block, type: String(type), block_id: typeof id === 'string' ? id : randomUUID().slice(0, 5) };
  });
}

function withBlocks(content: Record<string, unknown>): View['content'] {
  return { ...content, blocks: named(content['blocks'] as readonly Record<string, unknown>[]) };
}
