import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Octopus } from '../../bot/octopus.ts';
import { People } from '../../bot/people.ts';
import type { Card, ChatSurface, Incoming, Reply } from '../../bot/surface.ts';
import { pressToken } from '../../bot/token.ts';
import { Simulator, type AuditedHost } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { VirtualClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import { PgliteQueue } from '../../jobs/queue/pglite.ts';
import { RedisQueue } from '../../jobs/queue/redis.ts';
import type { Ask } from '../../policies/command.ts';
import type { Instant, MessageRef, UserId } from '../../policies/model.ts';
import type { StateData } from '../../policies/state.ts';
import { CROWD } from './people.ts';

// The process that the crash test kills: the whole program on one data folder, spoken to over IPC.

/** What the parent says. `ask`: somebody presses a button; `nonce` names the press, and a redelivery has the same. */
export type ToChild =
  | { readonly kind: 'ask'; readonly nonce: string; readonly by: string; readonly ask: Ask }
  | { readonly kind: 'advance'; readonly seconds: number }
  /** Answered by `report` once nothing is under way any more. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'stop' };

/** A lease that the parent can ask about. */
export interface KnownLease {
  readonly lease: string;
  readonly holder: string;
}

/** What the child says. `acknowledged`: the decision is on disk; `said` is what the person reads at once, if anything. */
export type FromChild =
  | { readonly kind: 'ready'; readonly leases: readonly KnownLease[] }
  | {
      readonly kind: 'acknowledged';
      readonly nonce: string;
      readonly said: string | null;
      readonly leases: readonly KnownLease[];
    }
  | { readonly kind: 'report'; readonly state: StateData; readonly audit: readonly AuditedHost[] };

const { values } = parseArgs({ options: { data: { type: 'string' }, redis: { type: 'string' } } });
if (values.data === undefined) throw new Error('--data says on which folder to work');

/** Time runs so much faster than outside: hosts take as long as real ones do, and a new machine comes up in about a second. */
const SPEED = 30;
/** Real milliseconds between two looks at whether all has ended. */
const LOOK_MS = 20;
/** After so long what has not ended never will: it is reported as it is, and the verdict names it. */
const REST_MS = 900_000;

const log = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
const say = (message: FromChild): void => void process.send?.(message);

/** Takes every card, as a platform that never fails. */
class Quiet implements ChatSurface {
  readonly name = 'terminal';
  readonly isIdle = true;
  #receive: (incoming: Incoming) => Promise<Reply> = () => Promise.reject(new Error('not started'));
  #posted = 0;

  start(receive: (incoming: Incoming) => Promise<Reply>): Promise<void> {
    this.#receive = receive;
    return Promise.resolve();
  }
  post(to: { surface: string; address: string }): Promise<MessageRef> {
    this.#posted++;
    return Promise.resolve({ ...to, message: `${process.pid}-${this.#posted}` });
  }
  update(): Promise<void> {
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
  press(by: string, nonce: string, ask: Ask): Promise<Reply> {
    const from = { surface: this.name, address: by };
    return this.#receive({
      delivery: nonce,
      actor: { account: `terminal:${by}`, name: by, zone: null, direct: from },
      from,
      said: { kind: 'press', token: pressToken({ ask }, nonce), message: null },
    });
  }
}

const folder = await DataFolder.open(values.data);
const clock = new VirtualClock(Math.floor(Date.now() / 1000) as Instant, 'running');
const simulator = new Simulator({
  clock: clock.pulling,
  store: join(folder.path, 'simulator.json'),
  hosts: SITE.hosts,
  images: SITE.images,
});
const surface = new Quiet();
const people = CROWD.map((name) => ({
  id: name as UserId,
  name,
  role: 'researcher' as const,
  accounts: [`terminal:${name}`],
  zone: null,
}));
const octopus = await Octopus.open({
  folder,
  hypervisor: simulator,
  queue:
    values.redis === undefined
      ? new PgliteQueue({ folder: join(folder.path, 'queue'), onProblem: log })
      : new RedisQueue({ url: values.redis, installation: folder.installation, onProblem: log }),
  clock,
  pace: clock.pulling,
  surfaces: [surface],
  people: new People(people),
  catchUp: (instant) => clock.advanceTo(instant),
  sampleEvery: null,
  log,
});

setInterval(() => {
  clock.advance(1).catch((error: unknown) => log(String(error)));
}, 1_000 / SPEED);
process.on('message', (message: ToChild) => {
  obey(message).catch((error: unknown) => {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready', leases: leases() });

async function obey(message: ToChild): Promise<void> {
  switch (message.kind) {
    case 'ask': {
      const reply = await surface.press(message.by, message.nonce, message.ask);
      const said = reply.kind === 'card' ? inWords(reply.card) : null;
      say({ kind: 'acknowledged', nonce: message.nonce, said, leases: leases() });
      break;
    }
    case 'advance':
      await clock.advance(message.seconds);
      break;
    case 'rest':
      for (const end = performance.now() + REST_MS; !hasEnded() && performance.now() < end;)
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      say({ kind: 'report', state: octopus.loop.state.toJSON(), audit: simulator.audit() });
      break;
    case 'stop':
      await octopus.stop();
      process.disconnect();
  }
}

function leases(): readonly KnownLease[] {
  return [...octopus.loop.state.leases.values()].map(({ id, holder }) => ({ lease: id, holder }));
}

/** Every job has ended, and every answer was told to its end. */
function hasEnded(): boolean {
  if (!octopus.isSettled) return false;
  return [...octopus.loop.state.notices.values()].every(({ kind }) => kind !== 'answer');
}

function inWords({ title, summary }: Card): string {
  return `${title}: ${summary}`;
}
