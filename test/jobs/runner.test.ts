import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PlannedFault, Verb } from '../../hyperv/simulator/faults.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { VirtualClock } from '../../jobs/clock.ts';
import { stepsOf } from '../../jobs/runbook.ts';
import { Runner } from '../../jobs/runner.ts';
import type { Input } from '../../policies/input.ts';
import type { Job, JobRecord } from '../../policies/job.ts';
import type {
  Fault,
  HostName,
  ImageName,
  Instant,
  JobId,
  MachineId,
  MachineName,
} from '../../policies/model.ts';

const noon = 1_800_000_000 as Instant;
const [hv01, hv02, hv03] = ['hv01', 'hv02', 'hv03'] as HostName[] as [HostName, HostName, HostName];
const id = 'job-7-0' as JobId;
const machine = 'm-1' as MachineId;
const spec = {
  machine,
  name: 'box' as MachineName,
  image: 'ubuntu-24.04' as ImageName,
  cores: 2,
  memory: 4096,
};
const CLONE: Job = { kind: 'clone', host: hv01, ...spec };
const JOBS: Record<Job['kind'], Job> = {
  clone: CLONE,
  start: { kind: 'start', host: hv01, machine },
  stop: { kind: 'stop', host: hv01, machine },
  restart: { kind: 'restart', host: hv01, machine },
  migrate: { kind: 'migrate', host: hv01, machine, to: hv02 },
  purge: { kind: 'purge', host: hv01, machine },
  'power-on': { kind: 'power-on', host: hv03 },
  'power-off': { kind: 'power-off', host: hv02 },
};

/** Hosts, a clock, and as much of the loop as a runner sees: what it was told is folded into the job's record. */
class Bench {
  readonly clock = new VirtualClock(noon);
  readonly simulator = new Simulator({ ...SITE, clock: this.clock.pulling, store: null });
  readonly told: Input[] = [];
  readonly lines: string[] = [];
  record: JobRecord | undefined;
  /** Called before and after an input is journalled: where a test pulls the plug. */
  plug: (moment: number) => void = () => undefined;
  #moments = 0;

  constructor(job: Job) {
    this.record = { id, job, phase: 'queued', since: noon, done: [] };
  }

  async submit(input: Input): Promise<void> {
    this.plug(this.#moments++);
    await Promise.resolve();
    this.told.push(input);
    if (input.kind === 'job-ended') this.record = undefined;
    if (input.kind === 'step-done' && this.record !== undefined)
      this.record = { ...this.record, done: [...this.record.done, input.step] };
    this.plug(this.#moments++);
  }

  runner(): Runner {
    return new Runner({
      hypervisor: this.simulator,
      clock: this.clock,
      pace: this.clock.pulling,
      record: (job) => (job === id ? this.record : undefined),
      submit: (input) => this.submit(input),
      log: (line) => this.lines.push(line),
    });
  }

  /** Runs the job once, while time goes on by itself. */
  async run(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const over = new AbortController();
    const time = this.clock.pulling.at((this.clock.now() + 1_000_000) as Instant, over.signal);
    time.catch(() => undefined);
    try {
      await this.runner().run(id, signal);
    } finally {
      over.abort(new Error('over'));
    }
  }

  /** The machine as it should be before the job, made without the runner. */
  async prepare(): Promise<this> {
    const job = this.record?.job;
    if (job === undefined || job.kind === 'clone' || !('machine' in job)) return this;
    await this.simulator.createDifferencingDisk(hv01, machine, spec.image);
    await this.simulator.defineMachine(hv01, spec);
    if (job.kind !== 'start') await this.simulator.startMachine(hv01, machine);
    this.record = { id, job, phase: 'queued', since: this.clock.now(), done: [] };
    return this;
  }

  /** What was told, in words; and what there is, host by host. */
  story(): string[] {
    return this.told.map((input) => {
      if (input.kind === 'step-done')
        return input.address === undefined ? input.step : `${input.step} ${input.address}`;
      if (input.kind === 'job-ended')
        return [input.outcome, input.fault, input.undone].filter((word) => word !== undefined).join(' ');
      return input.kind;
    });
  }

  things(): string[] {
    return this.simulator
      .audit()
      .flatMap(({ name, machines, disks }) =>
        machines
          .map((there) => `${there.machine} ${there.power} on ${name}`)
          .concat(disks.map((disk) => `disk of ${disk.machine} on ${name}`)),
      );
  }
}

const made = ['m-1 running on hv01', 'disk of m-1 on hv01'];
const whole = [
  'create-differencing-disk',
  'define-machine',
  'seed-machine',
  'start-machine',
  'await-address 10.20.0.11',
  'done',
];

describe('a job without trouble', () => {
  test.each([
    { kind: 'clone', story: whole, things: made, seconds: 27 },
    {
      kind: 'start',
      story: ['start-machine', 'await-address 10.20.0.11', 'done'],
      things: made,
      seconds: 23,
    },
    {
      kind: 'stop',
      story: ['stop-machine', 'done'],
      things: ['m-1 off on hv01', 'disk of m-1 on hv01'],
      seconds: 5,
    },
    {
      kind: 'restart',
      story: ['restart-machine', 'await-address 10.20.0.11', 'done'],
      things: made,
      seconds: 28,
    },
    {
      kind: 'migrate',
      story: ['migrate-machine', 'done'],
      things: ['m-1 running on hv02', 'disk of m-1 on hv02'],
      seconds: 11,
    },
    {
      kind: 'purge',
      story: ['stop-machine', 'remove-machine', 'delete-disk', 'done'],
      things: [],
      seconds: 7,
    },
    { kind: 'power-on', story: ['power-on-host', 'await-host', 'done'], things: [], seconds: 92 },
    { kind: 'power-off', story: ['power-off-host', 'done'], things: [], seconds: 30 },
  ] as const)('$kind takes about $seconds s', async ({ kind, story, things, seconds }) => {
    const bench = await new Bench(JOBS[kind]).prepare();
    const began = bench.clock.now();
    await bench.run();
    expect(bench.story()).toEqual(story);
    expect(bench.things()).toEqual(things);
    expect(bench.clock.now() - began).toBeGreaterThanOrEqual(seconds);
    expect(bench.clock.now() - began).toBeLessThanOrEqual(seconds + 6);
    await bench.run();
    expect(bench.told).toHaveLength(story.length);
  });

  test('a job that the state does not know is nothing', async () => {
    const bench = new Bench(CLONE);
    await bench.runner().run('job-9-9' as JobId, new AbortController().signal);
    expect(bench.told).toEqual([]);
    expect(bench.things()).toEqual([]);
  });

  test('what somebody has done already is not done again, only told', async () => {
    const bench = await new Bench(JOBS.stop).prepare();
    await bench.simulator.stopMachine(hv01, machine);
    bench.simulator.fail({ verb: 'stopMachine', fault: 'configuration', when: 'before', times: 9 });
    await bench.run();
    expect(bench.story()).toEqual(['stop-machine', 'done']);
  });
});

const acting: Verb[] = ['createDifferencingDisk', 'defineMachine', 'startMachine'];
const looking: Verb[] = ['findDisk', 'findMachine'];
const passing: Fault[] = ['busy', 'unreachable', 'timeout', 'unknown-outcome'];
const staying: Fault[] = ['no-room', 'configuration', 'incompatible', 'base-changed', 'missing', 'conflict'];
const whens = ['before', 'after'] as const;

describe('faults that pass', () => {
  const cases = [...acting, ...looking].flatMap((verb) =>
    [...passing, 'hang' as const].flatMap((fault) => whens.map((when) => ({ verb, fault, when, times: 3 }))),
  );
  test.each(cases)(
    '$verb meets $fault $when it acts, three times: the machine is made once',
    async (fault) => {
      const bench = new Bench(CLONE);
      bench.simulator.fail(fault);
      await bench.run();
      expect(bench.story()).toEqual(whole);
      expect(bench.things()).toEqual(made);
    },
  );

  test('a host that is away for a minute costs a minute', async () => {
    const bench = new Bench(CLONE);
    bench.simulator.vanish(hv01);
    void bench.clock.at((noon + 60) as Instant).then(() => bench.simulator.comeBack(hv01));
    await bench.run();
    expect(bench.story()).toEqual(whole);
  });

  test('a host that is away while a guest boots costs nothing', async () => {
    const bench = new Bench(CLONE);
    void bench.clock.at((noon + 8) as Instant).then(() => bench.simulator.vanish(hv01));
    void bench.clock.at((noon + 20) as Instant).then(() => bench.simulator.comeBack(hv01));
    await bench.run();
    expect(bench.story()).toEqual(whole);
    expect(bench.clock.now() - noon).toBeLessThan(35);
  });

  test('whoever is busy is waited for longer than whoever does not answer', async () => {
    const bench = new Bench(CLONE);
    bench.simulator.fail({ verb: 'createDifferencingDisk', fault: 'busy', when: 'before', times: 40 });
    await bench.run();
    expect(bench.story()).toEqual(whole);
    expect(bench.clock.now() - noon).toBeGreaterThan(500);
  });

  test('they are told to operators, attempt by attempt', async () => {
    const bench = new Bench(CLONE);
    bench.simulator.fail({ verb: 'defineMachine', fault: 'busy', when: 'before', times: 2 });
    await bench.run();
    expect(bench.lines).toEqual([
      'job-7-0: attempt 1 of define-machine failed: busy: defineMachine at hv01 failed: busy',
      'job-7-0: attempt 2 of define-machine failed: busy: defineMachine at hv01 failed: busy',
    ]);
  });

  test('an answer that is lost every time is found by looking once more before giving up', async () => {
    const bench = await new Bench(JOBS.migrate).prepare();
    bench.simulator.fail({ verb: 'migrateMachine', fault: 'unreachable', when: 'before', times: 7 });
    bench.simulator.fail({ verb: 'migrateMachine', fault: 'unknown-outcome', when: 'after' });
    await bench.run();
    expect(bench.story()).toEqual(['migrate-machine', 'done']);
  });

  test('a machine restarts once although its answer was lost', async () => {
    const bench = await new Bench(JOBS.restart).prepare();
    bench.simulator.fail({ verb: 'restartMachine', fault: 'unknown-outcome', when: 'after' });
    const began = bench.clock.now();
    await bench.run();
    expect(bench.story()).toEqual(['restart-machine', 'await-address 10.20.0.11', 'done']);
    const there = await bench.simulator.findMachine(hv01, machine);
    expect(there?.upSince).toBe(began + 8);
  });

  test('a machine restarts once although the process died before it could say so', async () => {
    const bench = await new Bench(JOBS.restart).prepare();
    const began = bench.clock.now();
    const kill = new AbortController();
    bench.plug = (moment) => {
      if (moment === 0) kill.abort(new Error('killed'));
      kill.signal.throwIfAborted();
    };
    await expect(bench.run(kill.signal)).rejects.toThrow('killed');
    bench.plug = () => undefined;
    await bench.clock.advance(60);
    await bench.run();
    expect(bench.story()).toEqual(['restart-machine', 'await-address 10.20.0.11', 'done']);
    expect((await bench.simulator.findMachine(hv01, machine))?.upSince).toBe(began + 8);
  });
});

describe('faults that stay', () => {
  const cases = [...acting, ...looking].flatMap((verb) =>
    staying.flatMap((fault) => whens.map((when) => ({ verb, fault, when }))),
  );
  test.each(cases)('$verb meets $fault $when it acts: nothing is left of the machine', async (fault) => {
    const bench = new Bench(CLONE);
    bench.simulator.fail(fault);
    await bench.run();
    expect(bench.story().at(-1)).toBe(`failed ${fault.fault} true`);
    expect(bench.things()).toEqual([]);
  });

  test('a machine without an address: timeout, in a sentence, and taken back', async () => {
    const bench = new Bench(CLONE);
    // The guest is switched off whenever somebody looks, so it never boots to its end.
    bench.simulator.fail({ verb: 'findMachine', fault: 'timeout', when: 'after', times: 4 });
    const stubborn = bench.simulator.findMachine.bind(bench.simulator);
    bench.simulator.findMachine = async (...call) => {
      const found = await stubborn(...call);
      return found === undefined ? undefined : { ...found, address: null };
    };
    await bench.run();
    expect(bench.told.at(-1)).toEqual({
      kind: 'job-ended',
      job: id,
      outcome: 'failed',
      fault: 'timeout',
      message: 'm-1 runs on hv01, but has reported no address for 5 minutes',
      undone: true,
    });
    expect(bench.things()).toEqual([]);
  });

  test('what cannot be taken back is said', async () => {
    const bench = new Bench(CLONE);
    bench.simulator.fail({ verb: 'startMachine', fault: 'no-room', when: 'before' });
    bench.simulator.fail({ verb: 'deleteDisk', fault: 'configuration', when: 'before' });
    await bench.run();
    expect(bench.story().at(-1)).toBe('failed no-room false');
    expect(bench.things()).toEqual(['disk of m-1 on hv01']);
  });

  test('a machine that somebody has removed meanwhile is no obstacle to taking the rest back', async () => {
    const bench = new Bench(CLONE);
    const startMachine = bench.simulator.startMachine.bind(bench.simulator);
    bench.simulator.startMachine = async (...call) => {
      await bench.simulator.removeMachine(hv01, machine);
      await startMachine(...call);
    };
    await bench.run();
    expect(bench.story().at(-1)).toBe('failed missing true');
    expect(bench.things()).toEqual([]);
  });

  test('a migration is not over while the source still knows the machine', async () => {
    const bench = await new Bench(JOBS.migrate).prepare();
    await bench.simulator.createDifferencingDisk(hv02, machine, spec.image);
    await bench.simulator.defineMachine(hv02, spec);
    await bench.run();
    expect(bench.story()).toEqual(['failed conflict']);
    expect(bench.things()).toContain('m-1 running on hv01');
  });

  test('a host that is gone for good ends the job, not taken back', async () => {
    const bench = new Bench(CLONE);
    bench.simulator.vanish(hv01);
    await bench.run();
    expect(bench.story()).toEqual(['failed unreachable false']);
    expect(bench.clock.now() - noon).toBeGreaterThan(100);
  });

  test('a machine that does not start is kept', async () => {
    const bench = await new Bench(JOBS.start).prepare();
    bench.simulator.fail({ verb: 'startMachine', fault: 'no-room', when: 'before' });
    await bench.run();
    expect(bench.story()).toEqual(['failed no-room']);
    expect(bench.things()).toEqual(['m-1 off on hv01', 'disk of m-1 on hv01']);
  });

  test('an error of our own ends the job loudly, at once', async () => {
    const bench = new Bench(CLONE);
    let calls = 0;
    bench.simulator.defineMachine = () => {
      calls += 1;
      return Promise.reject(new TypeError('no such property'));
    };
    await bench.run();
    expect(calls).toBe(1);
    expect(bench.story().at(-1)).toBe('failed unknown-outcome true');
    expect(bench.lines.join('\n')).toContain('TypeError: no such property');
    expect(bench.things()).toEqual([]);
  });

  test('an answer that heeds no signal ends with its deadline', async () => {
    const bench = await new Bench(JOBS.stop).prepare();
    bench.simulator.stopMachine = () => new Promise<void>(() => undefined);
    await bench.run();
    expect(bench.told.at(-1)).toMatchObject({
      fault: 'timeout',
      message: 'stop-machine at hv01 took longer than 420 s',
    });
  });
});

describe('cut off and run again', () => {
  const kinds = Object.keys(JOBS) as Job['kind'][];
  const cases = kinds.flatMap((kind) =>
    Array.from({ length: 2 * stepsOf(JOBS[kind]).length + 2 }, (_, moment) => ({ kind, moment })),
  );
  test.each(cases)('$kind, killed at moment $moment around its inputs', async ({ kind, moment }) => {
    const calm = await new Bench(JOBS[kind]).prepare();
    await calm.run();
    const bench = await new Bench(JOBS[kind]).prepare();
    const kill = new AbortController();
    const reason = new Error('killed');
    bench.plug = (now) => {
      if (now !== moment) return;
      kill.abort(reason);
      throw reason;
    };
    await expect(bench.run(kill.signal)).rejects.toBe(reason);
    bench.plug = () => undefined;
    await bench.run();
    expect(bench.things()).toEqual(calm.things());
    expect(bench.story()).toEqual(calm.story());
  });

  test('a run that loses its lock while it tells of its last step does not end the job', async () => {
    const bench = await new Bench(JOBS.stop).prepare();
    const kill = new AbortController();
    bench.plug = (moment) => {
      if (moment === 1) kill.abort(new Error('lock lost'));
    };
    await expect(bench.run(kill.signal)).rejects.toThrow('lock lost');
    expect(bench.story()).toEqual(['stop-machine']);
    await bench.run();
    expect(bench.story()).toEqual(['stop-machine', 'done']);
  });

  test('an aborted run says nothing more, and leaves the job for the next', async () => {
    const bench = new Bench(CLONE);
    const kill = new AbortController();
    void bench.clock.at((noon + 2) as Instant).then(() => kill.abort(new Error('shutting down')));
    await expect(bench.run(kill.signal)).rejects.toThrow('shutting down');
    expect(bench.story()).toEqual(['create-differencing-disk']);
    expect(bench.record).toBeDefined();
  });
});

const off = ['m-1 off on hv01', 'disk of m-1 on hv01'];
const moved = ['m-1 running on hv02', 'disk of m-1 on hv02'];

/** What may be there after a job of this kind has ended so. */
function legal(
  kind: 'clone' | 'purge' | 'migrate' | 'start',
  done: boolean,
  undone: boolean | undefined,
): string[][] {
  const ruins = [[], ['disk of m-1 on hv01'], off, made];
  switch (kind) {
    case 'clone':
      return done ? [made] : undone === true ? [[]] : ruins;
    case 'purge':
      return done ? [[]] : ruins;
    case 'migrate':
      return done ? [moved] : [made, moved];
    case 'start':
      return done ? [made] : [made, off];
    default:
      return [];
  }
}

// Whatever fails, whenever the process dies, however often: the job ends once, in the end there is the machine that was
// wanted or nothing at all, and a disk never stays behind.
test('a job ends once and leaves no ruins', async () => {
  const fault = fc.record<PlannedFault>({
    verb: fc.constantFrom<Verb[]>(
      ...acting,
      ...looking,
      'stopMachine',
      'removeMachine',
      'deleteDisk',
      'migrateMachine',
    ),
    fault: fc.constantFrom<(Fault | 'hang')[]>(...passing, 'hang', 'no-room', 'incompatible'),
    when: fc.constantFrom(...whens),
    times: fc.integer({ min: 1, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('clone' as const, 'purge' as const, 'migrate' as const, 'start' as const),
      fc.array(fault, { maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }),
      async (kind, faults, kills) => {
        const bench = await new Bench(JOBS[kind]).prepare();
        for (const planned of faults) bench.simulator.fail(planned);
        for (const seconds of kills) {
          const kill = new AbortController();
          const life = bench.clock.at((bench.clock.now() + seconds) as Instant, kill.signal);
          life.then(
            () => kill.abort(new Error('killed')),
            () => undefined,
          );
          await bench.run(kill.signal).catch(() => undefined);
          kill.abort(new Error('over'));
        }
        await bench.run();

        const ends = bench.told.filter((input) => input.kind === 'job-ended');
        expect(ends).toHaveLength(1);
        const { outcome, undone } = ends[0] ?? {};
        // What a run that died has left at work on the hosts comes to its end.
        await bench.clock.advance(600);
        expect(legal(kind, outcome === 'done', undone)).toContainEqual(bench.things());
        // Only a run that died while it took steps back may tell of one of them again.
        const steps = bench.told.filter((input) => input.kind === 'step-done').map((input) => input.step);
        expect(kills.length > 0 || new Set(steps).size === steps.length).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
