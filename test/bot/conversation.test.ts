import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Office, type Platform } from './office.ts';

// Adapters keep the vendors' pace in real time, so a chapter takes as long as it takes.
const DAY = 86_400;
const WEEK = 7 * DAY;

const noGiants = `(defrule no-giants "Nobody takes six cores at once."
  (declare (salience 200))
  (request (id ?r) (kind new-machine) (cores ?cores&:(> ?cores 5)))
  =>
  (refuse ?r (str-cat "six cores are too many, this asks for " ?cores) "up to 5 would pass"))
`;
const broken = noGiants.replace('(cores ?cores', '(coers ?cores');

// One working month of three people, told from beginning to end; each test is a chapter and builds on those before it.
describe.each<Platform>(['slack', 'teams'])('a conversation in %s', (platform) => {
  let office: Office;
  /** In Slack a sentence to Octopus in a channel is a slash command, in Teams a mention. */
  const vm = (text: string): string => (platform === 'slack' ? `/vm ${text}` : text);

  /** A button that asks before it acts: Slack's own dialog is answered, in Teams the button of the inner card is pressed. */
  const confirmed = (label: string): string => (platform === 'slack' ? label : `Yes, ${label.toLowerCase()}`);

  beforeAll(async () => {
    office = await Office.open(platform);
  });
  afterAll(() => office.close());

  test('a sentence makes a machine', async () => {
    const made = await office.say('ann', vm('new 4 cores 8 GB ubuntu for 2 weeks called “build-box”'));
    expect(made).toContain('build-box is running');
    expect(made).toMatch(/ssh ubuntu@[\d.]+/);
    expect(made).toContain('hv01');
    expect(made).toContain('[Renew 1 week]');
  });

  test('a mention in a channel makes one too', async () => {
    const made = await office.say('bob', '@Octopus new 2c 4g debian -n bobs-box', { place: '#lab' });
    expect(made).toContain('bobs-box is running');
  });

  test('list and show', async () => {
    const listed = await office.say('ann', vm('list'));
    expect(listed).toContain('build-box');
    expect(listed).not.toContain('bobs-box');
    expect(await office.say('ann', vm('show build-box'))).toContain('4 cores, 8 GB');
    expect(await office.say('ann', vm('quota'))).toMatch(/4 of 16/);
  });

  test('pressing Renew twice renews once', async () => {
    const end = (): number =>
      Number([...office.octopus.loop.state.leases.values()].find(({ holder }) => holder === 'ann')?.expires);
    const before = end();
    const press = office.button('ann', 'Renew 1 week', 'build-box is running');
    await office.press('ann', 'Renew 1 week', { on: 'build-box is running' });
    expect(end() - before).toBe(WEEK);
    await office.again('ann', press, 'Renew 1 week');
    expect(end() - before).toBe(WEEK);
  });

  test('another person may not release it', async () => {
    const refused = await office.say('bob', vm('release build-box'));
    expect(refused).toContain('build-box is held by Ann');
    expect(refused).toContain('Only Ann or an administrator may do this');
    expect(refused).toContain('only-its-holder');
    expect(refused.match(/Refused/g)).toHaveLength(1);
  });

  test('a button in the channel that is not theirs', async () => {
    const pressed = await office.press('ann', confirmed('Release'), {
      on: 'bobs-box is running',
      owner: 'bob',
    });
    expect(pressed).toContain('bobs-box is held by Bob');
  });

  test('a refusal has its rule and its numbers', async () => {
    const refused = await office.say('ann', vm('new 14c 8g ubuntu'));
    expect(refused).toContain('quota-cores');
    expect(refused).toContain('you hold 4 of 16 cores, this asks for 14');
    expect(refused).toContain('Up to 12 would pass');
    expect(await office.say('ann', vm('why'))).toContain('you hold 4 of 16 cores, this asks for 14');
  });

  test('an unclear word is answered with the nearest command as a button', async () => {
    expect(await office.say('ann', vm('lst'))).toContain('[list]');
    expect(await office.press('ann', 'list')).toContain('build-box');
  });

  test('what is missing is asked for in a form', async () => {
    expect(await office.say('ann', vm('new ubuntu'))).toContain('[Make it]');
    expect(
      await office.fill(
        'ann',
        { cores: '2', memory: 'lots', image: 'ubuntu-24.04', name: 'scratch', length: '' },
        'Make it',
      ),
    ).toContain('Memory looks like 8g or 8192m.');
    const made = await office.fill(
      'ann',
      { cores: '2', memory: '4g', image: 'ubuntu-24.04', name: 'scratch', length: '' },
      'Make it',
    );
    expect(made).toContain('scratch is running');
  });

  test('deleting asks first and says what is lost', async () => {
    const asked = await office.say('ann', vm('delete scratch'));
    expect(asked).toContain('[Delete scratch]');
    expect([...office.octopus.loop.state.machines.values()].map(({ phase }) => phase)).not.toContain(
      'stopped',
    );
    expect(asked).toContain('cannot be got back');
    await office.press('ann', 'Delete scratch', { on: 'Delete scratch?' });
    expect([...office.octopus.loop.state.leases.values()].map(({ phase }) => phase)).toContain('held');
  });

  test('an administrator drains a host and switches it', async () => {
    expect(await office.say('bob', vm('host hv01 drain'))).toContain(
      'hosts and policies are for administrators',
    );
    await office.say('ada', vm('host hv01 drain'));
    const running = [...office.octopus.loop.state.machines.values()].filter(
      ({ phase }) => phase === 'running',
    );
    expect(running.map(({ host }) => host)).toEqual(['hv02', 'hv02']);
    await office.say('ada', vm('host hv01 resume'));
    await office.say('ada', vm('host hv03 on'));
    expect(office.octopus.loop.state.hosts.get('hv03' as never)?.status).toBe('ready');
    await office.say('ada', vm('host hv03 off'));
    expect(office.octopus.loop.state.hosts.get('hv03' as never)?.status).toBe('off');
    expect(await office.say('ada', vm('hosts'))).toContain('hv04');
  });

  test('a policy file is checked, acts, and is taken back', async () => {
    const version = office.octopus.loop.state.count('policy');
    const wrong = await office.say('ada', 'policy load', { file: { name: 'giants.clp', text: broken } });
    expect(wrong).toContain('`coers`');
    expect(wrong).toContain('`cores`');
    expect(office.octopus.loop.state.count('policy')).toBe(version);
    const loaded = await office.say('ada', 'policy load', { file: { name: 'giants.clp', text: noGiants } });
    expect(loaded).toContain('no-giants');
    expect(await office.say('ann', vm('new 6c 8g ubuntu'))).toContain(
      'six cores are too many, this asks for 6',
    );
    await office.say('ada', vm('policy list'));
    await office.say('ada', vm('policy rollback'));
    expect(office.octopus.loop.state.count('policy')).toBe(version);
  });

  test('reminders, the end, the hold and the purge', async () => {
    const reminded = await office.pass(6 * DAY + 3600, '6 days and an hour');
    expect(reminded).toContain('The lease of bobs-box ends in 1 day');
    expect(reminded).toContain('[Renew 1 week] [Renew 2 weeks] [Release');
    expect(reminded).toContain('scratch is gone');
    const ended = await office.pass(DAY, 'a day');
    expect(ended).toContain('The lease of bobs-box has ended');
    expect(ended).toContain('Its disk is kept for a while, then it is deleted with all that is on it.');
    const purged = await office.pass(WEEK, 'a week');
    expect(purged).toContain('bobs-box is gone');
    expect(purged).toContain('The lease of build-box ends in 7 days');
    expect(await office.pass(WEEK, 'a week')).toContain('The lease of build-box has ended');
    expect(await office.pass(WEEK, 'a week')).toContain('build-box is gone');
    expect(await office.pass(WEEK, 'a week')).toBe('');
    expect([...office.octopus.loop.state.leases.keys()]).toEqual([]);
    expect([...office.octopus.loop.state.machines.keys()]).toEqual([]);
    expect(await office.say('ann', vm('list'))).not.toContain('build-box |');
    expect(await office.say('ann', vm('why build-box'))).toContain('lease-is-over');
    expect(office.log).toEqual([]);
  });

  test('and so it reads', async () => {
    const file = join(import.meta.dirname, `../golden/conversation-${platform}.txt`);
    if (process.env['UPDATE'] === '1') writeFileSync(file, office.transcript);
    expect(office.transcript).toBe(readFileSync(file, 'utf8'));
  });
});
