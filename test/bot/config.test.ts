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
      'role',
      'tenant',
      'listen',
    ])
      expect(text).toMatch(new RegExp(`\\b${key}:`));
  });

  test.each([
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
