import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { baseOf, type Chat, type Member, type Message } from './chat.ts';
import { Refusal, type Request, type Response } from './connector-server.ts';
import { RateMeter } from './limits.ts';
import { problemsOf } from './validate.ts';

export interface ConnectorOptions {
  readonly tenantId: string;
  /** The bearer that the bot has to show. */
  readonly botToken: string;
  readonly messageBytesMax: number;
  /** Whether clients know messages for one member only. */
  readonly targeted: boolean;
  /** Real milliseconds, for the rates. */
  readonly realNow: () => number;
  /** The service URL. */
  readonly origin: () => string;
  /** Called when people see something new. */
  readonly changed: () => void;
}

/** What a bot asks of the Bot Connector: post, edit, delete, open a conversation, who is in it. It refuses what Teams refuses. */
export class BotConnector {
  readonly #chat: Chat;
  readonly #options: ConnectorOptions;
  readonly #rates = new RateMeter();
  readonly #faults: { status: number; left: number }[] = [];

  constructor(chat: Chat, options: ConnectorOptions) {
    this.#chat = chat;
    this.#options = options;
  }

  /** The next `times` requests are refused with this status, as a busy platform does. */
  fail(status: number, times: number): void {
    this.#faults.push({ status, left: times });
  }

  /** Does what a request asks for. Throws a `Refusal`. */
  serve(request: Request): Response {
    if (request.authorization !== `Bearer ${this.#options.botToken}`) {
      throw new Refusal(401, 'Unauthorized', 'Authorization has been denied for this request.');
    }
    const fault = this.#faults[0];
    if (fault !== undefined) {
      fault.left -= 1;
      if (fault.left <= 0) this.#faults.shift();
      throw new Refusal(fault.status, 'ServiceError', 'Try again.', fault.status === 429 ? 1 : null);
    }
    const { method, url } = request;
    const [, version, collection, id, part, item] = url.pathname.split('/').map(decodeURIComponent);
    if (version !== 'v3' || collection !== 'conversations')
      throw new Refusal(404, 'NotFound', 'No such resource.');
    if (id === undefined) {
      if (method !== 'POST') throw new Refusal(405, 'MethodNotAllowed', 'Only POST.');
      return this.#open(request);
    }
    const members = this.#chat.membersOf(id);
    if (members === null) throw new Refusal(404, 'ConversationNotFound', 'Conversation not found.');
    const isList = method === 'GET' && (part === 'members' || part === 'pagedmembers');
    if (isList) return listed(members, part, item);
    if (part !== 'activities') throw new Refusal(404, 'NotFound', 'No such resource.');
    // A reply to a message is a message: channels show it in the thread that the conversation's id names.
    if (method === 'POST') return this.#post(request, id, members);
    const message = this.#chat.find(id, item ?? '');
    if (message === undefined)
      throw new Refusal(404, 'ActivityNotFoundInConversation', 'Activity not found.');
    if (message.from !== 'octopus')
      throw new Refusal(403, 'Forbidden', 'A bot changes its own messages only.');
    if (method === 'PUT') return this.#put(request, id, message);
    if (method !== 'DELETE') throw new Refusal(405, 'MethodNotAllowed', 'Only POST, PUT and DELETE.');
    this.#chat.remove(message);
    this.#options.changed();
    return { status: 200 };
  }

  #open({ body }: Request): Response {
    const parameters = openShape.safeParse(body);
    if (!parameters.success) throw new Refusal(400, 'BadSyntax', z.prettifyError(parameters.error));
    const { members, tenantId, channelData } = parameters.data;
    const tenant = channelData?.tenant?.id ?? tenantId;
    if (tenant === undefined) throw new Refusal(400, 'BadSyntax', 'The tenant is missing.');
    const member = this.#chat.memberById(members[0].id);
    if (member === undefined || tenant !== this.#options.tenantId) {
      throw new Refusal(403, 'ForbiddenOperationException', 'The user is not reachable by this bot.');
    }
    this.#meter(`new ${member.id}`);
    return { status: 201, body: { id: member.direct, serviceUrl: this.#options.origin() } };
  }

  #post(request: Request, conversation: string, members: readonly Member[]): Response {
    const activity = this.#accepted(request, conversation);
    if (activity.type === 'typing') return { status: 202, body: { id: randomUUID() } };
    const isTargeted = request.url.searchParams.get('isTargetedActivity') === 'true';
    const onlyFor = isTargeted ? this.#target(activity.recipient, members) : null;
    const message = this.#chat.add({ conversation, from: 'octopus', onlyFor, ...visible(activity) });
    this.#options.changed();
    return { status: 201, body: { id: message.id } };
  }

  #put(request: Request, conversation: string, message: Message): Response {
    const { text, card } = visible(this.#accepted(request, conversation));
    this.#chat.edit(message, text, card);
    this.#options.changed();
    return { status: 200, body: { id: message.id } };
  }

  /** An activity that Teams takes: in time, in size and in shape. */
  #accepted({ body, size }: Request, conversation: string): z.infer<typeof activityShape> {
    const limit = this.#options.messageBytesMax;
    if (size > limit) throw new Refusal(413, 'MessageSizeTooBig', `Message size too large: ${size} bytes.`);
    this.#meter(baseOf(conversation));
    const activity = activityShape.safeParse(body);
    if (!activity.success) throw new Refusal(400, 'BadSyntax', z.prettifyError(activity.error));
    const { text = '', attachments = [], type } = activity.data;
    if (type === 'message' && text === '' && attachments.length === 0) {
      throw new Refusal(400, 'BadSyntax', 'A message needs text or an attachment.');
    }
    const problems = attachments.flatMap(({ contentType, content }) =>
      contentType === CARD ? problemsOf(content) : [`unknown content type ${contentType}`],
    );
    if (problems.length > 0) throw new Refusal(400, 'BadArgument', problems.join('; '));
    return activity.data;
  }

  #target(
    recipient: { id: string; isTargeted?: boolean | undefined } | undefined,
    members: readonly Member[],
  ): string {
    if (!this.#options.targeted) {
      throw new Refusal(400, 'BadRequest', 'Targeted messages are not enabled for this conversation.');
    }
    const member = members.find(({ id }) => id === recipient?.id);
    if (member === undefined || recipient?.isTargeted !== true) {
      throw new Refusal(400, 'BadArgument', 'A targeted message names a member of the conversation.');
    }
    return member.person.id;
  }

  #meter(key: string): void {
    const seconds = this.#rates.admit(key, this.#options.realNow());
    if (seconds !== null) throw new Refusal(429, 'TooManyRequests', 'Too many requests.', seconds);
  }
}

const CARD = 'application/vnd.microsoft.card.adaptive';

const activityShape = z.looseObject({
  type: z.enum(['message', 'typing']),
  text: z.string().optional(),
  summary: z.string().optional(),
  recipient: z.looseObject({ id: z.string(), isTargeted: z.boolean().optional() }).optional(),
  attachments: z
    .array(z.looseObject({ contentType: z.string(), content: z.unknown().optional() }))
    .optional(),
});

const openShape = z.looseObject({
  isGroup: z.boolean().optional(),
  members: z.tuple([z.looseObject({ id: z.string() })]),
  tenantId: z.string().optional(),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string() }).optional() }).optional(),
});

/** A message as people see it: its words, and its card. */
function visible({ text, summary, attachments = [] }: z.infer<typeof activityShape>): {
  text: string;
  card: unknown;
} {
  return { text: text ?? summary ?? '', card: attachments[0]?.content ?? null };
}

function listed(members: readonly Member[], part: string | undefined, item: string | undefined): Response {
  const all = members.map(({ id, aadObjectId, person }) => ({ id, aadObjectId, name: person.name }));
  if (part === 'pagedmembers') return { status: 200, body: { members: all } };
  if (item === undefined) return { status: 200, body: all };
  const one = all.find(({ id, aadObjectId }) => id === item || aadObjectId === item);
  if (one === undefined) throw new Refusal(404, 'MemberNotFoundInConversation', 'Member not found.');
  return { status: 200, body: one };
}
