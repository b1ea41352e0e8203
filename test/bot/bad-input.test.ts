import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settled } from '../../bot/commands/rest.ts';
import { Octopus } from '../../bot/octopus.ts';
import { People } from '../../bot/people.ts';
import { PLAYGROUND_PEOPLE } from '../../bot/playground/users.ts';
import type { ChatSurface, Incoming, Reply, Said } from '../../bot/surface.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { VirtualClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import { InProcessQueue } from '../../jobs/queue/in-process.ts';
import { unreachable, type Instant } from '../../policies/model.ts';

let folder: string;
let octopus: Octopus;
let receive: (incoming: Incoming) => Promise<Reply>;
const log: string[] = [];

/** A surface that only hands over: what is replied is what the test looks at. */
const surface: ChatSurface = {
  name: 'terminal',
  isIdle: true,
  start: async (take) => void (receive = take),
  post: async (to) => ({ ...to, message: '1' }),
  update: async () => {},
  stop: async () => {},
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-bad-input-'));
  const clock = new VirtualClock(1_795_435_200 as Instant);
  octopus = await Octopus.open({
    folder: await DataFolder.open(folder),
    clock,
    pace: clock.pulling,
    hypervisor: new Simulator({ ...SITE, clock: clock.pulling, speed: 4, store: null }),
    queue: new InProcessQueue(),
    surfaces: [surface],
    people: new People(PLAYGROUND_PEOPLE),
    sampleEvery: null,
    log: (line) => void log.push(line),
  });
});

afterAll(async () => {
  await octopus.stop();
  await rm(folder, { recursive: true, force: true });
});

let deliveries = 0;

function receiveFrom(account: string, said: Said): Promise<Reply> {
  const direct = { surface: 'terminal', address: account };
  return receive({
    delivery: `d-${++deliveries}`,
    actor: { account, name: 'Ann', zone: null, direct },
    from: direct,
    said,
  });
}

function say(text: string): Promise<Reply> {
  return receiveFrom('terminal:ann', { kind: 'text', text, files: [] });
}

/** What is replied, as one text; a form by its title. */
function words(reply: Reply): string {
  switch (reply.kind) {
    case 'nothing':
      return '';
    case 'card':
      return JSON.stringify([reply.card.title, reply.card.summary, reply.card.blocks]);
    case 'form':
      return `form: ${reply.form.title}`;
    case 'problems':
      return JSON.stringify(reply.fields);
    default:
      return unreachable(reply);
  }
}

const long = 'x'.repeat(10_000);

describe('what cannot be is answered, and nothing is made', () => {
  test.each([
    { name: 'no cores', text: 'new 0c 8g ubuntu', says: '0c' },
    { name: 'an absurd size', text: 'new 4c 1e9g ubuntu', says: '1e9g' },
    { name: 'a negative size', text: 'new 4c -4g ubuntu', says: '-4g' },
    { name: 'no memory', text: 'new 4c 0g ubuntu', says: '0g' },
    { name: 'a size beyond all hosts', text: 'new 999c 8g ubuntu', says: 'quota-cores' },
    { name: 'a core and a half', text: 'new 1.5c 8g ubuntu', says: '1.5c' },
    { name: 'not a number', text: 'new NaNc Infinityg ubuntu', says: 'NaNc' },
    {
      name: 'a name in quotes with a quote in it',
      text: `new 4c 8g ubuntu called "build'box"`,
      says: "build'box",
    },
    { name: 'a name with double quotes inside', text: `new 4c 8g ubuntu called 'build"box'`, says: 'build' },
    {
      name: 'a name that a shell would run',
      text: 'new 4c 8g ubuntu called $(Stop-Computer)',
      says: '$(Stop-Computer)',
    },
    { name: 'a name with a backtick and a pipe', text: 'new 4c 8g ubuntu called a`b|c', says: 'a' },
    { name: 'a path for a name', text: 'new 4c 8g ubuntu called ../../etc', says: '../../etc' },
    { name: 'an emoji for a name', text: 'new 4c 8g ubuntu called 🐙', says: '🐙' },
    { name: 'an emoji alone', text: '🐙', says: '🐙' },
    { name: 'an image that is not there', text: 'new 4c 8g plan9', says: 'plan9' },
    { name: 'a length of nothing', text: 'new 4c 8g ubuntu for 0d', says: '0d' },
    { name: 'a length beyond all', text: 'new 4c 8g ubuntu for 9000w', says: '' },
    { name: 'ten thousand characters', text: long, says: '' },
    { name: 'a command and ten thousand characters', text: `new 4c 8g ${long}`, says: '' },
    { name: 'a name of ten thousand characters', text: `new 4c 8g ubuntu called ${long}`, says: '' },
    { name: 'ten thousand words', text: 'new '.repeat(10_000), says: '' },
    { name: 'nothing at all', text: '', says: '' },
    { name: 'white space', text: ' \n\t ', says: '' },
    { name: 'control characters', text: 'new\u0000 4c 8g \u0007ubuntu\u001B[31m', says: '' },
    { name: 'words of the language itself', text: 'show __proto__', says: '__proto__' },
    {
      name: 'a machine called like a member of every object',
      text: 'release constructor',
      says: 'constructor',
    },
    { name: 'an unclosed quote', text: 'new 4c 8g ubuntu called “build', says: '' },
    { name: 'half of a character', text: 'new 4c 8g \uD83D', says: '' },
    { name: 'text that runs from right to left', text: 'new 4c 8g \u202Eutnubu', says: '' },
  ])('$name', async ({ text, says }) => {
    const reply = await say(text);
    await settled(octopus);

    const said = words(reply);
    expect(said).not.toBe('');
    expect(said).toContain(JSON.stringify(says).slice(1, -1));
    expect(said).not.toContain('That is our fault');
    expect(said.length).toBeLessThan(4_000);
    expect([...octopus.loop.state.machines.keys()]).toEqual([]);
    expect([...octopus.loop.state.leases.keys()]).toEqual([]);
    expect(log).toEqual([]);
  });

  test.each<{ name: string; said: Said }>([
    { name: 'a button with a forged token', said: { kind: 'press', token: '$(rm -rf /)', message: null } },
    { name: 'a button with ten thousand characters', said: { kind: 'press', token: long, message: null } },
    {
      name: 'a button that says what no button of ours says',
      said: {
        kind: 'press',
        token: forged({ ask: { kind: 'load-policy', name: 'a', text: '' } }),
        message: null,
      },
    },
    {
      name: 'a form with a forged token',
      said: { kind: 'form', token: forged({ text: 'sudo' }), values: { cores: '4' } },
    },
    {
      name: 'a form full of nonsense',
      said: {
        kind: 'form',
        token: forged({ text: 'new' }),
        values: { cores: '-1', memory: '1e9g', image: '$()', name: '🐙'.repeat(3000) },
      },
    },
    {
      name: 'a form without a single value',
      said: { kind: 'form', token: forged({ text: 'new' }), values: {} },
    },
  ])('$name', async ({ said }) => {
    const reply = words(await receiveFrom('terminal:ann', said));
    await settled(octopus);

    expect(reply).not.toBe('');
    expect(reply).not.toContain('That is our fault');
    expect([...octopus.loop.state.machines.keys()]).toEqual([]);
    expect(log).toEqual([]);
  });

  test('and a plain sentence still passes after all of it', async () => {
    await say('new 4c 8g ubuntu called still-here');
    await settled(octopus);

    expect(octopus.loop.state.machineNamed('still-here')?.phase).toBe('running');
  });
});

function forged(press: unknown): string {
  return Buffer.from(JSON.stringify({ press, nonce: 'n' }), 'utf8').toString('base64url');
}
