import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { HostName, JobId, MachineId } from '../../policies/model.ts';
import { QueueStopped, type QueueOptions } from '../../jobs/queue/bullmq.ts';
import { InProcessQueue } from '../../jobs/queue/in-process.ts';
import { PgliteQueue } from '../../jobs/queue/pglite.ts';
import { RedisQueue } from '../../jobs/queue/redis.ts';
import type { Queue, QueuedJob } from '../../jobs/queue.ts';

const redisServer = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
].find((path) => existsSync(path));
if (!redisServer)
  console.warn('SKIPPED: no redis-server on this machine, so nothing here is known of the queue on Redis');

// The embedded queue makes its database once, which takes its time on a busy machine.
let folder: string;
let problems: string[] = [];
const queues: Queue[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-queue-'));
});
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.stop();
  problems = [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (given: QueueOptions): QueueOptions => ({
  onProblem: (sentence) => problems.push(sentence),
  ...given,
});

/** A redis-server of our own on a unix socket, without persistence: what it held is gone when it is killed. */
class RedisFixture {
  #process: ChildProcess | null = null;
  get socket(): string {
    return join(folder, 'redis.sock');
  }
  async start(...more: string[]): Promise<void> {
    const args = ['--port', '0', '--unixsocket', this.socket, '--save', '', '--dir', folder, ...more];
    const server = spawn(redisServer ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = server;
    for await (const text of server.stdout) if (String(text).includes('eady to accept connections')) break;
  }
  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (!server) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}
const redis = new RedisFixture();

const job = (id: string, host = 'a'): QueuedJob => ({
  id: id as JobId,
  job: { kind: 'start', host: host as HostName, machine: 'm-1' as MachineId },
});

/** Plays the runner: writes down what begins, and lets it end when the test says so. */
class Runs {
  readonly began: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  running = 0;
  most = 0;
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();
  #isOpen: boolean;

  constructor({ open = true } = {}) {
    this.#isOpen = open;
  }

  readonly run = async (id: JobId, signal: AbortSignal): Promise<void> => {
    this.began.push(id);
    this.signals.set(id, signal);
    this.running++;
    this.most = Math.max(this.most, this.running);
    signal.addEventListener('abort', () => this.#gates.get(id)?.reject(signal.reason));
    try {
      if (!this.#isOpen || this.#gates.has(id)) await this.#gate(id).promise;
    } finally {
      this.running--;
    }
  };

  /** This one waits, though others do not. */
  hold(id: string): void {
    this.#gate(id);
  }
  end(id: string, error?: Error): void {
    const gate = this.#gate(id);
    this.#gates.delete(id);
    if (error) gate.reject(error);
    else gate.resolve();
  }
  open(): void {
    this.#isOpen = true;
    for (const id of this.#gates.keys()) this.end(id);
  }
  #gate(id: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(id) ?? Promise.withResolvers<void>();
    this.#gates.set(id, gate);
    return gate;
  }
}

/** Waits for what has to come; the test's own limit ends a wait for what does not. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}

const kinds: { kind: string; made: (given?: QueueOptions) => Queue }[] = [
  { kind: 'in process', made: (given = {}) => new InProcessQueue(options(given)) },
  {
    kind: 'embedded',
    made: (given = {}) => new PgliteQueue({ folder: join(folder, 'queue'), ...options(given) }),
  },
  ...(redisServer
    ? [
        {
          kind: 'redis',
          made: (given = {}) =>
            new RedisQueue({ url: redis.socket, installation: 'test', ...options(given) }),
        },
      ]
    : []),
];

describe.each(kinds)('the queue, $kind', ({ kind, made }) => {
  beforeAll(async () => {
    if (kind === 'redis') await redis.start();
  });
  afterAll(() => redis.kill());

  async function started(runs: Runs, given: QueueOptions = {}): Promise<Queue> {
    const queue = made(given);
    queues.push(queue);
    await queue.start(runs.run);
    return queue;
  }

  test('hands out in the order of adding, host by host', async () => {
    const runs = new Runs();
    const queue = await started(runs, { concurrency: 1 });
    const expected = { a: [] as string[], b: [] as string[] };

    const adds = Array.from({ length: 10 }, (_, i) => {
      const round = [job(`a-${i}-0`, 'a'), job(`b-${i}-0`, 'b'), job(`a-${i}-1`, 'a')];
      for (const {
        id,
        job: { host },
      } of round)
        expected[host as 'a' | 'b'].push(id);
      return queue.add(round);
    });
    await Promise.all(adds);
    await until(() => runs.began.length === 30 && runs.running === 0);

    expect(runs.began.filter((id) => id.startsWith('a'))).toEqual(expected.a);
    expect(runs.began.filter((id) => id.startsWith('b'))).toEqual(expected.b);
  });

  test('runs so many of a host at a time and no more, and no host waits for another', async () => {
    const runs = new Runs({ open: false });
    const queue = await started(runs, { concurrency: 3 });
    const ids = Array.from({ length: 8 }, (_, i) => `many-${i}`);

    await queue.add(ids.map((id) => job(id)));
    await until(() => runs.running === 3);
    await queue.add([job('elsewhere', 'b')]);
    await until(() => runs.running === 4);
    expect(runs.began).toContain('elsewhere');
    runs.end('elsewhere');
    await until(() => runs.running === 3);

    for (const [index, id] of ids.entries()) {
      expect(runs.running).toBe(Math.min(3, ids.length - index));
      runs.end(id);
      const next = Math.min(ids.length, index + 4);
      await until(
        () => runs.began.length === next + 1 && runs.running === Math.min(3, ids.length - index - 1),
      );
    }
    expect(runs.most).toBe(4);
    expect(runs.began.filter((id) => id !== 'elsewhere')).toEqual(ids);
  });

  test('runs an id once that is added twice, waiting or running', async () => {
    const runs = new Runs({ open: false });
    const queue = await started(runs, { concurrency: 1 });

    await Promise.all([queue.add([job('first'), job('twice')]), queue.add([job('twice')])]);
    await until(() => runs.began.includes('first'));
    await queue.add([job('first'), job('twice')]);
    runs.end('first');
    await until(() => runs.began.includes('twice'));
    await queue.add([job('twice'), job('after')]);
    runs.open();
    await until(() => runs.began.includes('after') && runs.running === 0);

    expect(runs.began).toEqual(['first', 'twice', 'after']);
    expect(problems).toEqual([]);
  });

  test('goes on after a run that was rejected, and runs it again when it is added again', async () => {
    const runs = new Runs({ open: false });
    const queue = await started(runs, { concurrency: 1 });

    await queue.add([job('bad'), job('good')]);
    await until(() => runs.began.length === 1);
    runs.end('bad', new Error('the journal is closed'));
    await until(() => runs.began.length === 2);
    expect(problems).toEqual([expect.stringMatching(/^bad did not end \(the journal is closed\)/)]);

    // Added again after it was rejected, and once more while it runs: a rejection then is not the last word.
    await queue.add([job('bad')]);
    runs.end('good');
    await until(() => runs.began.length === 3);
    await queue.add([job('bad')]);
    runs.end('bad', new Error('again'));
    await until(() => runs.began.length === 4);
    runs.end('bad');
    await until(() => runs.running === 0);
    expect(runs.began).toEqual(['bad', 'good', 'bad', 'bad']);
  });

  test('begins empty, and takes ids that it had before', async () => {
    const before = new Runs({ open: false });
    const old = await started(before, { concurrency: 1 });
    await old.add([job('kept'), job('waiting-1'), job('waiting-2'), job('elsewhere', 'b')]);
    await until(() => before.running === 2);
    await old.stop();

    const runs = new Runs();
    const queue = await started(runs, { concurrency: 1 });
    await queue.add([job('waiting-2'), job('kept'), job('elsewhere', 'b')]);
    await until(() => runs.began.length === 3 && runs.running === 0);

    expect(runs.began.toSorted((a, b) => a.localeCompare(b))).toEqual(['elsewhere', 'kept', 'waiting-2']);
  });

  test('shows running jobs the signal when it stops, and hands out nothing more', async () => {
    const runs = new Runs({ open: false });
    const queue = await started(runs, { concurrency: 1 });
    await queue.add([job('running'), job('waiting')]);
    await until(() => runs.running === 1);

    await queue.stop();

    expect(runs.signals.get('running')?.reason).toBeInstanceOf(QueueStopped);
    expect(runs.began).toEqual(['running']);
    expect(problems).toEqual([]);
    expect(queue.health()).toBe('stopped');
    await expect(queue.add([job('late')])).rejects.toThrow(QueueStopped);
  });

  test('takes a host whose worker was let go', async () => {
    const runs = new Runs();
    const queue = await started(runs, { idleMs: 1 });
    for (let i = 0; i < 4; i++) {
      await queue.add([job(`now-and-then-${i}`)]);
      await until(() => runs.began.length === i + 1);
      await delay(i * 20);
    }
    expect(problems).toEqual([]);
  });
});

describe('the embedded queue', () => {
  test('says what it does at the first start, and makes a folder that will not open again', async () => {
    const said: string[] = [];
    const made = (): PgliteQueue =>
      new PgliteQueue({
        folder: join(folder, 'own'),
        onProgress: (sentence) => said.push(sentence),
        ...options({}),
      });
    const first = made();
    await first.start(async () => {});
    await first.stop();
    expect(said[0]).toContain('preparing the embedded queue');

    said.length = 0;
    await writeFile(join(folder, 'own', 'pglite', 'global', 'pg_control'), 'garbage');
    const runs = new Runs();
    const second = made();
    queues.push(second);
    await second.start(runs.run);
    expect(problems).toEqual([expect.stringContaining("the embedded queue's folder would not open")]);
    expect(said[0]).toContain('preparing');
    await second.add([job('works')]);
    await until(() => runs.began.length === 1);
  });

  test('can be stopped while it starts', async () => {
    const queue = new PgliteQueue({ folder: join(folder, 'queue'), ...options({}) });
    const start = queue.start(async () => {}).catch((error: unknown) => error);

    await queue.stop();
    expect(await start).toBeInstanceOf(QueueStopped);
  });

  test('loses no job when its database dies', async () => {
    const runs = new Runs();
    runs.hold('running');
    const queue = new PgliteQueue({ folder: join(folder, 'queue'), ...options({ concurrency: 1 }) });
    queues.push(queue);
    await queue.start(runs.run);
    await queue.add([job('running'), job('waiting'), job('elsewhere', 'b')]);
    await until(() => runs.running === 1 && runs.began.includes('elsewhere'));

    await queue.crash();
    const added = queue.add([job('added')]);
    expect(queue.health()).toMatch(/^embedded: starting again since /);
    await added;
    expect(queue.health()).toBe('embedded');
    expect(runs.running).toBe(1);
    runs.end('running');
    await until(() => runs.began.includes('waiting') && runs.began.includes('added') && runs.running === 0);

    expect(runs.began.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'added',
      'elsewhere',
      'running',
      'waiting',
    ]);
  });
});

const onRedis = (): RedisQueue => {
  const queue = new RedisQueue({ url: redis.socket, installation: 'test', ...options({ concurrency: 1 }) });
  queues.push(queue);
  return queue;
};

/** What `start` rejects with. */
async function refusal(url: string): Promise<string> {
  const queue = new RedisQueue({ url, installation: 'test' });
  return queue
    .start(async () => {})
    .then(
      () => 'none',
      (error: unknown) => String(error),
    );
}

(redisServer ? describe : describe.skip)('the queue on Redis that goes away', () => {
  afterEach(() => redis.kill());

  // The server keeps nothing, which is the worst that can happen: locks, waiting jobs, everything is gone.
  test('running jobs go on, adding waits, and nothing is lost or run twice', async () => {
    await redis.start();
    const runs = new Runs();
    runs.hold('running');
    const queue = onRedis();
    await queue.start(runs.run);
    expect(queue.health()).toBe('redis');
    await queue.add([job('running'), job('waiting')]);
    await until(() => runs.running === 1);

    await redis.kill();
    await until(() => queue.health() !== 'redis');
    expect(queue.health()).toMatch(/^redis: reconnecting since \d{4}-/);
    let isAdded = false;
    const added = queue.add([job('added'), job('elsewhere', 'b')]).then(() => (isAdded = true));
    await delay(300);
    expect(isAdded).toBe(false);
    expect(runs.signals.get('running')?.aborted).toBe(false);

    await redis.start();
    await added;
    expect(queue.health()).toBe('redis');
    runs.end('running');
    await until(() => runs.began.length >= 4 && runs.running === 0);
    await queue.add([job('last')]);
    await until(() => runs.began.includes('last'));

    expect(runs.began.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'added',
      'elsewhere',
      'last',
      'running',
      'waiting',
    ]);
    expect(problems).toContain('Redis is back');
    await queue.stop();
  });

  test('starts as soon as Redis is there', async () => {
    const runs = new Runs();
    const queue = onRedis();
    const start = queue.start(runs.run);
    await until(() => queue.health().includes('('));
    expect(queue.health()).toMatch(/^redis: reconnecting since .* \(connect (ENOENT|ECONNREFUSED) .*\)$/);

    await redis.start();
    await start;
    await queue.add([job('works')]);
    await until(() => runs.began.length === 1);
    await queue.stop();
  });

  test('stops while Redis is away, with a job that runs and one that is being added', async () => {
    await redis.start();
    const runs = new Runs({ open: false });
    const queue = onRedis();
    await queue.start(runs.run);
    await queue.add([job('running')]);
    await until(() => runs.running === 1);
    await redis.kill();
    const adding = queue.add([job('late')]).catch((error: unknown) => error);
    runs.open();

    await queue.stop();
    expect(await adding).toBeInstanceOf(QueueStopped);
  });

  test('can be stopped while Redis never was there', async () => {
    const queue = onRedis();
    const start = queue.start(async () => {}).catch((error: unknown) => error);
    await until(() => queue.health().includes('('));

    await queue.stop();
    expect(await start).toBeInstanceOf(QueueStopped);
  });

  test('says who refuses us, without the password', async () => {
    await redis.start('--requirepass', 'right');
    expect(await refusal(redis.socket)).toMatch(
      /^RedisUnusable: Redis at \/.*redis\.sock refuses us \(NOAUTH .*\)\. Check REDIS_URL\.$/,
    );
    expect(await refusal('localhost:6379')).toMatch(/^RedisUnusable: REDIS_URL begins with /);
  });
});
