import { createHash } from 'node:crypto';
import type { Pane, PlaygroundUser } from '../loopback.ts';

export const LAB = '19:lab@thread.tacv2';
const BOT = { id: '28:octopus', name: 'Octopus' } as const;

/** A person as Teams knows them: an id towards this bot, and one in the organisation's directory. */
export interface Member {
  readonly person: PlaygroundUser;
  readonly id: string;
  readonly aadObjectId: string;
  /** The conversation of this person alone with the bot. */
  readonly direct: string;
}

export interface Message {
  readonly id: string;
  /** The channel, or somebody's direct conversation; without a thread. */
  readonly conversation: string;
  readonly from: string;
  /** Seconds. */
  readonly at: number;
  /** The one person who sees it. */
  readonly onlyFor: string | null;
  text: string;
  card: unknown;
  /** Cards that the bot gave in answer to a press: each is seen by the presser, until the message is edited. */
  readonly views: Map<string, unknown>;
  /** Every card that this message has been, since a client may still show an older one. */
  readonly cards: unknown[];
  edited: boolean;
}

/** The account that a playground's user has with Octopus, for `people:` in the configuration. */
export function teamsAccount(user: string): string {
  return `teams:${directoryId(user)}`;
}

/** What Teams keeps: people, a channel, everybody's direct conversation with the bot, and messages. */
export class Chat {
  readonly bot = BOT;
  readonly members: readonly Member[];
  readonly messages: Message[] = [];
  readonly #now: () => number;
  #count = 0;

  constructor(users: readonly PlaygroundUser[], now: () => number) {
    this.#now = now;
    this.members = users.map((person) => ({
      person,
      id: `29:1${person.id}`,
      aadObjectId: directoryId(person.id),
      direct: `a:1${person.id}`,
    }));
  }

  member(user: string): Member | undefined {
    return this.members.find(({ person }) => person.id === user);
  }

  /** By the id that the bot knows: towards it, or of the directory. */
  memberById(id: string): Member | undefined {
    return this.members.find((member) => member.id === id || member.aadObjectId === id);
  }

  /** Who is in a conversation; null when there is no such conversation. A thread of the channel is the channel. */
  membersOf(conversation: string): readonly Member[] | null {
    const base = baseOf(conversation);
    if (base !== LAB) {
      const member = this.members.find(({ direct }) => direct === base);
      return member === undefined ? null : [member];
    }
    const root = /;messageid=(.+)$/.exec(conversation)?.[1];
    return root === undefined || this.messages.some(({ id }) => id === root) ? this.members : null;
  }

  add(message: Pick<Message, 'conversation' | 'from' | 'onlyFor' | 'text' | 'card'>): Message {
    this.#count += 1;
    const added: Message = {
      ...message,
      conversation: baseOf(message.conversation),
      id: String(1_600_000_000_000 + this.#count),
      at: this.#now(),
      views: new Map(),
      cards: message.card === null ? [] : [message.card],
      edited: false,
    };
    this.messages.push(added);
    return added;
  }

  find(conversation: string, id: string): Message | undefined {
    return this.messages.find(
      (message) => message.id === id && message.conversation === baseOf(conversation),
    );
  }

  edit(message: Message, text: string, card: unknown): void {
    message.text = text;
    message.card = card;
    message.edited = true;
    message.views.clear();
    if (card !== null) message.cards.push(card);
  }

  /** The answer to a press, in the place of the card, for the one who pressed. */
  show(message: Message, user: string, card: unknown): void {
    message.views.set(user, card);
    message.cards.push(card);
  }

  remove(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
  }

  isSeenBy(message: Message, { person, direct }: Member): boolean {
    if (message.conversation !== LAB && message.conversation !== direct) return false;
    return message.onlyFor === null || message.onlyFor === person.id;
  }

  pane(member: Member): Pane {
    const seen = this.messages.filter((message) => this.isSeenBy(message, member));
    return {
      messages: seen.map((message) => ({
        id: message.id,
        place: message.conversation === LAB ? '#lab' : 'direct',
        from: message.from,
        at: message.at,
        edited: message.edited,
        onlyForYou: message.onlyFor !== null,
        text: message.text,
        payload: message.views.get(member.person.id) ?? message.card,
      })),
      form: null,
    };
  }
}

/** A conversation's id without its thread. */
export function baseOf(conversation: string): string {
  return conversation.split(';', 1)[0] ?? conversation;
}

/** An id in the shape of the directory's, the same for the same person in every run. */
function directoryId(user: string): string {
  const hex = createHash('sha256').update(`octopus playground ${user}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
