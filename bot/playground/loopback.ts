/**
 * The vendor's side, built small: a server on 127.0.0.1 that speaks a chat platform's own protocol to our real adapter
 * and refuses what the vendor refuses. The playground page shows its panes, the tests drive it; one implementation, two uses.
 */
export interface Loopback {
  readonly platform: 'slack' | 'teams';
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What this user sees now, oldest first: channel and direct messages, ephemeral ones only for the one they are meant for. */
  pane(user: string): Pane;
  /** Does what a person does in the client. Resolves when the platform has what it waits for (the acknowledgement). */
  act(user: string, action: PaneAction): Promise<ActResult>;
  /** Called after anything visible changed, and after each exchange. Gives the way to stop listening. */
  onChange(listener: () => void): () => void;
  /** What went over the wire, oldest first; the last 500. An exchange is the same object in every call. */
  traffic(): readonly Exchange[];
}

/** A user of the playground, the same person on both platforms. */
export interface PlaygroundUser {
  /** `ann`: the person of `octopus.yaml`. */
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  /** What the page says beside the name; who may do what is settled by the configuration. */
  readonly role?: 'researcher' | 'admin';
}

export interface Pane {
  readonly messages: readonly PaneMessage[];
  /** The dialog that is open for this user: a Slack view payload, or null. */
  readonly form: unknown;
}

export interface PaneMessage {
  readonly id: string;
  /** `#lab` or `direct`. */
  readonly place: string;
  /** A user's id, or `octopus`. */
  readonly from: string;
  /** Seconds, by the playground's clock. */
  readonly at: number;
  readonly edited: boolean;
  readonly onlyForYou: boolean;
  readonly text: string;
  /** The vendor's own payload: Slack's `blocks`, or the content of Teams' Adaptive Card. Null for plain text. */
  readonly payload: unknown;
}

export type PaneAction =
  /** A message. In Slack one that starts with `/vm` is the slash command. Files go with it. */
  | {
      readonly kind: 'say';
      readonly place: string;
      readonly text: string;
      readonly files?: readonly { readonly name: string; readonly text: string }[];
    }
  /** A button: Slack's `action_id` and `value`, or the verb and data of Teams' Action.Execute with the card's inputs. */
  | {
      readonly kind: 'press';
      readonly message: string;
      readonly action: string;
      readonly value: unknown;
      readonly inputs?: Readonly<Record<string, string>>;
    }
  /** The open form is sent, or closed without sending. */
  | { readonly kind: 'submit'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'cancel' };

/** `problems` names fields of a form; `error` is what the client shows when the bot did not answer as it must. */
export interface ActResult {
  readonly ok: boolean;
  readonly error?: string;
  readonly problems?: Readonly<Record<string, string>>;
}

/** One message over the wire. `refused` is the vendor's error code, when the loopback refused it. */
export interface Exchange {
  /** Seconds, by the playground's clock. */
  readonly at: number;
  readonly direction: 'to-octopus' | 'from-octopus';
  readonly what: string;
  readonly body: unknown;
  readonly refused: string | null;
}
