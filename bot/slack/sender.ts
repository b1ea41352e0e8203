import type { Conversation, MessageRef } from '../../policies/model.ts';
import type { DrawnCard, Form, Press } from '../surface.ts';
import { readToken } from '../token.ts';
import { conversation, messageRef, slackAddress, type SlackAddress } from './address.ts';
import { slackMessage } from './blocks.ts';
import { Bounded } from './bounded.ts';
import type { Log } from './connection.ts';
import type { Delivery } from './deliveries.ts';
import { Edits } from './edits.ts';
import { modal } from './modal.ts';
import { respond, ResponseUrlError } from './responses.ts';
import { rateLimited, refusal, type SlackWeb } from './web.ts';

/** Refusals that mean: the bot cannot speak in this channel, but the person can be reached elsewhere. */
const NOT_HERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'user_not_in_channel',
  'thread_not_found',
]);
/** The message name of a card that could only be shown by a response URL. */
const BY_RESPONSE_URL = 'response-url';

/** Brings cards and forms to where they belong, by whichever way Slack leaves open. */
export class Sender {
  readonly #web: SlackWeb;
  readonly #apiUrl: string | undefined;
  readonly #log: Log;
  readonly #edits: Edits<{ readonly ref: MessageRef; readonly card: DrawnCard }>;
  /** Response URLs by which a person has been told where their answer is. */
  readonly #pointedOut = new Bounded();

  constructor(web: SlackWeb, apiUrl: string | undefined, log: Log) {
    this.#web = web;
    this.#apiUrl = apiUrl;
    this.#log = log;
    this.#edits = new Edits({ send: (_, { ref, card }) => this.#edit(ref, card), wait: rateLimited });
  }

  /** Where the bot cannot speak, the card goes to the person directly, and a line by the response URL says so. */
  async post(to: Conversation, card: DrawnCard): Promise<MessageRef> {
    const address = slackAddress(to);
    if (address.channel === undefined) return this.#postDirectly(address, card);
    try {
      const ts = await this.#web.post(address.channel, slackMessage(card), address.thread);
      return messageRef(address.channel, ts);
    } catch (error) {
      if (address.user === undefined || !NOT_HERE.has(refusal(error) ?? '')) throw error;
      return this.#postElsewhere(address, card);
    }
  }

  /** Edits are paced: resolves when this card, or a newer one for the same message, is shown. */
  async update(message: MessageRef, card: DrawnCard): Promise<void> {
    await this.#edits.update(`${message.address}\n${message.message}`, { ref: message, card });
  }

  /** Sends the edits that still wait. */
  async stop(): Promise<void> {
    await this.#edits.stop();
  }

  /** A sentence brings no trigger, and a trigger may be too old: then a button brings a fresh one. */
  async openForm(form: Form, delivery: Delivery): Promise<void> {
    if (delivery.trigger !== null) {
      try {
        await this.#web.open(delivery.trigger, modal(form, delivery.from));
        return;
      } catch (error) {
        this.#log(`slack: the form was not opened, a button is shown instead: ${inWords(error)}`);
      }
    }
    const again = pressOf(delivery);
    const fields = form.fields.filter((field) => !field.optional).map((field) => field.label);
    const text = fields.length === 0 ? 'Some details are needed.' : `Needed: ${fields.join(', ')}.`;
    await this.whisper(delivery.from, {
      title: form.title,
      tone: 'plain',
      summary: `${form.title}: ${text}`,
      nonce: delivery.id.slice(0, 200),
      blocks: [
        { kind: 'text', text },
        ...(again === null
          ? []
          : [
              {
                kind: 'buttons' as const,
                buttons: [{ label: 'Fill in', style: 'primary' as const, sends: again }],
              },
            ]),
      ],
    });
  }

  /** For one person's eyes: ephemeral in channels, an ordinary message where they are alone with us. */
  async whisper(address: SlackAddress, card: DrawnCard): Promise<void> {
    const { channel, user, thread, responseUrl } = address;
    if (channel === undefined || user === undefined || channel.startsWith('D')) {
      await this.post(conversation(address), card);
      return;
    }
    const message = slackMessage(card);
    if (responseUrl !== undefined) {
      try {
        await respond(responseUrl, message, this.#apiUrl, { thread });
        return;
      } catch (error) {
        if (!(error instanceof ResponseUrlError)) throw error;
        this.#log(`slack: by another way, since a response URL failed: ${error.message}`);
      }
    }
    try {
      await this.#web.postEphemeral(channel, user, message, thread);
    } catch (error) {
      if (!NOT_HERE.has(refusal(error) ?? '')) throw error;
      await this.#postDirectly(address, card);
    }
  }

  async #postDirectly(address: SlackAddress, card: DrawnCard): Promise<MessageRef> {
    if (address.user === undefined) throw new TypeError('a Slack address names a channel or a person');
    const channel = await this.#web.directChannel(address.user);
    return messageRef(channel, await this.#web.post(channel, slackMessage(card), undefined));
  }

  async #postElsewhere(address: SlackAddress, card: DrawnCard): Promise<MessageRef> {
    const { responseUrl } = address;
    try {
      const ref = await this.#postDirectly(address, card);
      if (responseUrl !== undefined && !this.#pointedOut.has(responseUrl))
        await this.#pointOut(responseUrl, card);
      return ref;
    } catch (error) {
      if (responseUrl === undefined || refusal(error) === null) throw error;
      await respond(responseUrl, slackMessage(card), this.#apiUrl);
      return { ...conversation({ responseUrl }), message: BY_RESPONSE_URL };
    }
  }

  /** Once for each thing that a person did: a response URL takes five answers. */
  async #pointOut(responseUrl: string, card: DrawnCard): Promise<void> {
    this.#pointedOut.add(responseUrl);
    const hint = noticeCard(
      '',
      'Octopus is not in this channel, so the answer is in your direct messages.',
      card.nonce,
    );
    await respond(responseUrl, slackMessage(hint), this.#apiUrl).catch((error: unknown) => {
      this.#log(`slack: a hint was not shown: ${inWords(error)}`);
    });
  }

  async #edit(ref: MessageRef, card: DrawnCard): Promise<void> {
    const { channel, responseUrl } = slackAddress(ref);
    if (ref.message === BY_RESPONSE_URL && responseUrl !== undefined) {
      await respond(responseUrl, slackMessage(card), this.#apiUrl, { replaces: true });
    } else {
      if (channel === undefined) throw new TypeError('a Slack message is in a channel');
      await this.#web.update(channel, ref.message, slackMessage(card));
    }
  }
}

/** What pressing a button has to mean so that we are asked the same again; null when that cannot be said by a button. */
function pressOf({ said }: Delivery): Press | null {
  if (said.kind === 'text') return said.text === '' ? null : { text: said.text };
  return said.kind === 'press' ? (readToken(said.token)?.press ?? null) : null;
}

/** A card of the surface's own, for what only Slack makes necessary to say. */
export function noticeCard(title: string, text: string, nonce: string): DrawnCard {
  return { title, tone: 'plain', summary: text, blocks: [{ kind: 'text', text }], nonce };
}

/** An error in a few words. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
