import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  TurnContext,
  type Activity,
  type ConversationParameters,
  type ConversationReference,
} from 'botbuilder';
import type { Address, OpenAddress, Party } from './address.ts';
import { TeamsRefusal } from './retry.ts';

/** Whom our own tokens are for, and who signs the tokens that come with what we receive. */
const AUDIENCE = 'https://api.botframework.com';
export const ISSUER = 'https://api.botframework.com';
/** Where Microsoft says which keys sign. */
export const METADATA_URL = 'https://login.botframework.com/v1/.well-known/openidconfiguration';

export interface ConnectorOptions {
  readonly appId: string;
  readonly appPassword: string;
  readonly tenantId: string;
  /** A stand-in for Microsoft's side: see `StandIn`. */
  readonly standIn: StandIn | null;
}

/** The platform's side where it is not Microsoft's: where its signing keys are, and the token that it wants to see from us. */
export interface StandIn {
  readonly metadataUrl: string;
  readonly origin: string;
  readonly token: () => string;
}

type Outgoing = Partial<Activity>;

/** The SDK, as we use it: authenticated turns come in, activities go out. The only file that knows botbuilder. */
export class Connector extends CloudAdapter {
  readonly #appId: string;

  constructor(options: ConnectorOptions) {
    super(authentication(options));
    this.#appId = options.appId;
  }

  /** Authenticates an activity once more and gives its words without our mention. Rejects when the SDK turns it away. */
  async wordsOf(authorization: string, body: unknown): Promise<string> {
    let words = '';
    // A copy: the SDK writes into the activities that it is given.
    const activity = structuredClone(body) as Activity;
    await this.processActivity(authorization, activity, (context) => {
      words = wordsWithoutMention(context.activity);
      return Promise.resolve();
    });
    return words;
  }

  /** Sends an activity into a conversation, and says which message it became. */
  async send(address: OpenAddress, activity: Outgoing): Promise<string> {
    let id = '';
    await this.continueConversationAsync(this.#appId, reference(address), async (context) => {
      id = (await context.sendActivity(activity))?.id ?? '';
    });
    return id;
  }

  /** Replaces a message. */
  async replace(address: OpenAddress, message: string, activity: Outgoing): Promise<void> {
    await this.continueConversationAsync(this.#appId, reference(address), async (context) => {
      await context.updateActivity({ ...activity, id: message });
    });
  }

  /** Sends an activity that only one member of a shared conversation sees. The SDK of 2025 has no words for it. */
  async sendTargeted(
    address: OpenAddress,
    to: Party,
    activity: Outgoing,
    signal: AbortSignal,
  ): Promise<string> {
    const { serviceUrl, conversation, bot } = address;
    let token = '';
    await this.continueConversationAsync(this.#appId, reference(address), async (context) => {
      token = await outgoingToken(context, this.ConnectorClientKey);
    });
    const path = `v3/conversations/${encodeURIComponent(conversation.id)}/activities`;
    const response = await fetch(`${serviceUrl.replace(/\/$/, '')}/${path}?isTargetedActivity=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...activity, from: bot, recipient: { ...to, isTargeted: true } }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new TeamsRefusal(response.status, `a targeted message was refused with ${response.status}`);
    }
    const answer = (await response.json()) as { id?: string };
    return answer.id ?? '';
  }

  /** Opens the conversation of a person alone, and gives its id. */
  async openDirect({ serviceUrl, tenant, bot }: Address, user: Party): Promise<string> {
    let id = '';
    const parameters = {
      isGroup: false,
      bot,
      members: [user],
      tenantId: tenant,
      channelData: { tenant: { id: tenant } },
      // The SDK's type wants a first message and a topic too; the platform does not.
    } as Partial<ConversationParameters> as ConversationParameters;
    await this.createConversationAsync(
      this.#appId,
      'msteams',
      serviceUrl,
      AUDIENCE,
      parameters,
      (context) => {
        id = context.activity.conversation.id;
        return Promise.resolve();
      },
    );
    return id;
  }
}

function authentication(options: ConnectorOptions): ConfigurationBotFrameworkAuthentication {
  const identity = {
    MicrosoftAppId: options.appId,
    MicrosoftAppPassword: options.appPassword,
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppTenantId: options.tenantId,
  };
  const { standIn } = options;
  if (standIn === null) return new ConfigurationBotFrameworkAuthentication(identity);
  const ours = {
    ...identity,
    ValidateAuthority: 'false',
    ToChannelFromBotLoginUrl: `${standIn.origin}/login`,
    ToChannelFromBotOAuthScope: AUDIENCE,
    ToBotFromChannelTokenIssuer: ISSUER,
    ToBotFromChannelOpenIdMetadataUrl: standIn.metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: standIn.metadataUrl,
    OAuthUrl: `${standIn.origin}/oauth`,
  };
  return new ConfigurationBotFrameworkAuthentication(ours, new StandInCredentials(identity, standIn));
}

/** Shows the stand-in the token that it made, where the SDK would ask Microsoft for one. */
class StandInCredentials extends ConfigurationServiceClientCredentialFactory {
  readonly #standIn: StandIn;

  constructor(identity: Readonly<Record<string, string>>, standIn: StandIn) {
    super(identity);
    this.#standIn = standIn;
  }

  override createCredentials(): ReturnType<ConfigurationServiceClientCredentialFactory['createCredentials']> {
    const getToken = (): Promise<string> => Promise.resolve(this.#standIn.token());
    return Promise.resolve({
      getToken,
      signRequest(request) {
        return getToken().then((token) => {
          request.headers.set('authorization', `Bearer ${token}`);
          return request;
        });
      },
    });
  }
}

function wordsWithoutMention(activity: Activity): string {
  if (typeof activity.text !== 'string') return '';
  return TurnContext.removeRecipientMention(activity);
}

/** The token that the SDK's own requests of this turn carry. */
async function outgoingToken(context: TurnContext, key: symbol): Promise<string> {
  const client: unknown = context.turnState.get(key);
  if (typeof client !== 'object' || client === null || !('credentials' in client))
    throw new TypeError('no client');
  const { credentials } = client;
  if (typeof credentials !== 'object' || credentials === null || !('getToken' in credentials)) {
    throw new TypeError('the credentials of the SDK give no token');
  }
  return (credentials as { getToken(): Promise<string> }).getToken();
}

function reference({
  serviceUrl,
  tenant,
  bot,
  conversation,
  user,
}: OpenAddress): Partial<ConversationReference> {
  const { id, type } = conversation;
  return {
    channelId: 'msteams',
    serviceUrl,
    bot,
    ...(user === null ? {} : { user }),
    conversation: { id, conversationType: type, tenantId: tenant, isGroup: type !== 'personal', name: '' },
  };
}
