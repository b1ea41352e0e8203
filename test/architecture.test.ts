import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

// The picture in ARCHITECTURE.md is true as long as these hold: imports run one way, and each vendor's package stays
// in the folder that knows it.

const root = join(import.meta.dirname, '..');

/** What a folder may import, besides itself. A file name allows that file alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  dsl: ['engine'],
  policies: ['dsl', 'engine'],
  hyperv: ['policies/model.ts'],
  jobs: ['policies', 'hyperv/hypervisor.ts'],
  bot: ['engine', 'dsl', 'policies', 'hyperv', 'jobs'],
};

/** Where a package may be imported: a folder and what is under it. */
const OWNERS: Readonly<Record<string, string>> = {
  chevrotain: 'dsl/',
  '@slack/': 'bot/slack/',
  botbuilder: 'bot/teams/',
  botframework: 'bot/teams/',
  'node-powershell': 'hyperv/powershell/',
  lowdb: 'jobs/',
  bullmq: 'jobs/',
  ioredis: 'jobs/',
  '@electric-sql/pglite': 'jobs/',
};

/** Folders that may know the environment: secrets and addresses come in at one place. */
const READS_ENVIRONMENT = new Set(['bot/main.ts', 'bot/octopus.mjs']);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

const sources = Object.keys(MAY_IMPORT).flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|mjs|js)$/.test(file))
    .map((file) => `${folder}/${file}`),
);

const imports: readonly Import[] = sources.flatMap((from) =>
  importsOf(from, readFileSync(join(root, from), 'utf8')),
);

function importsOf(from: string, text: string): Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(import|export)(\s+type)?\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map(([, , type, specifier = '', dynamic = '']) => ({
    from,
    to: specifier === '' ? dynamic : specifier,
    typesOnly: type !== undefined,
  }));
}

/** The file of ours that a relative import names; undefined for packages. */
function target({ from, to }: Import): string | undefined {
  return to.startsWith('.') ? join(from, '..', to) : undefined;
}

test.each(Object.keys(MAY_IMPORT))('%s imports only what its row of the table allows', (folder) => {
  const wrong = imports
    .filter(({ from }) => from.startsWith(`${folder}/`))
    .filter((one) => {
      const file = target(one);
      if (file === undefined || file.startsWith(`${folder}/`)) return false;
      return !(MAY_IMPORT[folder] ?? []).some(
        (allowed) => file === allowed || file.startsWith(`${allowed}/`),
      );
    });

  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('hyperv takes types alone from the domain', () => {
  const wrong = imports.filter(
    (one) => one.from.startsWith('hyperv/') && target(one) === 'policies/model.ts' && !one.typesOnly,
  );

  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test.each(Object.entries(OWNERS))('%s is imported under %s only', (name, folder) => {
  const wrong = imports.filter(
    ({ from, to }) =>
      (to === name || to.startsWith(name.endsWith('/') ? name : `${name}/`)) && !from.startsWith(folder),
  );

  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('every owned package is imported somewhere, or is waited for', () => {
  const imported = new Set(
    Object.keys(OWNERS).filter((name) => imports.some(({ to }) => to.startsWith(name))),
  );

  expect([...imported]).toEqual(
    expect.arrayContaining([
      'chevrotain',
      '@slack/',
      'botbuilder',
      'lowdb',
      'bullmq',
      'ioredis',
      'node-powershell',
    ]),
  );
});

test('the environment is read in one place', () => {
  const readers = sources.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));

  expect(readers.filter((file) => !READS_ENVIRONMENT.has(file))).toEqual([]);
});

test('every folder says what it holds', () => {
  const folders = new Set(sources.map((file) => dirname(file)));
  const silent = [...folders, 'policies/base'].filter(
    (folder) => !existsSync(join(root, folder, 'README.md')),
  );

  expect(silent).toEqual([]);
});
