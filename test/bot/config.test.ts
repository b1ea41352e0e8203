import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, parseConfig, readConfig } from '../../bot/config.ts';

const example = join(import.meta.dirname, '..', '..', 'octopus.example.yaml');

function errorsOf(text: string): string {
  try {
    parseConfig(text, 'octopus.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'no error';
}

const real = (text: string): string =>
  `cluster:\n  driver: hyperv\n  transport: { by: local }\n  folder: 'D:\\Octopus'\n  switch: External\n  images: [{ name: u, os: linux, login: u, memory: 1g }]\n${text}`;

describe('the configuration', () => {
  test('may be empty: that is the playground', () => {
    const config = parseConfig('', 'octopus.yaml');

    expect(config).toMatchObject({ data: './data', slack: null, teams: null, people: [], sampleEvery: 60 });
  });

  test('reads the example, which names every key', () => {
    const config = readConfig(example);
    const text = readFileSync(example, 'utf8');

    expect(config.people.map(({ accounts }) => accounts)).toEqual([
      ['terminal:ann', 'slack:U0ANN0000', 'teams:00000000-0000-0000-0000-000000000001'],
      ['terminal:ada', 'slack:U0ADA0000'],
    ]);
    expect(config.cluster.hosts?.map(({ name, memory }) => [name, memory])[0]).toEqual(['hv01', 65_536]);
    for (const key of [
      'data',
      'policies',
      'people',
      'slack',
      'teams',
      'queue',
      'jobs-per-host',
      'sample-every',
      'cluster',
      'speed',
      'hosts',
      'images',
      'aliases',
      'zone',
      'keys',
      'role',
      'tenant',
      'listen',
    ])
      expect(text).toMatch(new RegExp(`\\b${key}:`));
  });

  test('reads the real hosts of the example, with the defaults of the site in each', () => {
    const [, block = ''] = readFileSync(example, 'utf8').split(/^# Real Hyper-V hosts.*$/m);
    const { cluster } = parseConfig(block.replaceAll(/^# /gm, ''), 'octopus.yaml');

    if (cluster.driver !== 'hyperv') throw new Error('the example has no real hosts');
    expect(cluster.transport).toMatchObject({ by: 'ssh', shell: 'powershell.exe' });
    expect(cluster.hosts).toMatchObject([
      {
        address: 'hv01.example.org',
        folder: 'D:\\Octopus',
        switch: 'External',
        share: '\\\\hv01.example.org\\octopus$',
        power: { by: 'redfish' },
      },
      {
        address: 'hv02',
        folder: 'E:\\Octopus',
        switch: 'Extern',
        power: { by: 'ipmi', password: 'BMC_PASSWORD' },
      },
      { power: { by: 'wake-on-lan' } },
    ]);
    expect(cluster.images.map(({ os, memoryMin }) => [os, memoryMin])).toEqual([
      ['linux', 1024],
      ['windows', 2048],
    ]);
  });

  test.each([
    {
      text: 'cluster: { driver: vmware }',
      says: 'cluster.driver: write `driver: simulator` or `driver: hyperv`',
    },
    { text: 'cluster: { driver: hyperv }', says: 'cluster.folder' },
    {
      text: real('  hosts: [{ name: a, cores: 1, memory: 1g }, { name: a, cores: 1, memory: 1g }]'),
      says: 'cluster.hosts[1].name: entry [0] has this name already',
    },
    {
      text: real("  hosts: [{ name: a, cores: 1, memory: 1g, folder: 'Octopus' }]"),
      says: 'cluster.hosts[0].folder: write a full path',
    },
    {
      text: real('  hosts: [{ name: a, cores: 1, memory: 1g, address: -oProxyCommand=x }]'),
      says: 'cluster.hosts[0].address: an address is a name or a number',
    },
    {
      text: real(
        '  hosts: [{ name: a, cores: 1, memory: 1g, power: { by: redfish, url: ftp://x, user: u } }]',
      ),
      says: 'cluster.hosts[0].power.url: write the address of the board',
    },
    {
      text: real('  hosts: [{ name: a, cores: 1, memory: 1g, power: { by: wake-on-lan, mac: 1 } }]'),
      says: 'cluster.hosts[0].power.mac',
    },
    {
      text: real(
        '  hosts: [{ name: a, cores: 1, memory: 1g, power: { by: ipmi, address: b, user: u, password: hunter2 } }]',
      ),
      says: 'write the name of an environment variable',
    },
  ])('names what is wrong with real hosts: $says', ({ text, says }) => {
    expect(errorsOf(text)).toContain(says);
  });

  test.each([
    {
      text: 'people:\n  - { id: ann, name: Ann, keys: [my key] }',
      says: 'people[0].keys[0]: write a public key as it stands in',
    },
    { text: 'dta: ./x', says: 'octopus.yaml:1:1: dta: there is no such key here; did you mean `data`?' },
    { text: '- a', says: 'octopus.yaml: the file: this must be a list of `key: value` lines' },
    {
      text: 'people:\n  - id: ann\n    rolle: admin',
      says: 'octopus.yaml:2:5: people[0].name: this is missing\noctopus.yaml:3:5: people[0].rolle: there is no such key here; did you mean `role`?',
    },
    {
      text: 'people:\n  - { id: ann, name: Ann, role: boss }',
      says: 'people[0].role: this must be `researcher` or `admin`',
    },
    {
      text: 'people:\n  - { id: ann, name: Ann, slack: U1 }\n  - { id: bob, name: Bob, slack: U1 }',
      says: 'octopus.yaml:3:27: people[1].slack: entry [0] has this slack already',
    },
    {
      text: 'cluster:\n  driver: simulator\n  hosts: [{ name: a, cores: 4, memory: 8g }, { name: a, cores: 4, memory: 8g }]',
      says: 'cluster.hosts[1].name: entry [0] has this name already',
    },
    {
      text: 'cluster: { driver: simulator, images: [] }',
      says: 'cluster.images: this must have at least one entry',
    },
    { text: 'queue: { jobs-per-host: 0 }', says: 'queue.jobs-per-host: this must be at least 1' },
    {
      text: 'people:\n  - { id: Ann!, name: Ann }',
      says: 'octopus.yaml:2:7: people[0].id: an id is 1 to 40 of a-z, 0-9 and -',
    },
    {
      text: 'sample-every: soon',
      says: 'octopus.yaml:1:1: sample-every: write a number and s, min, h or d, as in `5min`',
    },
    {
      text: 'cluster:\n  driver: simulator\n  hosts: [{ name: hv01, cores: 0, memory: 64 }]',
      says: 'cluster.hosts[0].memory: write a number and m or g, as in `64g`',
    },
    { text: 'slack: { mode: pigeon }', says: 'octopus.yaml:1:10: slack.mode: write `socket` or `http`' },
    {
      text: 'people:\n  - { id: ann, name: Ann, zone: Mars/Olympus }',
      says: 'people[0].zone: this is not a time zone',
    },
    { text: 'data: [', says: 'octopus.yaml:1:' },
  ])('names what is wrong in $text', ({ text, says }) => {
    expect(errorsOf(text)).toContain(says);
  });

  test('lists every error at once', () => {
    expect(errorsOf('data: ""\nsample-every: soon').split('\n')).toHaveLength(2);
  });

  test('says which file cannot be read', () => {
    expect(() => readConfig('nowhere.yaml')).toThrow(/nowhere\.yaml cannot be read/);
  });
});
