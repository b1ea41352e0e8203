import { App, LogLevel, type Logger } from '@slack/bolt';
import type { Conversation, MessageRef } from '../../policies/model.ts';
import { unreachable } from '../../policies/model.ts';
import type { Card, ChatSurface, DrawnCard, Form, Incoming, Press, Reply } from '../surface.ts';
import { readToken } from '../token.ts';
import { conversation, messageRef, slackAddress, type SlackAddress } from './address.ts';
import { slackMessage } from './blocks.ts';
import { HttpConnection, SocketConnection, type Connection, type Log } from './connection.ts';
import { ofCommand, ofMessage, ofPress, ofSubmission, type Delivery } from './deliveries.ts';
import { Edits } from './edits.ts';
import { readFiles } from './files.ts';
import { FORM_CALLBACK, modal, problemsByBlock } from './modal.ts';
import { People } from './people.ts';
import { respond, ResponseUrlError } from './responses.ts';
import { clientOptions, rateLimited, refusal, SlackWeb } from './web.ts';

/** Slack waits three seconds for what a form's sender is to see beside the fields. */
const FORM_ANSWER_MS = 2500;
const DELIVERIES_REMEMBERED = 2000;

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

export type SlackOptions = {
  /** `xoxb-…`. */
  readonly botToken: string;
  /** Where the Web API is, ending in `/api/`; Slack's own without it. */
  readonly apiUrl?: string;
  readonly log?: Log;
} & (
  | {
      /** `xapp-…` with `connections:write`: events come by Socket Mode, nothing has to be reachable from outside. */
      readonly appToken: string;
    }
  | {
      /** Events come as signed requests to `/slack/events` on this port; a proxy with TLS stands in front. */
      readonly signingSecret: string;
      readonly port: number;
      readonly host?: string;
    }
);

/** A token or a network that does not let us start, with what to do about it. */
export class SlackStartError extends Error {
  override readonly name = 'SlackStartError';
}

/** Slack, by Bolt: `/vm`, mentions, direct messages, buttons and modals come in, cards go out. */
export class SlackSurface implements ChatSurface {
  readonly name = 'slack';
  readonly #options: SlackOptions;
  readonly #log: Log;
  readonly #connection: Connection;
  readonly #app: App;
  readonly #web: SlackWeb;
  readonly #people: People;
  readonly #edits: Edits<{ readonly ref: MessageRef; readonly card: DrawnCard }>;
  /** Deliveries taken, oldest first, so that one that Slack repeats is not answered twice. */
  readonly #taken = new Set<string>();
  readonly #working = new Set<Promise<unknown>>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #pointedOut = new Set<string>();
  #receive: (incoming: Incoming) => Promise<Reply> = () =>
    Promise.reject(new Error('the Slack surface is not started'));

  constructor(options: SlackOptions) {
    this.#options = options;
    this.#log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
    const client = clientOptions(options.apiUrl);
    const logger = boltLogger(this.#log);
    this.#connection =
      'appToken' in options
        ? new SocketConnection(options.appToken, client, logger, this.#log)
        : new HttpConnection(
            options.signingSecret,
            { port: options.port, host: options.host ?? '127.0.0.1' },
            logger,
            this.#log,
          );
    this.#app = new App({
      token: options.botToken,
      receiver: this.#connection.receiver,
      // Otherwise a wrong token is an unhandled rejection of the constructor, and the end of the process.
      deferInitialization: true,
      clientOptions: client,
      logger,
    });
    this.#web = new SlackWeb(options.botToken, { ...client, logger });
    this.#people = new People((user) => this.#web.profile(user), this.#log);
    this.#edits = new Edits({
      send: (_, { ref, card }) => this.#edit(ref, card),
      wait: rateLimited,
    });
    this.#listen();
  }

  /** Rejects with `SlackStartError`. */
  async start(receive: (incoming: Incoming) => Promise<Reply>): Promise<void> {
    this.#receive = receive;
    try {
      await this.#app.init();
    } catch (error) {
      throw startError(error, 'the bot token (xoxb-…)');
    }
    try {
      await this.#connection.open();
    } catch (error) {
      throw 'appToken' in this.#options
        ? startError(error, 'the app-level token (xapp-…, scope connections:write)')
        : new SlackStartError(`Port ${this.#options.port} cannot be opened for Slack: ${inWords(error)}`, {
            cause: error,
          });
    }
  }

  /** In words for operators. */
  health(): string {
    return this.#connection.health();
  }

  /** The port on which events are received; null in Socket Mode and before the start. */
  get port(): number | null {
    return this.#connection instanceof HttpConnection ? this.#connection.port : null;
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

  async stop(): Promise<void> {
    await this.#connection.close();
    await Promise.allSettled(this.#working);
    await this.#edits.stop();
  }

  #listen(): void {
    this.#app.command(/./, async ({ ack, body }) => {
      await ack();
      this.#take(ofCommand(body));
    });
    this.#app.event('app_mention', ({ event, context }) => {
      this.#takeMessage(ofMessage(event, context.botUserId));
      return Promise.resolve();
    });
    this.#app.message(({ event, context }) => {
      if (event.channel_type === 'im') this.#takeMessage(ofMessage(event, context.botUserId));
      return Promise.resolve();
    });
    this.#app.action({ type: 'block_actions', action_id: /^press-/ }, async ({ ack, body, action }) => {
      await ack();
      if (action.type !== 'button') return;
      this.#takeMessage(
        ofPress(body, {
          action_ts: action.action_ts,
          ...(action.value === undefined ? {} : { value: action.value }),
        }),
      );
    });
    this.#app.view({ callback_id: FORM_CALLBACK, type: 'view_submission' }, async ({ ack, body }) => {
      const delivery = ofSubmission(body);
      const late = new Promise<'late'>((resolve) => setTimeout(resolve, FORM_ANSWER_MS, 'late').unref());
      const answering = this.#answer(delivery);
      const reply = await Promise.race([answering, late]);
      if (reply === 'late') {
        await ack();
        this.#keep(answering.then((answer) => this.#show(answer, delivery)));
      } else if (reply.kind === 'problems') {
        await ack({ response_action: 'errors', errors: problemsByBlock(reply.fields, body.view.blocks) });
      } else if (reply.kind === 'form') {
        await ack({ response_action: 'update', view: modal(reply.form, delivery.from) });
      } else {
        await ack();
        this.#keep(this.#show(reply, delivery));
      }
    });
    this.#app.error((error) => {
      this.#log(`slack: ${error.message}`);
      return Promise.resolve();
    });
  }

  #takeMessage(delivery: Delivery | null): void {
    if (delivery !== null) this.#take(delivery);
  }

  /** Slack has its acknowledgement by now; what follows takes as long as it takes. */
  #take(delivery: Delivery): void {
    if (this.#taken.has(delivery.id)) return;
    this.#keep(this.#answer(delivery).then((reply) => this.#show(reply, delivery)));
  }

  #keep(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => this.#log(`slack: an answer was lost: ${inWords(error)}`));
    this.#working.add(settled);
    void settled.finally(() => this.#working.delete(settled));
  }

  /** Never rejects: a failure of ours is an answer that says so, and the same delivery may come again. */
  async #answer(delivery: Delivery): Promise<Reply> {
    this.#remember(delivery.id);
    try {
      const [actor, read] = await this.#inTurn(
        delivery.user,
        Promise.all([
          this.#people.actor(delivery.user, delivery.userName),
          readFiles(delivery.files, this.#options.botToken, this.#options.apiUrl),
        ]),
      );
      if (read.problems.length > 0) {
        const card = noticeCard('Not read', read.problems.join('\n'), delivery.id);
        this.#keep(this.#whisper(delivery.from, card));
      }
      const said = delivery.said.kind === 'text' ? { ...delivery.said, files: read.files } : delivery.said;
      return await this.#receive({
        delivery: `slack:${delivery.id}`,
        actor,
        from: conversation(delivery.from),
        said,
      });
    } catch (error) {
      this.#taken.delete(delivery.id);
      this.#log(
        `slack: ${delivery.id} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      const text = 'Octopus failed on this. The reason is in its log; an administrator can read it there.';
      return { kind: 'card', card: noticeCard('That did not work', text, delivery.id), toAll: false };
    }
  }

  /** What one person does is handed over in their order, though reading a file takes longer than a word. */
  async #inTurn<Ready>(user: string, ready: Promise<Ready>): Promise<Ready> {
    const turn = Promise.allSettled([this.#turns.get(user), ready]);
    this.#turns.set(user, turn);
    await turn;
    if (this.#turns.get(user) === turn) this.#turns.delete(user);
    return ready;
  }

  async #show(reply: Reply, delivery: Delivery): Promise<void> {
    switch (reply.kind) {
      case 'nothing':
        return;
      case 'card':
        await (reply.toAll
          ? this.post(conversation(delivery.from), reply.card)
          : this.#whisper(delivery.from, reply.card));
        return;
      case 'form':
        await this.#openForm(reply.form, delivery);
        return;
      case 'problems': {
        const text = Object.values(reply.fields).join('\n');
        await this.#whisper(delivery.from, noticeCard('Please correct the form', text, delivery.id));
        return;
      }
      default:
        unreachable(reply);
    }
  }

  /** A sentence brings no trigger, and a trigger may be too old: then a button brings a fresh one. */
  async #openForm(form: Form, delivery: Delivery): Promise<void> {
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
    await this.#whisper(delivery.from, {
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
  async #whisper(address: SlackAddress, card: DrawnCard): Promise<void> {
    const { channel, user, thread, responseUrl } = address;
    if (channel === undefined || user === undefined || channel.startsWith('D')) {
      await this.post(conversation(address), card);
      return;
    }
    const message = slackMessage(card);
    if (responseUrl !== undefined) {
      try {
        await respond(responseUrl, message, this.#options.apiUrl, { thread });
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
      await respond(responseUrl, slackMessage(card), this.#options.apiUrl);
      return { ...conversation({ responseUrl }), message: BY_RESPONSE_URL };
    }
  }

  /** Once for each thing that a person did: a response URL takes five answers. */
  async #pointOut(responseUrl: string, card: DrawnCard): Promise<void> {
    bounded(this.#pointedOut, responseUrl);
    const hint = noticeCard(
      '',
      'Octopus is not in this channel, so the answer is in your direct messages.',
      card.nonce,
    );
    await respond(responseUrl, slackMessage(hint), this.#options.apiUrl).catch((error: unknown) => {
      this.#log(`slack: a hint was not shown: ${inWords(error)}`);
    });
  }

  async #edit(ref: MessageRef, card: DrawnCard): Promise<void> {
    const { channel, responseUrl } = slackAddress(ref);
    if (ref.message === BY_RESPONSE_URL && responseUrl !== undefined) {
      await respond(responseUrl, slackMessage(card), this.#options.apiUrl, { replaces: true });
    } else {
      if (channel === undefined) throw new TypeError('a Slack message is in a channel');
      await this.#web.update(channel, ref.message, slackMessage(card));
    }
  }

  #remember(delivery: string): void {
    bounded(this.#taken, delivery);
  }
}

/** What pressing a button has to mean so that we are asked the same again; null when that cannot be said by a button. */
function pressOf({ said }: Delivery): Press | null {
  if (said.kind === 'text') return said.text === '' ? null : { text: said.text };
  return said.kind === 'press' ? (readToken(said.token)?.press ?? null) : null;
}

function noticeCard(title: string, text: string, nonce: string): Card & { nonce: string } {
  return { title, tone: 'plain', summary: text, blocks: [{ kind: 'text', text }], nonce };
}

function bounded(set: Set<string>, entry: string): void {
  set.add(entry);
  const [oldest] = set;
  if (set.size > DELIVERIES_REMEMBERED && oldest !== undefined) set.delete(oldest);
}

function startError(error: unknown, token: string): SlackStartError {
  const code = refusal(error);
  const text =
    code === null
      ? `Slack cannot be reached: ${inWords(error)}`
      : `Slack refuses ${token}: ${code}. Copy it again from the app's page at api.slack.com/apps.`;
  return new SlackStartError(text, { cause: error });
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const quiet = (): void => undefined;

/** Bolt's own lines: warnings and errors only, for the rest may hold what people wrote. */
function boltLogger(log: Log): Logger {
  const line =
    (level: string) =>
    (...parts: unknown[]): void =>
      log(`slack ${level}: ${parts.map(inWords).join(' ')}`);
  return {
    debug: quiet,
    info: quiet,
    warn: line('warning'),
    error: line('error'),
    setLevel: quiet,
    getLevel: () => LogLevel.WARN,
    setName: quiet,
  };
}
