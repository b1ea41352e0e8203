import { unreachable, type Conversation, type MessageRef } from '../../policies/model.ts';
import type { ChatSurface, DrawnCard, Incoming, Reply } from '../surface.ts';
import { activityShape, filesIn, tenantOf, type TeamsActivity } from './activity.ts';
import { BearerCheck, NotAuthenticated } from './bearer.ts';
import { adaptiveCard, frame, heading, type AdaptiveCard } from './cards.ts';
import { Connector, ISSUER, METADATA_URL, type StandIn } from './connector.ts';
import { readFile, UnreadableFile } from './files.ts';
import { formCard } from './forms.ts';
import { heard, type Heard } from './heard.ts';
import { Listener, type Answer } from './listener.ts';
import { Sender, type Drawing } from './sender.ts';

export interface TeamsOptions {
  readonly appId: string;
  readonly appPassword: string;
  /** The organisation that the bot is registered in; messages of others are turned away. */
  readonly tenantId: string;
  /** Where `/api/messages` listens; port 0 takes any free one. */
  readonly port: number;
  readonly host: string;
  readonly log?: (line: string) => void;
  /** How long the answer to a button is waited for before it comes as a message of its own; 8 s when absent. */
  readonly pressMsMax?: number;
  /** Another platform's side than Microsoft's: the playground's. */
  readonly standIn?: StandIn;
}

/** Teams waits ten seconds and more for the answer to a button; what is not known by then comes as a message. */
const PRESS_MS_MAX = 8_000;
const BROKEN = 'Something went wrong here. It is in the log; please try again, or tell an administrator.';

type Receive = (incoming: Incoming) => Promise<Reply>;

/** Microsoft Teams as a place where people talk to Octopus. */
export class TeamsSurface implements ChatSurface {
  readonly name = 'teams';
  readonly #options: TeamsOptions;
  readonly #bearer: BearerCheck;
  readonly #connector: Connector;
  readonly #sender: Sender;
  readonly #listener: Listener;
  readonly #answering = new Set<Promise<unknown>>();
  #receive: Receive = () => Promise.reject(new Error('Teams has not been started'));
  #port = 0;

  constructor(options: TeamsOptions) {
    const { appId, appPassword, tenantId, host, port, standIn = null } = options;
    this.#options = options;
    this.#bearer = new BearerCheck({
      appId,
      issuer: ISSUER,
      metadataUrl: standIn?.metadataUrl ?? METADATA_URL,
    });
    this.#connector = new Connector({ appId, appPassword, tenantId, standIn });
    this.#sender = new Sender(this.#connector);
    this.#listener = new Listener({
      host,
      port,
      answer: (authorization, body) => this.#answer(authorization, body),
      log: (line) => this.#log(line),
    });
  }

  /** Where it listens on this machine, once started: what the platform's messaging endpoint has to lead to. */
  get endpoint(): string {
    return `http://${this.#options.host}:${this.#port}/api/messages`;
  }

  async start(receive: Receive): Promise<void> {
    this.#receive = receive;
    this.#port = await this.#listener.start();
  }

  post(to: Conversation, card: DrawnCard): Promise<MessageRef> {
    return this.#sender.post(to, drawing(card));
  }

  update(message: MessageRef, card: DrawnCard): Promise<void> {
    return this.#sender.update(message, drawing(card));
  }

  get isIdle(): boolean {
    return this.#answering.size === 0;
  }

  async stop(): Promise<void> {
    await this.#listener.stop();
    await Promise.allSettled(this.#answering);
    await this.#sender.stop();
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }

  /** One request of the platform: who sends it is settled before anything in it is looked at further. */
  async #answer(authorization: string, body: unknown): Promise<Answer> {
    const shaped = activityShape.safeParse(body);
    if (!shaped.success) return { status: 400 };
    const activity = shaped.data;
    try {
      await this.#bearer.check(authorization, activity.serviceUrl);
      if (tenantOf(activity) !== this.#options.tenantId)
        throw new NotAuthenticated('from another organisation');
    } catch (error) {
      if (!(error instanceof NotAuthenticated)) throw error;
      this.#log(`teams: turned a request away: ${error.message}`);
      return { status: 401 };
    }
    const words = await this.#connector.wordsOf(authorization, body);
    if (activity.type === 'invoke') return this.#kept(this.#answerPress(activity));
    if (activity.type === 'message') this.#inBackground(this.#answerMessage(activity, words));
    return { status: 202 };
  }

  async #answerMessage(activity: TeamsActivity, words: string): Promise<void> {
    const { files, unreadable } = await this.#files(activity);
    const asked = heard(activity, words, files);
    if (asked === null) return;
    if (unreadable !== null) {
      await this.#tell(asked, sentence(unreadable));
      return;
    }
    const reply = await this.#reply(asked);
    const shown = drawnReply(reply, asked);
    if (shown === null) return;
    const { from, said } = asked.incoming;
    if (reply?.kind === 'problems' && said.kind === 'form' && activity.replyToId !== undefined) {
      await this.#sender.update({ ...from, message: activity.replyToId }, shown);
    } else if (reply?.kind === 'card' && reply.toAll) {
      await this.#sender.post(from, shown);
    } else {
      await this.#tell(asked, shown);
    }
  }

  /** A button of a card: its answer is what the platform's request waits for. */
  async #answerPress(activity: TeamsActivity): Promise<Answer> {
    const asked = heard(activity, '', []);
    if (asked === null) return { status: 501 };
    const reply = this.#reply(asked);
    const inTime = await Promise.race([reply, after(this.#options.pressMsMax ?? PRESS_MS_MAX)]);
    if (inTime === 'late') {
      this.#inBackground(reply.then((late) => this.#tellLate(asked, late)));
      return shortAnswer('Octopus is at it. The answer comes as a message.');
    }
    const shown = drawnReply(inTime, asked);
    if (shown === null) return shortAnswer('Octopus is at it.');
    if (inTime?.kind === 'card' && !inTime.toAll && asked.incoming.said.kind === 'press') {
      // In the card's place it would hide the card's own buttons from whoever only asked why.
      this.#inBackground(this.#tell(asked, shown));
      return shortAnswer('The answer comes as a message.');
    }
    const { message } = { message: null, ...asked.incoming.said };
    if (inTime?.kind === 'card' && inTime.toAll && message !== null) {
      // The answer is seen by the presser only, and only until they look again: the edit stays, for all.
      this.#inBackground(this.#sender.update(message, shown));
    }
    return cardAnswer(shown.content);
  }

  /** What the rest of Octopus says to it; null when it failed, which is logged and told in words. */
  async #reply({ incoming }: Heard): Promise<Reply | null> {
    try {
      return await this.#receive(incoming);
    } catch (error) {
      this.#log(`teams: ${incoming.delivery} was not answered: ${String(error)}`);
      return null;
    }
  }

  async #tellLate(asked: Heard, reply: Reply | null): Promise<void> {
    const shown = drawnReply(reply, asked);
    if (shown !== null) await this.#tell(asked, shown);
  }

  #tell({ incoming, person }: Heard, shown: Drawing): Promise<void> {
    return this.#sender.postPrivately(incoming.from, incoming.actor.direct ?? incoming.from, person, shown);
  }

  async #files(activity: TeamsActivity) {
    const origin = this.#options.standIn?.origin ?? null;
    try {
      const files = await Promise.all(filesIn(activity).map((offer) => readFile(offer, origin)));
      return { files, unreadable: null };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return { files: [], unreadable: `I did nothing, because ${error.message}.` };
    }
  }

  #inBackground(work: Promise<void>): void {
    void this.#kept(
      work.catch((error: unknown) => this.#log(`teams: an answer could not be delivered: ${String(error)}`)),
    );
  }

  /** The same work, known to be under way until it has ended. */
  async #kept<T>(work: Promise<T>): Promise<T> {
    this.#answering.add(work);
    try {
      return await work;
    } finally {
      this.#answering.delete(work);
    }
  }
}

/** What a reply looks like; null when it shows nothing. */
function drawnReply(reply: Reply | null, asked: Heard): Drawing | null {
  if (reply === null) return sentence(BROKEN);
  switch (reply.kind) {
    case 'nothing':
      return null;
    case 'card':
      return drawing(reply.card);
    case 'form':
      return { content: formCard(reply.form), summary: reply.form.title };
    case 'problems': {
      const { form } = asked;
      if (form === null) return sentence(Object.values(reply.fields).join('\n'));
      const filling = { values: form.values, problems: reply.fields, round: form.round + 1 };
      return { content: formCard(form.form, filling), summary: form.form.title };
    }
    default:
      return unreachable(reply);
  }
}

function drawing(card: DrawnCard): Drawing {
  return { content: adaptiveCard(card), summary: card.summary };
}

function sentence(text: string): Drawing {
  return { content: frame([heading(text, 'bad', 'Default')]), summary: text };
}

function cardAnswer(value: AdaptiveCard): Answer {
  return { status: 200, body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value } };
}

/** Leaves the card as it is and shows a line beside it. */
function shortAnswer(value: string): Answer {
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value },
  };
}

function after(ms: number): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, 'late').unref();
  });
}
