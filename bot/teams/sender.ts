import { setMaxListeners } from 'node:events';
import type { Conversation, MessageRef } from '../../policies/model.ts';
import {
  addressOf,
  conversationOf,
  limitKey,
  type Address,
  type OpenAddress,
  type Party,
} from './address.ts';
import type { AdaptiveCard } from './cards.ts';
import type { Connector } from './connector.ts';
import { EditLanes, SendBudget } from './pace.ts';
import { statusOf, withRetries } from './retry.ts';

/** A card ready to go, and the line that notifications show for it. */
export interface Drawing {
  readonly content: AdaptiveCard;
  readonly summary: string;
}

/** More edits than one in two seconds are not worth what they cost of a conversation's limits. */
const EDIT_GAP_MS = 2_000;

interface Edit {
  readonly address: OpenAddress;
  readonly message: string;
  readonly drawing: Drawing;
}

/** Everything that goes out: within Teams' limits, tried again when the platform is busy, edits thinned out. */
export class Sender {
  readonly #connector: Connector;
  readonly #budget = new SendBudget();
  readonly #closing = new AbortController();
  /** Direct conversations that were opened here, by person. */
  readonly #direct = new Map<string, Promise<string>>();
  readonly #edits = new EditLanes<Edit>(EDIT_GAP_MS, (_, { address, message, drawing }) =>
    this.#send(limitKey(address.conversation.id), () =>
      this.#connector.replace(address, message, activityOf(drawing)),
    ),
  );

  constructor(connector: Connector) {
    this.#connector = connector;
    // As many may wait for their turn as there are messages.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Posts into a conversation, opening that of a person alone when it does not exist yet. */
  async post(to: Conversation, drawing: Drawing): Promise<MessageRef> {
    const address = await this.#opened(addressOf(to));
    const key = limitKey(address.conversation.id);
    const message = await this.#send(key, () => this.#connector.send(address, activityOf(drawing)));
    return { ...conversationOf(address), message };
  }

  /** Shows something to one person only: in the place where they spoke, or where Teams cannot do that, in their own chat. */
  async postPrivately(
    to: Conversation,
    direct: Conversation,
    person: Party,
    drawing: Drawing,
  ): Promise<void> {
    const address = addressOf(to);
    if (!isOpen(address) || address.conversation.type === 'personal') {
      await this.post(to, drawing);
      return;
    }
    const { signal } = this.#closing;
    const targeted = () => this.#connector.sendTargeted(address, person, activityOf(drawing), signal);
    try {
      await this.#send(limitKey(address.conversation.id), targeted);
    } catch (error) {
      const status = statusOf(error);
      if (status === null || status < 400 || status >= 500) throw error;
      await this.post(direct, drawing);
    }
  }

  /** Resolves when this drawing, or a later one of the same message, is to be seen. */
  async update(ref: MessageRef, drawing: Drawing): Promise<void> {
    const address = await this.#opened(addressOf(ref));
    const { id } = address.conversation;
    await this.#edits.put(limitKey(id), `${id} ${ref.message}`, { address, message: ref.message, drawing });
  }

  /** Sends the last state of every message that waits for its edit, then gives up on whatever else waits. */
  async stop(): Promise<void> {
    await this.#edits.flush();
    this.#closing.abort(new Error('Teams is being closed'));
  }

  #send<T>(key: string, send: () => Promise<T>): Promise<T> {
    const { signal } = this.#closing;
    return withRetries(async () => {
      await this.#budget.take(key, signal);
      return send();
    }, signal);
  }

  async #opened(address: Address): Promise<OpenAddress> {
    if (isOpen(address)) return address;
    const { user } = address;
    if (user === null) throw new TypeError('an address without a conversation names nobody to open one with');
    let opening = this.#direct.get(user.id);
    if (opening === undefined) {
      opening = this.#send(`new ${user.id}`, () => this.#connector.openDirect(address, user));
      this.#direct.set(user.id, opening);
      // A failure is not remembered: the next message tries anew.
      opening.catch(() => this.#direct.delete(user.id));
    }
    return { ...address, conversation: { id: await opening, type: 'personal' } };
  }
}

function isOpen(address: Address): address is OpenAddress {
  return address.conversation !== null;
}

function activityOf({ content, summary }: Drawing) {
  return {
    type: 'message',
    summary: summary.slice(0, 500),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}
