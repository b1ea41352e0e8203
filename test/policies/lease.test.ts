import { describe, expect, test } from '@jest/globals';
import type { Ask } from '../../policies/command.ts';
import {
  ada,
  ann,
  bob,
  Cloud,
  DAY,
  HOUR,
  machine,
  noon,
  onHost,
  onLease,
  renew,
  summary,
  WEEK,
} from './cloud.ts';

const withBox = (): Cloud => new Cloud().given(ann, machine(4, 8, { name: 'build-box' }));

describe('lease terms', () => {
  test.each([
    { name: 'as long as usual', by: ann, length: null, ends: WEEK },
    { name: 'as long as asked', by: ann, length: 2 * WEEK, ends: 2 * WEEK },
    { name: 'the longest', by: ann, length: 4 * WEEK, ends: 4 * WEEK },
    { name: 'longer, for an administrator', by: ada, length: 26 * WEEK, ends: 26 * WEEK },
  ])('$name', ({ by, length, ends }) => {
    const cloud = new Cloud().given(
      by,
      machine(4, 8, { name: 'build-box', ...(length === null ? {} : { length }) }),
    );

    expect(cloud.lease('build-box')).toMatchObject({ phase: 'active', holder: by.id, expires: noon + ends });
  });

  test.each([
    {
      name: 'longer than the longest',
      ask: machine(4, 8, { length: 5 * WEEK }),
      outcome:
        'longest-lease: a lease lasts 28 days at most, this asks for 35 days; up to 28 days would pass; it can be renewed later',
    },
    {
      name: 'a name that is taken',
      ask: machine(4, 8, { name: 'build-box' }),
      outcome:
        'name-taken: there is a machine called build-box; another name would pass, or none: then one is made up',
    },
    {
      name: 'too little memory for its image',
      ask: machine(4, 1, { image: 'windows-2022' }),
      outcome: 'too-little-memory: windows-2022 does not boot in 1 GB; 2 GB or more would pass',
    },
    {
      name: 'an image that is not there',
      ask: machine(4, 8, { image: 'plan9' }),
      outcome: 'unknown-image: there is no image plan9; images lists them',
    },
  ])('$name is refused', ({ ask, outcome }) => {
    expect(summary(withBox().ask(ann, ask))).toBe(outcome);
  });
});

describe('permission', () => {
  const release = onLease('release-lease', 'lease-1');
  const holders = 'only-its-holder: build-box is held by Ann; only Ann or an administrator may do this';
  const admins =
    'only-administrators: hosts and policies are for administrators; ask one of them; your own machines are yours to steer';
  test.each<{ who: typeof ann; ask: Ask; outcome: string }>([
    { who: ann, ask: release, outcome: 'accepted' },
    { who: ada, ask: release, outcome: 'accepted' },
    { who: bob, ask: release, outcome: holders },
    { who: bob, ask: onLease('delete-machine', 'lease-1'), outcome: holders },
    { who: bob, ask: onLease('stop-machine', 'lease-1'), outcome: holders },
    { who: bob, ask: onLease('start-machine', 'lease-1'), outcome: holders },
    { who: bob, ask: onLease('restart-machine', 'lease-1'), outcome: holders },
    { who: bob, ask: renew('lease-1'), outcome: holders },
    { who: ann, ask: onHost('drain-host', 'hv01'), outcome: admins },
    { who: ann, ask: onHost('resume-host', 'hv01'), outcome: admins },
    { who: ann, ask: onHost('power-host-off', 'hv01'), outcome: admins },
    { who: ann, ask: onHost('power-host-on', 'hv01'), outcome: admins },
    { who: ann, ask: { kind: 'load-policy', name: 'a.clp', text: '' }, outcome: admins },
    { who: ann, ask: { kind: 'roll-back-policies', version: null }, outcome: admins },
    {
      who: ann,
      ask: renew('lease-9'),
      outcome:
        'gone-already: that machine is gone: its lease is over and its disk was deleted; list shows what you hold',
    },
    {
      who: ada,
      ask: onHost('drain-host', 'hv77'),
      outcome: 'unknown-host: there is no host hv77; hosts lists them',
    },
  ])('$who.id asks to $ask.kind', ({ who, ask, outcome }) => {
    expect(summary(withBox().ask(who, ask))).toBe(outcome);
  });
});

describe('renewing', () => {
  test('a button that saw the end extends it once, however often it is pressed', () => {
    const cloud = withBox();
    const seen = cloud.lease('build-box').expires;

    expect(summary(cloud.ask(ann, renew('lease-1', WEEK, seen)))).toBe('accepted');
    expect(summary(cloud.ask(ann, renew('lease-1', WEEK, seen)))).toBe('accepted');

    expect(cloud.lease('build-box').expires).toBe(seen + WEEK);
  });

  test('a sentence extends it each time', () => {
    const cloud = withBox().given(ann, renew('lease-1', DAY), renew('lease-1', DAY));

    expect(cloud.lease('build-box').expires).toBe(noon + WEEK + 2 * DAY);
  });

  test('never further ahead than the longest lease', () => {
    const cloud = withBox().given(ann, renew('lease-1', 3 * WEEK));

    expect(summary(cloud.ask(ann, renew('lease-1', WEEK)))).toBe(
      'longest-renewal: it would end 35 days from now, the longest is 28 days; it can be renewed once less than 21 days are left',
    );
    expect(cloud.lease('build-box').expires).toBe(noon + 4 * WEEK);
  });

  test('a renewal asked for with the longest exactly passes', () => {
    expect(summary(withBox().ask(ann, renew('lease-1', 3 * WEEK)))).toBe('accepted');
  });
});

/** When the holder was reminded, as seconds before the end. */
function reminders(cloud: Cloud, end: number): readonly number[] {
  return cloud.decisions.flatMap(({ at, events }) =>
    events.flatMap((event) =>
      event.kind === 'notice-opened' && event.notice.kind === 'reminder' ? [end - at] : [],
    ),
  );
}

describe('reminders', () => {
  test.each([
    { name: 'two weeks', length: 2 * WEEK, before: [7 * DAY, DAY, 2 * HOUR] },
    { name: 'a week: not at its very beginning', length: WEEK, before: [DAY, 2 * HOUR] },
    { name: 'a day', length: DAY, before: [2 * HOUR] },
    { name: 'an hour', length: HOUR, before: [] },
  ])('of a lease of $name', ({ length, before }) => {
    const cloud = new Cloud().given(ann, machine(4, 8, { name: 'build-box', length }));

    cloud.until(noon + length - 1);

    expect(reminders(cloud, noon + length)).toEqual(before);
  });

  test('follow the end when it moves', () => {
    const cloud = withBox().until(noon + 6 * DAY + HOUR);
    cloud.given(ann, renew('lease-1', WEEK)).until(noon + 2 * WEEK - 1);

    expect(reminders(cloud, noon + 2 * WEEK)).toEqual([8 * DAY, 7 * DAY, DAY, 2 * HOUR]);
  });
});

describe('the end', () => {
  test('stops the machine, holds the disk for seven days, then purges it', () => {
    const cloud = withBox().until(noon + WEEK - 1);
    expect(cloud.machine('build-box').phase).toBe('running');

    cloud.until(noon + WEEK);
    expect(cloud.machine('build-box').phase).toBe('stopped');
    expect(cloud.lease('build-box')).toMatchObject({ phase: 'held', expires: noon + 2 * WEEK });

    cloud.until(noon + 2 * WEEK - 1);
    expect(cloud.state.machines.size).toBe(1);
    cloud.until(noon + 2 * WEEK);
    expect(cloud.state.machines.size).toBe(0);
    expect(cloud.state.leases.size).toBe(0);
  });

  test('each is announced', () => {
    const cloud = withBox().until(noon + 2 * WEEK);

    const told = cloud.decisions.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'notice-opened' ? [event.notice.kind] : [])),
    );
    expect(told).toEqual(['reminder', 'reminder', 'ended', 'purged']);
  });

  test.each([
    { kind: 'release-lease', hold: 2 * DAY },
    { kind: 'delete-machine', hold: DAY },
  ] as const)('$kind holds the disk, too', ({ kind, hold }) => {
    const cloud = withBox().given(ann, onLease(kind, 'lease-1'));

    expect(cloud.lease('build-box')).toMatchObject({ phase: 'held', expires: noon + hold });
    cloud.until(noon + hold);
    expect(cloud.state.machines.size).toBe(0);
  });

  test('who deletes what is held has it kept no longer than a deletion keeps it', () => {
    const cloud = withBox().given(ann, onLease('release-lease', 'lease-1'));

    cloud.until(noon + 3600).given(ann, onLease('delete-machine', 'lease-1'));
    expect(cloud.lease('build-box')).toMatchObject({ phase: 'held', expires: noon + 3600 + DAY });
    cloud.until(noon + 7200).given(ann, onLease('delete-machine', 'lease-1'));
    expect(cloud.lease('build-box').expires).toBe(noon + 3600 + DAY);
    cloud.given(ann, onLease('release-lease', 'lease-1'));
    expect(cloud.lease('build-box').expires).toBe(noon + 3600 + DAY);
    expect(summary(cloud.ask(bob, onLease('delete-machine', 'lease-1')))).toMatch(/^only-its-holder/);
    cloud.until(noon + 3600 + DAY);
    expect(cloud.state.machines.size).toBe(0);
  });

  test('during the hold its holder can have it back, stopped', () => {
    const cloud = withBox()
      .given(ann, onLease('release-lease', 'lease-1'))
      .until(noon + DAY);

    cloud.given(ann, renew('lease-1'));

    expect(cloud.lease('build-box')).toMatchObject({ phase: 'active', expires: noon + DAY + WEEK });
    expect(cloud.machine('build-box').phase).toBe('stopped');
    cloud.given(ann, onLease('start-machine', 'lease-1'));
    expect(cloud.machine('build-box').phase).toBe('running');
  });

  test('a held machine is not started', () => {
    const cloud = withBox().given(ann, onLease('release-lease', 'lease-1'));

    expect(summary(cloud.ask(ann, onLease('start-machine', 'lease-1')))).toBe(
      'not-during-the-hold: the lease of build-box has ended; only its disk is kept; renew build-box brings it back',
    );
  });
});
