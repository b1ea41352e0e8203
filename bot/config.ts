import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CLUSTER_KEYS, clusterForm, clusterOf, type Cluster } from './cluster.ts';
import { complaint, Places, sentences } from './config-errors.ts';
import type { KnownPerson } from './people.ts';
import { distinct, duration, port } from './quantities.ts';
import type { Role, Seconds, UserId } from '../policies/model.ts';

/** What `octopus.yaml` says, with defaults for what it leaves out. Secrets are not in it: they come by environment variables. */
export interface Config {
  /** The data folder, as written; relative to where the program is started. */
  readonly data: string;
  readonly people: readonly KnownPerson[];
  /** The folder of policy files that `policy reload` reads; null: the policies that Octopus comes with. */
  readonly policies: string | null;
  readonly slack: { readonly mode: 'socket' } | { readonly mode: 'http'; readonly port: number } | null;
  readonly teams: {
    readonly appId: string;
    readonly tenantId: string;
    readonly port: number;
    readonly host: string;
  } | null;
  readonly queue: { readonly jobsPerHost: number };
  /** How often hosts are looked at. */
  readonly sampleEvery: Seconds;
  readonly cluster: Cluster;
}

/** The configuration is wrong; the message lists every error with its path in the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const zone = z.string().refine((name) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'this is not a time zone, write for example `Europe/Rome`');

const person = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id is 1 to 40 of a-z, 0-9 and -'),
  name: z.string().min(1).max(80),
  role: z.enum(['researcher', 'admin']).default('researcher'),
  slack: z.string().min(1).optional(),
  teams: z.string().min(1).optional(),
  zone: zone.optional(),
  keys: z
    .array(
      z
        .string()
        .regex(
          /^(?:ssh-[a-z0-9]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9-]+@openssh\.com) [A-Za-z0-9+/]{20,}={0,3}(?: [^\r\n]{0,200})?$/,
          'write a public key as it stands in `id_ed25519.pub`, on one line',
        ),
    )
    .default([]),
});

const slackShape = z.discriminatedUnion(
  'mode',
  [z.strictObject({ mode: z.literal('socket') }), z.strictObject({ mode: z.literal('http'), port })],
  'write `socket` or `http`',
);

const teamsShape = z.strictObject({
  app: z.string().min(1),
  tenant: z.string().min(1),
  port: port.default(3978),
  listen: z.string().min(1).default('127.0.0.1'),
});

const queueShape = z.strictObject({ 'jobs-per-host': z.int().min(1).max(16).default(2) });

const form = z.strictObject({
  data: z.string().min(1).default('./data'),
  policies: z.string().min(1).optional(),
  people: distinct(person, ['id', 'slack', 'teams']).default([]),
  slack: slackShape.optional(),
  teams: teamsShape.optional(),
  queue: queueShape.prefault({}),
  'sample-every': duration.default(60),
  cluster: clusterForm,
});

/** Every key that stands somewhere in the file. */
const KEYS = [
  ...[form, person, teamsShape, queueShape].flatMap(({ shape }) => Object.keys(shape)),
  ...CLUSTER_KEYS,
];

/** Reads a configuration file. Throws `ConfigError` that lists every error with its place. */
export function readConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return parseConfig(text, file);
}

/** The configuration of a text; an empty text is the playground. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new ConfigError(`${file}:${line}:${col}: ${broken.message}`);
  }
  const read = form.safeParse(document.toJS() ?? {}, { error: complaint });
  if (!read.success) {
    const places = new Places(file, document, lines);
    throw new ConfigError(sentences(read.error.issues, places, KEYS).join('\n'));
  }
  const { data, policies, people, slack, teams, queue, cluster } = read.data;
  return {
    data,
    policies: policies ?? null,
    people: people.map((one) => knownPerson(one)),
    slack: slack ?? null,
    teams:
      teams === undefined
        ? null
        : { appId: teams.app, tenantId: teams.tenant, port: teams.port, host: teams.listen },
    queue: { jobsPerHost: queue['jobs-per-host'] },
    sampleEvery: read.data['sample-every'],
    cluster: clusterOf(cluster),
  };
}

function knownPerson({
  id,
  name,
  role,
  slack,
  teams,
  zone: place,
  keys,
}: z.output<typeof person>): KnownPerson {
  const accounts = [`terminal:${id}`];
  if (slack !== undefined) accounts.push(`slack:${slack}`);
  if (teams !== undefined) accounts.push(`teams:${teams}`);
  return { id: id as UserId, name, role: role satisfies Role, accounts, zone: place ?? null, keys };
}
