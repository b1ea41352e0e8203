import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface RedfishLoopbackOptions {
  readonly user?: string;
  readonly password?: string;
  /** Systems of the board; the first is the one with power. */
  readonly systems?: readonly string[];
  readonly power?: 'On' | 'Off';
  /** What a reset may be; null: told by an ActionInfo, as newer boards do. */
  readonly allowed?: readonly string[] | null;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Tells a switch that hosts have power. */
  readonly onPower?: (system: string) => void;
}

/**
 * A service processor on loopback. Its documents have the shape of the mockups that DMTF publishes with Redfish
 * (DSP2043, public-rackmount1): ids that say nothing, links with and without a slash at their end, more than is asked.
 */
export class RedfishLoopback {
  readonly requests: string[] = [];
  readonly power = new Map<string, string>();
  readonly #options: RedfishLoopbackOptions;
  readonly #server;

  private constructor(options: RedfishLoopbackOptions) {
    this.#options = options;
    for (const system of options.systems ?? ['437XR1138R2']) this.power.set(system, options.power ?? 'Off');
    const take = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#take(request, response);
    this.#server = options.tls === undefined ? createPlain(take) : createSecure(options.tls, take);
  }

  static async listen(options: RedfishLoopbackOptions = {}): Promise<RedfishLoopback> {
    const loopback = new RedfishLoopback(options);
    loopback.#server.listen(0, '127.0.0.1');
    await once(loopback.#server, 'listening');
    return loopback;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\/$/, '');
    this.requests.push(`${request.method} ${request.url}`);
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, {
        'content-type': 'application/json;charset=utf-8',
        'odata-version': '4.0',
      });
      response.end(body === null ? undefined : JSON.stringify(body));
    };
    if (path === '/redfish/v1') return send(200, ROOT);
    const { user = 'octopus', password = 'secret' } = this.#options;
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== expected) return send(401, failure('Base.1.0.NoValidSession'));
    if (path === '/redfish/v1/Systems') return send(200, this.#collection());
    const [, system = '', rest = ''] = /^\/redfish\/v1\/Systems\/([^/]+)(.*)$/.exec(path) ?? [];
    if (!this.power.has(system)) return send(404, failure('Base.1.0.ResourceMissingAtURI'));
    if (rest === '') return send(200, this.#system(system));
    if (rest === '/ResetActionInfo') return send(200, ACTION_INFO);
    if (rest !== '/Actions/ComputerSystem.Reset' || request.method !== 'POST')
      return send(404, failure('Base.1.0.ResourceMissingAtURI'));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { ResetType: kind } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { ResetType?: string };
    this.requests.push(String(kind));
    if (!(this.#options.allowed ?? RESETS).includes(kind ?? ''))
      return send(400, failure('Base.1.0.ActionParameterNotSupported'));
    if (this.power.get(system) === 'On' && kind === 'On') return send(409, failure('Base.1.0.ResourceInUse'));
    this.power.set(system, 'On');
    this.#options.onPower?.(system);
    send(204, null);
  }

  #collection(): object {
    const members = [...this.power.keys()].map((id) => ({ '@odata.id': `/redfish/v1/Systems/${id}` }));
    return {
      '@odata.type': '#ComputerSystemCollection.ComputerSystemCollection',
      Name: 'Computer System Collection',
      'Members@odata.count': members.length,
      Members: members,
      '@odata.id': '/redfish/v1/Systems',
    };
  }

  #system(id: string): object {
    const { allowed = RESETS } = this.#options;
    return {
      '@odata.type': '#ComputerSystem.v1_20_0.ComputerSystem',
      Id: id,
      Name: 'WebFrontEnd483',
      SystemType: 'Physical',
      Manufacturer: 'Contoso',
      Model: '3500RX',
      Status: { State: 'Enabled', Health: 'OK' },
      PowerState: this.power.get(id),
      Boot: { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' },
      Actions: {
        '#ComputerSystem.Reset': {
          target: `/redfish/v1/Systems/${id}/Actions/ComputerSystem.Reset`,
          ...(allowed === null
            ? { '@Redfish.ActionInfo': `/redfish/v1/Systems/${id}/ResetActionInfo` }
            : { 'ResetType@Redfish.AllowableValues': allowed }),
        },
      },
      '@odata.id': `/redfish/v1/Systems/${id}`,
    };
  }
}

const RESETS = ['On', 'ForceOff', 'GracefulShutdown', 'GracefulRestart', 'ForceRestart', 'Nmi', 'ForceOn'];

const ROOT = {
  '@odata.type': '#ServiceRoot.v1_15_0.ServiceRoot',
  Id: 'RootService',
  Name: 'Root Service',
  RedfishVersion: '1.15.0',
  UUID: '92384634-2938-2342-8820-489239905423',
  Systems: { '@odata.id': '/redfish/v1/Systems' },
  Chassis: { '@odata.id': '/redfish/v1/Chassis' },
  Managers: { '@odata.id': '/redfish/v1/Managers' },
  '@odata.id': '/redfish/v1/',
};

const ACTION_INFO = {
  '@odata.type': '#ActionInfo.v1_1_2.ActionInfo',
  Id: 'ResetActionInfo',
  Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: RESETS }],
};

function failure(code: string): object {
  return { error: { code, message: 'See ExtendedInfo.', '@Message.ExtendedInfo': [{ MessageId: code }] } };
}
