import { describe, expect, test } from '@jest/globals';
import type { JobId } from '../../policies/model.ts';
import { ada, ann, Cloud, DAY, HOUR, host, machine, noon, onHost, onLease, summary, WEEK } from './cloud.ts';

const MINUTE = 60;
const pair = (): Cloud => new Cloud([host('hv01', 16, 64), host('hv02', 16, 64)]);
const threeOneOff = (): Cloud =>
  new Cloud([host('hv01', 8, 32), host('hv02', 8, 32), host('hv03', 16, 64, 'off')]);

describe('placement', () => {
  test.each([
    {
      name: 'packs onto the fullest',
      sizes: [
        [4, 8],
        [4, 8],
        [2, 4],
      ],
      on: ['hv01', 'hv01', 'hv01'],
    },
    {
      name: 'goes elsewhere when cores do not fit',
      sizes: [
        [12, 8],
        [6, 8],
      ],
      on: ['hv01', 'hv02'],
    },
    {
      name: 'goes elsewhere when memory does not fit',
      sizes: [
        [2, 48],
        [2, 24],
      ],
      on: ['hv01', 'hv02'],
    },
    {
      name: 'fills the gap that is left',
      sizes: [
        [12, 48],
        [6, 32],
        [4, 16],
      ],
      on: ['hv01', 'hv02', 'hv01'],
    },
  ])('$name', ({ sizes, on }) => {
    const cloud = pair();

    sizes.forEach(([cores = 0, gb = 0], index) =>
      cloud.given(ada, machine(cores, gb, { name: `vm-${index}` })),
    );

    expect(sizes.map((_, index) => cloud.machine(`vm-${index}`).host)).toEqual(on);
  });

  test('switches the smallest sufficient host on when none that is ready has room', () => {
    const cloud = new Cloud([host('hv01', 8, 32), host('hv02', 64, 256, 'off'), host('hv03', 16, 64, 'off')]);
    cloud.given(ada, machine(8, 8, { name: 'first' }));

    expect(summary(cloud.ask(ada, machine(4, 8, { name: 'second' })))).toBe('accepted');
    expect(cloud.machine('second')).toMatchObject({ phase: 'waiting', awaits: 'hv03' });
    expect(cloud.hosts).toEqual(['hv01: ready 1', 'hv02: off 0', 'hv03: starting 0']);

    cloud.work();
    expect(cloud.machine('second')).toMatchObject({ phase: 'running', host: 'hv03' });
  });

  test('a second one waits for the same host when it fits there too', () => {
    const cloud = threeOneOff().given(ada, machine(8, 8), machine(8, 8));

    cloud.ask(ada, machine(4, 8, { name: 'third' }));
    cloud.ask(ada, machine(4, 8, { name: 'fourth' }));
    expect(cloud.machine('fourth').awaits).toBe('hv03');

    cloud.work();
    expect(cloud.hosts).toEqual(['hv01: ready 1', 'hv02: ready 1', 'hv03: ready 2']);
  });

  test('refuses with the numbers when no host can carry it', () => {
    const cloud = threeOneOff();

    expect(summary(cloud.ask(ada, machine(20, 8)))).toBe(
      'no-room: no host has room for 20 cores and 8 GB; the largest that would fit now has 16 cores and 64 GB, on hv03',
    );
    expect(cloud.state.machines.size).toBe(0);
    expect(cloud.hosts).toEqual(['hv01: ready 0', 'hv02: ready 0', 'hv03: off 0']);
  });

  test('tries another host when a machine could not be made, and gives up when there is no other', () => {
    const cloud = pair();
    cloud.ask(ann, machine(4, 8, { name: 'box' }));
    const fail = (): void => {
      const job = [...cloud.state.jobs.values()].find(({ phase }) => phase === 'queued');
      if (job === undefined) throw new Error('no job is queued');
      cloud.take({
        kind: 'job-ended',
        job: job.id,
        outcome: 'failed',
        fault: 'configuration',
        message: 'no switch',
        undone: true,
      });
    };

    fail();
    expect(cloud.machine('box')).toMatchObject({ host: 'hv02', avoids: ['hv01'] });
    fail();
    expect(cloud.state.machines.size).toBe(0);
    expect(cloud.state.leases.size).toBe(0);
    expect(cloud.state.persons.get(ann.id)).toMatchObject({ machines: 0, cores: 0, memory: 0 });
  });
});

describe('drain', () => {
  test('moves everything off, and takes nothing until it is resumed', () => {
    const cloud = pair().given(
      ann,
      machine(2, 8, { name: 'a' }),
      machine(2, 8, { name: 'b' }),
      machine(2, 8, { name: 'c' }),
    );
    cloud.given(ann, onLease('stop-machine', 'lease-3'));

    cloud.given(ada, onHost('drain-host', 'hv01'));

    expect(cloud.hosts).toEqual(['hv01: draining 0', 'hv02: ready 3']);
    expect(cloud.machine('c').phase).toBe('stopped');
    cloud.given(ann, machine(2, 8, { name: 'd' }));
    expect(cloud.machine('d').host).toBe('hv02');
    cloud.given(ada, onHost('resume-host', 'hv01'));
    expect(cloud.hosts).toEqual(['hv01: ready 0', 'hv02: ready 4']);
  });

  test('switches a host on when the others have no room', () => {
    const cloud = threeOneOff().given(ada, machine(8, 8, { name: 'a' }), machine(8, 8, { name: 'b' }));

    cloud.given(ada, onHost('drain-host', 'hv01')).until(noon + 6 * MINUTE);

    expect(cloud.machine('a').host).toBe('hv03');
    expect(cloud.hosts).toEqual(['hv01: draining 0', 'hv02: ready 1', 'hv03: ready 1']);
  });

  test('a host that is too small to help stays off, however long the drain waits', () => {
    const cloud = new Cloud([host('hv01', 16, 64), host('hv02', 8, 32), host('hv03', 8, 32, 'off')]);
    cloud.given(ada, machine(12, 8, { name: 'large', length: 4 * WEEK }));

    cloud.given(ada, onHost('drain-host', 'hv01')).until(noon + 2 * HOUR);

    const created = cloud.decisions.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'job-created' ? [event.job.kind] : [])),
    );
    expect(created.filter((kind) => kind === 'power-on')).toEqual([]);
    expect(cloud.machine('large').host).toBe('hv01');
    expect(cloud.hosts).toContain('hv01: draining 1');
  });

  test('a host that is switched off is drained first', () => {
    const cloud = pair().given(ann, machine(2, 8, { name: 'a' }));

    cloud.given(ada, onHost('power-host-off', 'hv01'));

    expect(cloud.hosts).toEqual(['hv01: off 0', 'hv02: ready 1']);
    expect(cloud.machine('a').phase).toBe('running');
  });

  test.each([
    {
      ask: onHost('drain-host', 'hv03'),
      outcome: 'nothing-to-drain: hv03 is off: there is nothing to drain',
    },
    {
      ask: onHost('resume-host', 'hv03'),
      outcome: 'cannot-resume: hv03 is off: it cannot resume; host hv03 on switches it on',
    },
    { ask: onHost('power-host-off', 'hv03'), outcome: 'accepted' },
    { ask: onHost('power-host-on', 'hv01'), outcome: 'accepted' },
  ])('$ask.kind of $ask.host', ({ ask, outcome }) => {
    const cloud = threeOneOff();

    expect(summary(cloud.ask(ada, ask))).toBe(outcome);
    expect(cloud.state.jobs.size).toBe(0);
  });
});

describe('saving power', () => {
  test('idle hosts are switched off, but one stays', () => {
    const cloud = new Cloud([host('hv01', 16, 64), host('hv02', 16, 64), host('hv03', 16, 64)]);

    cloud.until(noon + 10 * MINUTE - 1);
    expect(cloud.hosts).toEqual(['hv01: ready 0', 'hv02: ready 0', 'hv03: ready 0']);
    cloud.until(noon + 10 * MINUTE);

    expect(cloud.hosts.filter((said) => said.includes('ready'))).toHaveLength(1);
    expect(cloud.hosts.filter((said) => said.includes('off'))).toHaveLength(2);
    cloud.until(noon + DAY);
    expect(cloud.hosts.filter((said) => said.includes('ready'))).toHaveLength(1);
  });

  test('the one that is in use stays, the empty one goes', () => {
    const cloud = pair()
      .given(ann, machine(2, 8, { name: 'a' }))
      .until(noon + 10 * MINUTE);

    expect(cloud.hosts).toEqual(['hv01: ready 1', 'hv02: off 0']);
  });

  test('two half empty hosts become one full and one off', () => {
    const cloud = pair()
      .given(ann, machine(12, 48, { name: 'big' }))
      .given(ada, machine(6, 8, { name: 'small' }));
    expect(cloud.hosts).toEqual(['hv01: ready 1', 'hv02: ready 1']);

    cloud
      .given(ann, onLease('stop-machine', 'lease-1'), onLease('release-lease', 'lease-1'))
      .given(ann, machine(2, 8, { name: 'tiny', length: 4 * WEEK }));
    cloud.until(noon + HOUR);

    expect([cloud.machine('small').host, cloud.machine('tiny').host]).toEqual(['hv02', 'hv02']);
  });

  test('a disk on a host that is off is purged when its hold is over', () => {
    const cloud = pair()
      .given(ann, machine(2, 8, { name: 'a' }))
      .given(ann, onLease('release-lease', 'lease-1'));

    cloud.until(noon + 3 * DAY);

    expect(cloud.state.machines.size).toBe(0);
    expect(cloud.state.jobs.size).toBe(0);
  });

  test('a hold that is over while its host goes off is followed by on and purge', () => {
    const cloud = new Cloud([host('hv01', 4, 16), host('hv02', 16, 64)])
      .given(ann, machine(4, 8, { name: 'a' }))
      .given(ann, machine(4, 8, { name: 'b', length: 4 * WEEK }))
      .given(ann, onLease('release-lease', 'lease-1'));
    const kinds = (): readonly string[] => [...cloud.state.jobs.values()].map(({ job }) => job.kind);
    while (!kinds().includes('power-off')) {
      cloud.at = cloud.state.nextTimer()?.at ?? cloud.at;
      cloud.take({ kind: 'tick' });
    }

    cloud.at = cloud.lease('a').expires;
    cloud.take({ kind: 'tick' });

    expect(kinds()).toEqual(['power-off', 'power-on', 'purge']);
    const [off] = cloud.state.jobs.keys();
    cloud.take({ kind: 'job-ended', job: off as JobId, outcome: 'done' });
    expect(cloud.hosts).toEqual(['hv01: starting 0', 'hv02: ready 1']);
    cloud.work();
    expect(cloud.state.machineNamed('a')).toBeUndefined();
    expect(cloud.hosts).toEqual(['hv01: ready 0', 'hv02: ready 1']);
  });
});
