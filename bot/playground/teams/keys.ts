import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** What a token says; each can be said differently to see it refused. */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly serviceurl: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** Signs as the Bot Connector does: RS256, with a key that is made at start and published as a JSON Web Key. */
export class SigningKey {
  readonly id = randomUUID();
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  /** The public half, with the endorsement of Teams. */
  jwk(): Readonly<Record<string, unknown>> {
    const { kty, n, e } = this.#publicKey.export({ format: 'jwk' });
    return { kty, n, e, use: 'sig', kid: this.id, endorsements: ['msteams'] };
  }

  /** `as` is the key id that the token claims to be signed with: another one than ours makes a forgery. */
  token(claims: Claims, as = this.id): string {
    const header = encoded({ typ: 'JWT', alg: 'RS256', kid: as });
    const payload = encoded({ ...claims, nbf: Math.floor(Date.now() / 1000) - 60 });
    const signature = sign('RSA-SHA256', Buffer.from(`${header}.${payload}`, 'ascii'), this.#privateKey);
    return `${header}.${payload}.${signature.toString('base64url')}`;
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
