import { App, LogLevel, type Logger } from '@slack/bolt';
import { unreachable, type Conversation, type MessageRef } from '../../policies/model.ts';
import type { ChatSurface, DrawnCard, Incoming, Reply } from '../surface.ts';
import { conversation } from './address.ts';
import { Bounded } from './bounded.ts';
import { HttpConnection, SocketConnection, type Connection, type Log } from './connection.ts';
import { ofCommand, ofMessage, ofPress, ofSubmission, type Delivery } from './deliveries.ts';
import { readFiles } from './files.ts';
import { FORM_CALLBACK, modal, problemsByBlock } from './modal.ts';
import { People } from './people.ts';
import { inWords, noticeCard, Sender } from './sender.ts';
import { clientOptions, refusal, SlackWeb } from './web.ts';

/** Slack waits three seconds for what a form's sender is to see beside the fields. */
const FORM_MS_MAX = 2500;

export type SlackOptions = {
  /** `xoxb-…`. */
  readonly botToken: string;
  /** Where the Web API is, ending in `/api/`; Slack's own without it. */
  readonly apiUrl?: string;
  readonly log?: Log;
  /** How long a form's sender may wait for what is to stand beside the fields; below Slack's three seconds when left out. */
  readonly formMsMax?: number;
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
  readonly #people: People;
  readonly #sender: Sender;
  /** Deliveries taken, oldest first, so that one that Slack repeats is not answered twice. */
  readonly #taken = new Bounded();
  readonly #working = new Set<Promise<unknown>>();
  readonly #turns = new Map<string, Promise<unknown>>();
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
    const web = new SlackWeb(options.botToken, { ...client, logger });
    this.#people = new People((user) => web.profile(user), this.#log);
    this.#sender = new Sender(web, options.apiUrl, this.#log);
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

  /** Where the bot cannot speak, the card goes to the person directly. */
  post(to: Conversation, card: DrawnCard): Promise<MessageRef> {
    return this.#sender.post(to, card);
  }

  /** Edits are paced: resolves when this card, or a newer one for the same message, is shown. */
  update(message: MessageRef, card: DrawnCard): Promise<void> {
    return this.#sender.update(message, card);
  }

  get isIdle(): boolean {
    return this.#working.size === 0;
  }

  async stop(): Promise<void> {
    await this.#connection.close();
    await Promise.allSettled(this.#working);
    await this.#sender.stop();
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
    this.#app.view({ callback_id: FORM_CALLBACK, type: 'view_submission' }, ({ ack, body }) => {
      const submitted = async (): Promise<void> => {
        const delivery = ofSubmission(body);
        const late = new Promise<'late'>((resolve) => {
          setTimeout(resolve, this.#options.formMsMax ?? FORM_MS_MAX, 'late').unref();
        });
        const answering = this.#answer(delivery);
        const reply = await Promise.race([answering, late]);
        if (reply === 'late') {
          await ack();
          await this.#show(await answering, delivery);
        } else if (reply.kind === 'problems') {
          await ack({ response_action: 'errors', errors: problemsByBlock(reply.fields, body.view.blocks) });
        } else if (reply.kind === 'form') {
          await ack({ response_action: 'update', view: modal(reply.form, delivery.from) });
        } else {
          await ack();
          await this.#show(reply, delivery);
        }
      };
      this.#keep(submitted());
      return Promise.resolve();
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
    this.#taken.add(delivery.id);
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
        this.#keep(this.#sender.whisper(delivery.from, card));
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
          : this.#sender.whisper(delivery.from, reply.card));
        return;
      case 'form':
        await this.#sender.openForm(reply.form, delivery);
        return;
      case 'problems': {
        const text = Object.values(reply.fields).join('\n');
        await this.#sender.whisper(delivery.from, noticeCard('Please correct the form', text, delivery.id));
        return;
      }
      default:
        unreachable(reply);
    }
  }
}

function startError(error: unknown, token: string): SlackStartError {
  const code = refusal(error);
  const text =
    code === null
      ? `Slack cannot be reached: ${inWords(error)}`
      : `Slack refuses ${token}: ${code}. Copy it again from the app's page at api.slack.com/apps.`;
  return new SlackStartError(text, { cause: error });
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
