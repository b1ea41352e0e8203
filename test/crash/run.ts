import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ask } from '../../policies/command.ts';
import type { ImageName, LeaseId, MachineName } from '../../policies/model.ts';
import type { FromChild, KnownLease, ToChild } from './child.ts';
import { Draw } from './draw.ts';
import { CROWD } from './people.ts';
import { OwnRedis } from './redis-server.ts';
import { wrongs } from './verdict.ts';

export interface RunOptions {
  readonly kills: number;
  /** Draws what is asked and when it is killed; the machine's own timing is not drawn, so no two runs are quite alike. */
  readonly seed: number;
  readonly queue: 'embedded' | 'redis';
  /** Hears what is going on. */
  readonly onProgress?: (sentence: string) => void;
}

export interface Verdict {
  /** What is not as it must be; empty when all is well. */
  readonly wrongs: readonly string[];
  /** How many processes were killed while they started, and how many while they worked. */
  readonly killed: { readonly starting: number; readonly working: number };
  /** Presses that were sent, and those that were acknowledged. */
  readonly asked: number;
  readonly acknowledged: number;
  /** Where the data folder is kept for a look at it; null when all is well. */
  readonly kept: string | null;
}

type Asked = Extract<ToChild, { kind: 'ask' }>;

const DAY = 86_400;
/** Longer than every hold, so that what has ended is purged as well. */
const LONG_JUMP = 3 * DAY;

/** Kills real processes at random moments, starts them again on the same folder, and looks at what is left. */
export async function crashRun({ kills, seed, queue, onProgress = () => {} }: RunOptions): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'octopus-crash-'));
  const data = join(folder, 'data');
  const redis = queue === 'redis' ? await OwnRedis.start(folder) : null;
  const crowd = new Crowd(new Draw(seed));
  const killed = { starting: 0, working: 0 };
  let last: Life | null = null;
  try {
    // The first life makes the queue's database, which is done once and takes its time.
    const first = new Life(data, redis?.url, crowd);
    await first.ready;
    await first.stop();
    for (let kill = 1; kill <= kills; kill++) {
      const life = (last = new Life(data, redis?.url, crowd));
      if (crowd.draw.chance(0.25)) {
        await delay(crowd.draw.between(50, 1_200));
        killed[life.isReady ? 'working' : 'starting']++;
      } else {
        await life.ready;
        await crowd.talk(life, crowd.draw.between(0, 2_500));
        killed.working++;
      }
      await life.kill();
      onProgress(
        `kill ${kill} of ${kills}: ${crowd.acknowledged.size} of ${crowd.asked} presses acknowledged`,
      );
    }
    const survivor = (last = new Life(data, redis?.url, crowd));
    await survivor.ready;
    crowd.redeliver(survivor);
    const report = await survivor.rest();
    await survivor.stop();
    const found = await wrongs({ folder: data, acknowledged: crowd.acknowledged, ...report });
    const all = [...crowd.faults, ...found];
    if (all.length === 0) await rm(folder, { recursive: true, force: true });
    return {
      wrongs: all,
      killed,
      asked: crowd.asked,
      acknowledged: crowd.acknowledged.size,
      kept: all.length === 0 ? null : folder,
    };
  } finally {
    await last?.kill();
    await redis?.stop();
  }
}

/** Everybody who presses buttons, and what they remember of it. */
class Crowd {
  readonly draw: Draw;
  /** With what was asked and what was said to it. */
  readonly acknowledged = new Map<string, string>();
  /** Answers that only a defect of ours gives. */
  readonly faults: string[] = [];
  asked = 0;
  /** Sent and not acknowledged: a platform delivers them again. */
  readonly #open = new Map<string, Asked>();
  #leases: readonly KnownLease[] = [];

  constructor(draw: Draw) {
    this.draw = draw;
  }

  hear(message: FromChild): void {
    if (message.kind === 'report') return;
    this.#leases = message.leases;
    if (message.kind === 'ready') return;
    if (message.said?.startsWith('That is our fault') === true)
      this.faults.push(`${message.nonce}: ${message.said}`);
    const asked = this.#open.get(message.nonce);
    // A press that was delivered twice is answered twice; the first answer tells.
    if (asked === undefined) return;
    this.acknowledged.set(
      message.nonce,
      `${JSON.stringify(asked.ask)}, answered by ${message.said ?? 'nothing'}`,
    );
    this.#open.delete(message.nonce);
  }

  /** Presses for so many milliseconds, sometimes twice, sometimes what an earlier process did not acknowledge. */
  async talk(life: Life, length: number): Promise<void> {
    const end = performance.now() + length;
    if (this.draw.chance(0.7)) this.redeliver(life);
    if (this.draw.chance(0.1)) life.tell({ kind: 'advance', seconds: LONG_JUMP });
    for (let rest = length; rest > 0; rest = end - performance.now()) {
      for (let burst = this.draw.between(1, 3); burst > 0; burst--) this.#press(life);
      await delay(Math.min(rest, this.draw.between(10, 300)));
    }
    this.#press(life);
  }

  redeliver(life: Life): void {
    for (const asked of this.#open.values()) life.tell(asked);
  }

  #press(life: Life): void {
    const asked = this.#ask();
    this.asked++;
    this.#open.set(asked.nonce, asked);
    life.tell(asked);
    if (this.draw.chance(0.1)) life.tell(asked);
  }

  #ask(): Asked {
    const nonce = `p${this.asked + 1}`;
    if (this.#leases.length === 0 || this.draw.chance(0.3))
      return { kind: 'ask', nonce, by: this.draw.of(CROWD), ask: this.#newMachine(nonce) };
    const { lease: id, holder } = this.draw.of(this.#leases);
    const lease = id as LeaseId;
    const kinds = [
      'release-lease',
      'delete-machine',
      'start-machine',
      'stop-machine',
      'restart-machine',
    ] as const;
    return { kind: 'ask', nonce, by: holder, ask: { kind: this.draw.of(kinds), lease } };
  }

  #newMachine(nonce: string): Ask {
    const cores = this.draw.of([1, 2, 4]);
    const name = this.draw.chance(0.5) ? (`box-${nonce}` as MachineName) : null;
    return {
      kind: 'new-machine',
      cores,
      memory: cores * 2048,
      image: 'ubuntu-24.04' as ImageName,
      name,
      length: null,
    };
  }
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
/** What a process has said on standard error is kept to this many characters, for a run that fails. */
const SAID_MAX = 4_000;

/** One process, from its start to its end. */
class Life {
  readonly ready: Promise<void>;
  isReady = false;
  readonly #child: ChildProcess;
  readonly #report = Promise.withResolvers<Extract<FromChild, { kind: 'report' }>>();
  readonly #gone: Promise<unknown>;
  #said = '';
  #isMeantToEnd = false;

  constructor(data: string, redis: string | undefined, crowd: Crowd) {
    const args = ['--data', data, ...(redis === undefined ? [] : ['--redis', redis])];
    // Without the parent's own flags: a test runner's are not the program's.
    this.#child = fork(CHILD, args, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#said = (this.#said + String(text)).slice(-SAID_MAX);
    });
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.#child.on('message', (message: FromChild) => {
      crowd.hear(message);
      if (message.kind === 'report') this.#report.resolve(message);
      if (message.kind !== 'ready') return;
      this.isReady = true;
      ready.resolve();
    });
    this.#gone = once(this.#child, 'close');
    this.#child.on('close', (code) => {
      if (this.#isMeantToEnd) return;
      const error = new Error(`the process ended by itself (${String(code)}): ${this.#said}`);
      ready.reject(error);
      this.#report.reject(error);
    });
    // Whoever waits hears of it; for a process that was killed nobody does.
    this.ready.catch(() => {});
    this.#report.promise.catch(() => {});
  }

  tell(message: ToChild): void {
    // A process that is going down takes nothing any more; its end is reported elsewhere.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  rest(): Promise<Extract<FromChild, { kind: 'report' }>> {
    this.tell({ kind: 'rest' });
    return this.#report.promise;
  }

  async stop(): Promise<void> {
    this.#isMeantToEnd = true;
    this.tell({ kind: 'stop' });
    await this.#gone;
  }

  async kill(): Promise<void> {
    this.#isMeantToEnd = true;
    this.#child.kill('SIGKILL');
    await this.#gone;
  }
}
