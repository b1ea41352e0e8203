import type { Ask } from '../policies/command.ts';
import type { Conversation, MessageRef } from '../policies/model.ts';

/** A place where people talk to Octopus: Slack, Teams, the terminal. It carries and translates; it decides nothing. */
export interface ChatSurface {
  readonly name: 'slack' | 'teams' | 'terminal';
  /** Starts to receive. `receive` returns at once what is to be shown at once, if anything: see `Reply`. */
  start(receive: (incoming: Incoming) => Promise<Reply>): Promise<void>;
  /** Posts a card and says which message it became. Rejects when the platform refuses it or cannot be reached. */
  post(to: Conversation, card: DrawnCard): Promise<MessageRef>;
  /** Replaces a message that was posted. */
  update(message: MessageRef, card: DrawnCard): Promise<void>;
  /** Everything that was received so far has been answered, and the answers have left. */
  readonly isIdle: boolean;
  stop(): Promise<void>;
}

/** What a surface received from an authenticated person. */
export interface Incoming {
  /** The same delivery, repeated by the platform, has the same id. */
  readonly delivery: string;
  readonly actor: Actor;
  /** Where it was said, and so where the answer belongs. */
  readonly from: Conversation;
  readonly said: Said;
}

export interface Actor {
  /** `slack:U123`, `teams:29:1ab…`, `terminal:ann`: mapped to a person by `people:` in `octopus.yaml`. */
  readonly account: string;
  /** As the platform shows it. */
  readonly name: string;
  /** An IANA time zone, when the platform tells it. */
  readonly zone: string | null;
  /** Where this person alone is reached. */
  readonly direct: Conversation | null;
}

export type Said =
  /** A sentence, without the bot's mention and without the slash command's name; `files` are attachments, already read. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly files: readonly { name: string; text: string }[];
    }
  /** A button of one of our cards. `token` is what the button carried. */
  | { readonly kind: 'press'; readonly token: string; readonly message: MessageRef | null }
  /** A form of ours was filled in. Values by field id. */
  | { readonly kind: 'form'; readonly token: string; readonly values: Readonly<Record<string, string>> };

/**
 * What is to be shown in direct answer. `nothing`: whatever is to be said comes by `post`. `problems` belongs to a form:
 * a sentence for each field that cannot be.
 */
export type Reply =
  | { readonly kind: 'nothing' }
  /** To the asker alone where the platform can, else in the conversation. */
  | { readonly kind: 'card'; readonly card: DrawnCard; readonly toAll: boolean }
  /** Asks for what is missing: a modal in Slack, a card with inputs in Teams, questions in the terminal. */
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'problems'; readonly fields: Readonly<Record<string, string>> };

/** What we show, the same on every surface; each surface draws it in its own dialect. */
export interface Card {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** The one line for notifications and for surfaces without cards. */
  readonly summary: string;
  readonly tone: 'plain' | 'good' | 'warning' | 'bad';
}

/**
 * A card as it goes out. `nonce` names this drawing of it: a surface gives each button the token
 * `pressToken(button.sends, card.nonce)` of `bot/token.ts`, so pressing one drawing twice is one command.
 */
export interface DrawnCard extends Card {
  readonly nonce: string;
}

/** Text in cards is plain: surfaces escape it. `\n` breaks lines. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: string }
  /** To be copied, or with carets under it: a fixed-width face. */
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: Span])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Span[])[];
    }
  /** The steps of a job with their states. */
  | {
      readonly kind: 'steps';
      readonly steps: readonly { label: string; state: 'done' | 'now' | 'next' | 'failed' }[];
    }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] };

/** Text, or an instant (seconds) that each surface shows in its reader's time zone. */
export type Span = string | { readonly instant: number };

export interface Button {
  readonly label: string;
  readonly style: 'plain' | 'primary' | 'danger';
  readonly sends: Press;
  /** Asks before it acts, saying what will be lost. */
  readonly confirm?: string;
}

/** What a press means: an ask, or a sentence as if it had been typed (`help`, a corrected command). */
export type Press = { readonly ask: Ask } | { readonly text: string };

/** A form: `token` comes back with the values. */
export interface Form {
  readonly title: string;
  readonly token: string;
  readonly fields: readonly Field[];
  readonly submit: string;
}

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly optional: boolean;
  /** Absent: free text. */
  readonly choices?: readonly { value: string; label: string }[];
}
