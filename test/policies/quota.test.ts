import { describe, expect, test } from '@jest/globals';
import { ada, ann, bob, Cloud, DAY, GB, host, machine, onLease, renew, summary, WEEK } from './cloud.ts';

const roomy = (): Cloud => new Cloud([host('hv01', 256, 1024)]);
const holding14 = (): Cloud => roomy().given(ann, machine(14, 8, { name: 'one' }));

describe('quota', () => {
  test.each([
    { name: 'a first machine', given: roomy, by: ann, ask: machine(4, 8), outcome: 'accepted' },
    { name: 'all of it at once', given: roomy, by: ann, ask: machine(16, 64), outcome: 'accepted' },
    {
      name: 'one core too many',
      given: roomy,
      by: ann,
      ask: machine(17, 8),
      outcome:
        'quota-cores: you hold 0 of 16 cores, this asks for 17; up to 16 would pass, or release a machine first',
    },
    {
      name: 'four more on fourteen',
      given: holding14,
      by: ann,
      ask: machine(4, 8),
      outcome:
        'quota-cores: you hold 14 of 16 cores, this asks for 4; up to 2 would pass, or release a machine first',
    },
    { name: 'two more on fourteen', given: holding14, by: ann, ask: machine(2, 8), outcome: 'accepted' },
    { name: 'what somebody else holds', given: holding14, by: bob, ask: machine(4, 8), outcome: 'accepted' },
    {
      name: 'too much memory',
      given: holding14,
      by: ann,
      ask: machine(2, 57),
      outcome:
        'quota-memory: you hold 8 GB of 64 GB memory, this asks for 57 GB; up to 56 GB would pass, or release a machine first',
    },
    {
      name: 'a seventh machine',
      given: () => roomy().given(ann, ...Array.from({ length: 6 }, () => machine(1, 1))),
      by: ann,
      ask: machine(1, 1),
      outcome: 'quota-machines: you hold 6 of 6 machines; release one first',
    },
    { name: 'more for an administrator', given: roomy, by: ada, ask: machine(64, 256), outcome: 'accepted' },
  ])('$name: $outcome', ({ given, by, ask, outcome }) => {
    const cloud = given();
    const before = cloud.state.machines.size;

    expect(summary(cloud.ask(by, ask))).toBe(outcome);
    expect(cloud.state.machines.size - before).toBe(outcome === 'accepted' ? 1 : 0);
  });

  test('a request over two quotas hears of both', () => {
    const said = summary(roomy().ask(ann, machine(17, 65)));

    expect(said).toContain('quota-cores');
    expect(said).toContain('quota-memory');
  });

  test('a held lease does not count, and coming back is measured again', () => {
    const cloud = holding14().given(ann, onLease('release-lease', 'lease-1'));
    expect(cloud.state.persons.get(ann.id)).toMatchObject({ cores: 0, memory: 0 });

    cloud.given(ann, machine(4, 8, { name: 'two' }));

    expect(summary(cloud.ask(ann, renew('lease-1')))).toBe(
      'quota-on-return: with one back you would hold 18 of 16 cores and 16 GB of 64 GB; release another machine first',
    );
    cloud.given(ann, onLease('release-lease', 'lease-2')).given(ann, renew('lease-1'));
    expect(cloud.state.persons.get(ann.id)).toMatchObject({ cores: 14, memory: 8 * GB });
  });

  test('a total returns to nothing when everything is gone', () => {
    const cloud = holding14().until(roomy().at + 5 * WEEK + DAY);

    expect(cloud.state.persons.get(ann.id)).toMatchObject({ machines: 0, cores: 0, memory: 0 });
  });
});
