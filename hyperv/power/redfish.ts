import { readFileSync } from 'node:fs';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { Agent, buildConnector, fetch, type Response } from 'undici';
import { HypervisorError } from '../hypervisor.ts';
import type { PowerBoard } from './board.ts';

export interface RedfishOptions {
  /** The host's name, for sentences. */
  readonly host: string;
  /** Of the service processor: `https://bmc-hv01.example.org`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Which system of it, by its id; null: its only one. */
  readonly system: string | null;
  /** SHA-256 of its certificate, for one that nobody has signed; null: a certificate that is signed for its name. */
  readonly fingerprint: string | null;
  /** A file of certificates (PEM) that sign such boards; null: those that the system trusts. */
  readonly authorities: string | null;
}

const DEADLINE_MS = 15_000;
/** Documents on the way from the root to a system; more is a circle. */
const BODY_MAX = 4_000_000;

interface Link {
  readonly '@odata.id': string;
}

/** Of a ComputerSystem (DMTF DSP0266, schema ComputerSystem): what power needs. */
interface ComputerSystem {
  readonly Id?: string;
  readonly PowerState?: string;
  readonly Actions?: {
    readonly '#ComputerSystem.Reset'?: {
      readonly target?: string;
      readonly 'ResetType@Redfish.AllowableValues'?: readonly string[];
      readonly '@Redfish.ActionInfo'?: string;
    };
  };
}

/**
 * Power by Redfish. Nothing but the root is at a known place: every other document is found by the links in the one
 * before, since each maker names its systems otherwise.
 */
export class Redfish implements PowerBoard {
  readonly #options: RedfishOptions;
  readonly #root: URL;
  readonly #agent: Agent;

  /** Throws when the address is not one, or the file of authorities cannot be read. */
  constructor(options: RedfishOptions) {
    this.#options = options;
    this.#root = new URL('/redfish/v1/', options.url);
    const ca = options.authorities === null ? {} : { ca: readFileSync(options.authorities) };
    this.#agent = new Agent({
      connect: options.fingerprint === null ? ca : pinned(options.fingerprint),
      keepAliveTimeout: 1000,
      maxResponseSize: BODY_MAX,
    });
  }

  async state(signal?: AbortSignal): Promise<'on' | 'off' | 'unknown'> {
    const { body } = await this.#system(signal);
    const { PowerState: state = '' } = body;
    // PoweringOn has power, PoweringOff still has.
    if (['On', 'PoweringOn', 'PoweringOff'].includes(state)) return 'on';
    return state === 'Off' ? 'off' : 'unknown';
  }

  async on(signal?: AbortSignal): Promise<void> {
    const { at, body } = await this.#system(signal);
    if (body.PowerState === 'On' || body.PowerState === 'PoweringOn') return;
    const reset = body.Actions?.['#ComputerSystem.Reset'];
    if (reset === undefined)
      throw this.#fault('configuration', 'its service processor offers no way to switch it on by Redfish');
    const allowed = await this.#allowed(reset, signal);
    // Some boards know no plain "On".
    const kind = ['On', 'ForceOn', 'PushPowerButton'].find((each) => allowed.includes(each)) ?? 'On';
    const target = reset.target ?? `${at.pathname.replace(/\/$/, '')}/Actions/ComputerSystem.Reset`;
    const answer = await this.#fetch(this.#link(target), signal, { ResetType: kind });
    if (answer.ok) return;
    // Whoever else has switched it on meanwhile did what was wanted.
    if ((await this.state(signal)) !== 'on')
      throw this.#fault(
        'unknown-outcome',
        `its service processor answers ${answer.status} to being switched on`,
      );
  }

  /** The values that a reset may have; none told: the one that every board has. */
  async #allowed(
    reset: NonNullable<NonNullable<ComputerSystem['Actions']>['#ComputerSystem.Reset']>,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    const told = reset['ResetType@Redfish.AllowableValues'];
    if (told !== undefined) return told;
    const info = reset['@Redfish.ActionInfo'];
    if (info === undefined) return ['On'];
    const { Parameters: parameters = [] } = (await this.#document(this.#link(info), signal)) as {
      readonly Parameters?: readonly {
        readonly Name?: string;
        readonly AllowableValues?: readonly string[];
      }[];
    };
    return parameters.find(({ Name: name }) => name === 'ResetType')?.AllowableValues ?? ['On'];
  }

  async #system(
    signal: AbortSignal | undefined,
  ): Promise<{ readonly at: URL; readonly body: ComputerSystem }> {
    const root = (await this.#document(this.#root, signal)) as { readonly Systems?: Link };
    if (root.Systems === undefined)
      throw this.#fault('configuration', 'its service processor knows no systems by Redfish');
    const { Members: members = [] } = (await this.#document(
      this.#link(root.Systems['@odata.id']),
      signal,
    )) as { readonly Members?: readonly Link[] };
    const { system } = this.#options;
    for (const member of members) {
      const at = this.#link(member['@odata.id']);
      if (system === null && members.length > 1) break;
      const body = (await this.#document(at, signal)) as ComputerSystem;
      if (system === null || body.Id === system) return { at, body };
    }
    const ids = members.map((member) => member['@odata.id'].split('/').at(-1) ?? '');
    throw this.#fault(
      'configuration',
      `its service processor has ${ids.length} systems (${ids.join(', ')}): \`system:\` has to name one`,
    );
  }

  /** A link of a document. It leads nowhere but to the same board: the password goes along. */
  #link(path: string): URL {
    const at = new URL(path, this.#root);
    if (at.origin !== this.#root.origin)
      throw this.#fault('configuration', `its service processor leads to another address, ${at.origin}`);
    return at;
  }

  async #document(at: URL, signal: AbortSignal | undefined): Promise<object> {
    const answer = await this.#fetch(at, signal);
    if (answer.status === 401 || answer.status === 403)
      throw this.#fault('configuration', 'its service processor refuses the user or the password');
    if (!answer.ok)
      throw this.#fault('unreachable', `its service processor answers ${answer.status} to ${at.pathname}`);
    const body = await answer.json().catch(() => null);
    if (typeof body !== 'object' || body === null)
      throw this.#fault('configuration', `${at.href} is not a Redfish document`);
    return body;
  }

  async #fetch(at: URL, signal: AbortSignal | undefined, body?: object): Promise<Response> {
    const { user, password } = this.#options;
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      return await fetch(at, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'odata-version': '4.0',
          authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        dispatcher: this.#agent,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
    } catch (error) {
      signal?.throwIfAborted();
      const { cause, message } = error as { cause?: { message?: string }; message?: string };
      const said = cause?.message ?? message ?? String(error);
      const fault = /certificate|fingerprint|self-signed/i.test(said) ? 'configuration' : 'unreachable';
      throw this.#fault(fault, `its service processor does not answer (${said})`);
    }
  }

  #fault(fault: 'configuration' | 'unreachable' | 'unknown-outcome', sentence: string): HypervisorError {
    return new HypervisorError(fault, `${this.#options.host}: ${sentence}`);
  }
}

/** A connector that takes one certificate, whoever signed it, for the one board whose it is. */
function pinned(fingerprint: string): buildConnector.connector {
  const wanted = fingerprint.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
  // A session that is taken up again shows no certificate.
  const connect = buildConnector({ rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate() as Partial<PeerCertificate>;
      if (fingerprint256?.replaceAll(':', '') === wanted) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(new Error(`its certificate has another fingerprint, ${fingerprint256 ?? 'none'}`), null);
    });
  };
}
