import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { complaint, Places, sentences } from './config-errors.ts';
import { isHostName, isImageName } from './names.ts';
import type { KnownPerson } from './people.ts';
import type { HostInventory, HostName, Image, ImageName, Role, Seconds, UserId } from '../policies/model.ts';

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
  readonly cluster: SimulatedCluster;
}

/** Hosts inside the process; null: the small institute that the playground shows. */
export interface SimulatedCluster {
  readonly driver: 'simulator';
  readonly speed: number;
  readonly hosts: readonly HostInventory[] | null;
  readonly images: readonly Image[] | null;
}

/** The configuration is wrong; the message lists every error with its path in the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const DURATION = 'write a number and s, min, h or d, as in `5min`';
const SIZE = 'write a number and m or g, as in `64g`';

/** `30s`, `5min`, `2h`, `1d` as seconds. */
const duration = z
  .string(DURATION)
  .regex(/^\d{1,6}(s|min|h|d)$/, DURATION)
  .transform((text): Seconds => {
    const [, count = '0', unit = 's'] = /^(\d+)(\w+)$/.exec(text) ?? [];
    return Number(count) * ({ s: 1, min: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  });

/** `8g` or `512m` as MiB. */
const size = z
  .string(SIZE)
  .regex(/^\d{1,7}[mg]$/, SIZE)
  .transform((text) => Number(text.slice(0, -1)) * (text.endsWith('g') ? 1024 : 1));

const AT_LEAST_ONE = 'this must have at least one entry';

function isNotEmpty(entries: readonly unknown[]): boolean {
  return entries.length > 0;
}

const port = z.int().min(0).max(65_535);

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
});

const host = z.strictObject({
  name: z.custom<HostName>(isHostName, 'a host name is 1 to 63 of a-z, 0-9, - and .'),
  cores: z.int().min(1).max(1024),
  memory: size,
  power: z.enum(['on', 'off']).default('on'),
});

const image = z.strictObject({
  name: z.custom<ImageName>(isImageName, 'an image name is 1 to 63 of a-z, 0-9, - and .'),
  os: z.enum(['linux', 'windows']),
  login: z.string().min(1).max(40),
  memory: size,
  aliases: z.array(z.string().min(1).max(40)).default([]),
});

/** A list in which no two entries have the same of each of these; what is absent is nobody's. */
function distinct<Entry>(
  entry: z.ZodType<Entry>,
  keys: readonly (keyof Entry & string)[],
): z.ZodType<Entry[]> {
  return z.array(entry).superRefine((entries, context) => {
    for (const key of keys) {
      const seen = new Map<unknown, number>();
      for (const [index, { [key]: value }] of entries.entries()) {
        const first = value === undefined ? undefined : seen.get(value);
        seen.set(value, first ?? index);
        if (first !== undefined)
          context.addIssue({
            code: 'custom',
            path: [index, key],
            message: `entry [${first}] has this ${key} already`,
          });
      }
    }
  });
}

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

const clusterShape = z.strictObject({
  driver: z.literal('simulator', 'the driver of this release is `simulator`'),
  speed: z.number().min(1).max(100).default(4),
  hosts: distinct(host, ['name']).refine(isNotEmpty, AT_LEAST_ONE).optional(),
  images: distinct(image, ['name']).refine(isNotEmpty, AT_LEAST_ONE).optional(),
});

const form = z.strictObject({
  data: z.string().min(1).default('./data'),
  policies: z.string().min(1).optional(),
  people: distinct(person, ['id', 'slack', 'teams']).default([]),
  slack: slackShape.optional(),
  teams: teamsShape.optional(),
  queue: queueShape.prefault({}),
  'sample-every': duration.default(60),
  cluster: clusterShape.prefault({ driver: 'simulator' }),
});

/** Every key that stands somewhere in the file. */
const KEYS = [form, person, host, image, teamsShape, queueShape, clusterShape].flatMap(({ shape }) =>
  Object.keys(shape),
);

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
    cluster: {
      driver: cluster.driver,
      speed: cluster.speed,
      hosts: cluster.hosts ?? null,
      images:
        cluster.images?.map(({ name, os, login, memory, aliases }) => ({
          name,
          os,
          login,
          aliases,
          memoryMin: memory,
        })) ?? null,
    },
  };
}

function knownPerson({ id, name, role, slack, teams, zone: place }: z.output<typeof person>): KnownPerson {
  const accounts = [`terminal:${id}`];
  if (slack !== undefined) accounts.push(`slack:${slack}`);
  if (teams !== undefined) accounts.push(`teams:${teams}`);
  return { id: id as UserId, name, role: role satisfies Role, accounts, zone: place ?? null };
}
