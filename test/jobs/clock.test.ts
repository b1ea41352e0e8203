import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { idle, RealClock, VirtualClock } from '../../jobs/clock.ts';
import type { Clock, Instant } from '../../policies/model.ts';

const noon = 1_800_000_000 as Instant;
const after = (seconds: number): Instant => (noon + seconds) as Instant;

/** Writes down when each wait was woken, as seconds after noon. */
function diary(clock: VirtualClock): {
  woken: string[];
  wait: (name: string, at: number, on?: Clock) => void;
} {
  const woken: string[] = [];
  return {
    woken,
    wait: (name, at, on = clock) => {
      void on.at(after(at)).then(() => woken.push(`${name}@${clock.now() - noon}`));
    },
  };
}

describe('a real clock', () => {
  test('tells whole seconds, and an instant that has passed is there at once', async () => {
    const clock = new RealClock();
    expect(Number.isInteger(clock.now())).toBe(true);
    await clock.at(clock.now());
    await clock.at(0 as Instant);
  });

  test('reaches the next second, and not before', async () => {
    const clock = new RealClock();
    const next = (clock.now() + 1) as Instant;
    await clock.at(next);
    expect(clock.now()).toBeGreaterThanOrEqual(next);
  });

  test('waits for instants that are further away than a timer of Node reaches, and lets go with the reason', async () => {
    const clock = new RealClock();
    const given = new AbortController();
    let woken = false;
    const wait = clock.at((clock.now() + 40 * 86_400) as Instant, given.signal).then(() => {
      woken = true;
      return undefined;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(woken).toBe(false);
    given.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    await expect(clock.at(0 as Instant, given.signal)).rejects.toThrow('enough');
  });
});

describe('a stopped clock', () => {
  test('stands until it is moved, and meets every wait at its own instant', async () => {
    const clock = new VirtualClock(noon);
    const { woken, wait } = diary(clock);
    wait('late', 30);
    wait('early', 10);
    wait('same', 10);
    await idle();
    expect(woken).toEqual([]);
    await clock.advance(20);
    expect(woken).toEqual(['early@10', 'same@10']);
    expect(clock.now()).toBe(after(20));
    await clock.advanceTo(after(100));
    expect(woken).toEqual(['early@10', 'same@10', 'late@30']);
    await clock.advanceTo(after(50));
    expect(clock.now()).toBe(after(100));
  });

  test('waits that come up on the way are met on the way', async () => {
    const clock = new VirtualClock(noon);
    const seen: number[] = [];
    void (async () => {
      for (let tick = 1; tick <= 5; tick += 1) {
        await clock.at(after(tick * 7));
        seen.push(clock.now() - noon);
      }
    })();
    await clock.advance(30);
    expect(seen).toEqual([7, 14, 21, 28]);
  });

  test('does not go on before what was woken has settled, however long that takes', async () => {
    const clock = new VirtualClock(noon);
    const order: string[] = [];
    const work = { writing: 0 };
    const slow = async (at: number): Promise<void> => {
      await clock.at(after(at));
      work.writing += 1;
      await new Promise((resolve) => setTimeout(resolve, 15));
      order.push(`${at}@${clock.now() - noon}`);
      work.writing -= 1;
    };
    void slow(1);
    void slow(2);
    await clock.advance(10, async () => {
      await idle();
      while (work.writing > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    });
    expect(order).toEqual(['1@1', '2@2']);
  });

  test('moves follow one another, and one that fails does not spoil the next', async () => {
    const clock = new VirtualClock(noon);
    const broken = clock.advance(5, () => Promise.reject(new Error('the loop has stopped')));
    const [first, second] = [clock.advance(10), clock.advance(10)];
    await expect(broken).rejects.toThrow('the loop has stopped');
    await first;
    expect(clock.now()).toBe(after(10));
    await second;
    expect(clock.now()).toBe(after(20));
  });

  test('an aborted wait is forgotten', async () => {
    const clock = new VirtualClock(noon);
    const given = new AbortController();
    const wait = clock.at(after(5), given.signal);
    given.abort(new Error('not any more'));
    await expect(wait).rejects.toThrow('not any more');
    expect(clock.next()).toBeUndefined();
    await expect(clock.pulling.at(after(5), given.signal)).rejects.toThrow('not any more');
    expect(clock.now()).toBe(noon);
  });
});

describe('pulling', () => {
  test('a wait whose waiting is the work moves time to itself, through the others in their order', async () => {
    const clock = new VirtualClock(noon);
    const { woken, wait } = diary(clock);
    wait('reminder', 40);
    wait('lease', 10);
    await clock.pulling.at(after(30));
    expect(clock.now()).toBe(after(30));
    await idle();
    expect(woken).toEqual(['lease@10']);
    expect(clock.next()).toBe(after(40));
  });

  test('several at once take as long as the longest', async () => {
    const clock = new VirtualClock(noon);
    await Promise.all([3, 20, 5].map((seconds) => clock.pulling.at(after(seconds))));
    expect(clock.now()).toBe(after(20));
  });

  test('nobody is left to pull when the wait is aborted', async () => {
    const clock = new VirtualClock(noon);
    const given = new AbortController();
    const wait = clock.pulling.at(after(30), given.signal);
    given.abort(new Error('cancelled'));
    await expect(wait).rejects.toThrow('cancelled');
    await idle();
    await idle();
    expect(clock.now()).toBe(noon);
  });

  test('work that is pulled is finished inside a move, which may end later than asked', async () => {
    const clock = new VirtualClock(noon);
    const done: string[] = [];
    const work = { jobs: 0 };
    void (async () => {
      await clock.at(after(60));
      work.jobs += 1;
      await clock.pulling.at((clock.now() + 5) as Instant);
      done.push(`stopped@${clock.now() - noon}`);
      work.jobs -= 1;
    })();
    await clock.advance(60, async () => {
      await idle();
      while (work.jobs > 0) await idle();
    });
    expect(done).toEqual(['stopped@65']);
    expect(clock.now()).toBe(after(65));
  });
});

describe('a running clock', () => {
  test('goes on by itself from where it was set, and can be moved', async () => {
    const clock = new VirtualClock(noon, 'running');
    const { woken, wait } = diary(clock);
    wait('lease', 14 * 86_400);
    wait('soon', 1);
    await clock.at(after(1));
    expect(clock.now()).toBeGreaterThanOrEqual(after(1));
    await clock.advance(14 * 86_400);
    // How late a busy computer wakes for `soon` is not the clock's doing; where it was moved to, it stood exactly.
    expect(woken.map((one) => one.replace(/^soon@[1-9]\d*$/u, 'soon'))).toEqual([
      'soon',
      `lease@${14 * 86_400}`,
    ]);
    expect(clock.now()).toBeGreaterThanOrEqual(after(14 * 86_400 + 1));
    await clock.pulling.at((clock.now() + 1) as Instant);
  });
});

// Whatever waits, on whichever view, and whatever is aborted: those that are woken are woken in the order of their
// instants, each with the clock exactly there, and none that was due is left behind.
test('waits are met in order, at their instant, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ at: fc.integer({ min: 1, max: 50 }), pulls: fc.boolean(), aborts: fc.boolean() }),
        {
          maxLength: 20,
        },
      ),
      fc.integer({ min: 0, max: 60 }),
      async (waits, target) => {
        const clock = new VirtualClock(noon);
        const met: { at: number; now: number }[] = [];
        const given = new AbortController();
        const all = waits.map(({ at, pulls, aborts }) =>
          (pulls ? clock.pulling : clock).at(after(at), aborts ? given.signal : undefined).then(
            () => met.push({ at, now: clock.now() - noon }),
            () => undefined,
          ),
        );
        given.abort(new Error('aborted'));
        await clock.advance(target);
        const pulled = Math.max(
          0,
          ...waits.filter((wait) => wait.pulls && !wait.aborts).map((wait) => wait.at),
        );
        while (clock.now() < after(pulled)) await idle();
        await idle();
        const reached = Math.max(target, pulled);
        const due = waits.filter((wait) => !wait.aborts && wait.at <= reached).map((wait) => wait.at);
        expect(met).toEqual(due.toSorted((a, b) => a - b).map((at) => ({ at, now: at })));
        await clock.advance(100);
        await Promise.all(all);
        expect(clock.next()).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
});
