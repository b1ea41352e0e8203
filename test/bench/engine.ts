// Figures of the engine: Miss Manners (the seating problem of Brant, Grose, Lofaso and Miranker 1991, in our own words
// and with generated guests), and the shape of a cluster: many facts, and small requests through forty rules.
//
//   node test/bench/engine.ts [guests] [machines]
import type { Condition, Rule, Template } from '../../engine/rule.ts';
import { Session } from '../../engine/session.ts';
import * as b from '../engine/build.ts';

const guests = Number(process.argv[2] ?? 64);
const machines = Number(process.argv[3] ?? 10_000);
const HOSTS = machines / 10;
const REQUESTS = 2000;

/** A template whose slots take symbols and integers: a JavaScript string is a symbol in them. */
const shape = (name: string, ...slots: string[]): Template =>
  b.template(name, ...slots.map((each) => b.slot(each, { types: ['SYMBOL', 'INTEGER'] })));

const world = { functions: new Map(), write: () => undefined };

const named = (of: string, slots: Record<string, b.ShortField>, address: string): Condition =>
  b.pattern(of, slots, address);
const increment = (address: string, from: string): ReturnType<typeof b.bind> => ({
  kind: 'modify',
  fact: b.expression(address),
  slots: [{ slot: 'c', values: [b.call('+', from, 1)] }],
});
const state = (to: string): ReturnType<typeof b.bind> => ({
  kind: 'modify',
  fact: b.expression('?context'),
  slots: [{ slot: 'state', values: [b.expression(to)] }],
});
const different = (name: string): b.ShortField => [b.variable(`other-${name}`), b.variable(name, true)];

function manners(): Session {
  const templates = [
    shape('guest', 'name', 'sex', 'hobby'),
    shape('last-seat', 'seat'),
    shape('seating', 'seat1', 'name1', 'name2', 'seat2', 'id', 'pid', 'path-done'),
    shape('context', 'state'),
    shape('path', 'id', 'name', 'seat'),
    shape('chosen', 'id', 'name', 'hobby'),
    shape('count', 'c'),
  ];
  const rules: Rule[] = [
    b.rule(
      'assign-first-seat',
      [
        named('context', { state: 'start' }, 'context'),
        b.pattern('guest', { name: '?n' }),
        named('count', { c: '?c' }, 'count'),
      ],
      [
        b.assertSlots('seating', {
          seat1: [1],
          name1: ['?n'],
          name2: ['?n'],
          seat2: [1],
          id: ['?c'],
          pid: [0],
          'path-done': ['yes'],
        }),
        b.assertSlots('path', { id: ['?c'], name: ['?n'], seat: [1] }),
        increment('?count', '?c'),
        state('assign-seats'),
      ],
    ),
    b.rule(
      'find-seating',
      [
        named('context', { state: 'assign-seats' }, 'context'),
        b.pattern('seating', {
          seat1: '?s1',
          seat2: '?s2',
          name2: '?n2',
          id: '?id',
          pid: '?pid',
          'path-done': 'yes',
        }),
        b.pattern('guest', { name: '?n2', sex: '?sex', hobby: '?h' }),
        b.pattern('guest', { name: '?g2', sex: different('sex'), hobby: '?h' }),
        named('count', { c: '?c' }, 'count'),
        b.not(b.pattern('path', { id: '?id', name: '?g2' })),
        b.not(b.pattern('chosen', { id: '?id', name: '?g2', hobby: '?h' })),
      ],
      [
        b.assertSlots('seating', {
          seat1: ['?s2'],
          name1: ['?n2'],
          name2: ['?g2'],
          seat2: [b.call('+', '?s2', 1)],
          id: ['?c'],
          pid: ['?id'],
          'path-done': ['no'],
        }),
        b.assertSlots('path', { id: ['?c'], name: ['?g2'], seat: [b.call('+', '?s2', 1)] }),
        b.assertSlots('chosen', { id: ['?id'], name: ['?g2'], hobby: ['?h'] }),
        increment('?count', '?c'),
        state('make-path'),
      ],
    ),
    b.rule(
      'make-path',
      [
        b.pattern('context', { state: 'make-path' }),
        b.pattern('seating', { id: '?id', pid: '?pid', 'path-done': 'no' }),
        b.pattern('path', { id: '?pid', name: '?n1', seat: '?s' }),
        b.not(b.pattern('path', { id: '?id', name: '?n1' })),
      ],
      [b.assertSlots('path', { id: ['?id'], name: ['?n1'], seat: ['?s'] })],
    ),
    b.rule(
      'path-done',
      [named('context', { state: 'make-path' }, 'context'), named('seating', { 'path-done': 'no' }, 'seat')],
      [
        {
          kind: 'modify',
          fact: b.expression('?seat'),
          slots: [{ slot: 'path-done', values: [b.expression('yes')] }],
        },
        state('check-done'),
      ],
    ),
    b.rule(
      'are-we-done',
      [
        b.pattern('context', { state: 'check-done' }),
        b.pattern('last-seat', { seat: '?l' }),
        b.pattern('seating', { seat2: '?l' }),
      ],
      [b.call('halt')],
    ),
    b.rule('continue', [named('context', { state: 'check-done' }, 'context')], [state('assign-seats')]),
  ];
  const session = new Session(b.base({ templates, rules }), { strategy: 'depth', world });
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 16) % below;
  };
  for (let at = 0; at < guests; at += 1) {
    const first = random(3);
    // Every second guest has all hobbies, so that there is a seating.
    for (let hobby = 0; hobby < 3; hobby += 1) {
      if (at % 2 === 0 || hobby !== first)
        session.assert('guest', { name: `n${at}`, sex: at % 2 === 0 ? 'm' : 'f', hobby });
    }
  }
  session.assert('last-seat', { seat: guests });
  session.assert('count', { c: 1 });
  session.assert('context', { state: 'start' });
  return session;
}

/** Forty rules over requests, hosts, machines and leases, as policies are built. */
function cluster(): Session {
  const templates = [
    shape('host', 'name', 'status', 'cores', 'cores-used', 'memory', 'memory-used'),
    shape('machine', 'id', 'lease', 'host', 'phase', 'cores'),
    shape('lease', 'id', 'machine', 'holder', 'phase', 'expires'),
    shape('person', 'id', 'role', 'cores'),
    shape('request', 'id', 'kind', 'by', 'lease', 'cores', 'memory'),
    b.ordered('refused'),
    b.ordered('placed'),
  ];
  const fits: b.ShortField = [
    b.variable('used'),
    b.predicate(b.call('>=', b.call('-', '?cores', '?used'), '?need')),
  ];
  const rules: Rule[] = [
    b.rule(
      'place',
      [
        b.pattern('request', { id: '?r', kind: 'new', cores: '?need' }),
        b.not(b.tuple('refused', '?r')),
        b.best(b.pattern('host', { name: '?h', status: 'ready', cores: '?cores', 'cores-used': fits }), [
          'maximize',
          '?used',
        ]),
      ],
      [b.assert('placed', '?r', '?h')],
      -10,
    ),
    b.rule(
      'quota',
      [
        b.pattern('request', { id: '?r', kind: 'new', by: '?p', cores: '?need' }),
        b.pattern('person', {
          id: '?p',
          cores: [b.variable('held'), b.predicate(b.call('>', b.call('+', '?held', '?need'), 1_000_000))],
        }),
      ],
      [b.assert('refused', '?r')],
    ),
  ];
  for (let at = 0; at < 38; at += 1) {
    rules.push(
      b.rule(
        `renew-${at}`,
        [
          b.pattern('request', {
            id: '?r',
            kind: at % 2 === 0 ? 'renew' : `other-${at}`,
            by: '?p',
            lease: '?l',
          }),
          b.pattern('lease', { id: '?l', holder: '?p', machine: '?m', phase: 'active' }),
          b.pattern('machine', { id: '?m', host: '?h' }),
          b.pattern('host', { name: '?h', status: at % 3 === 0 ? 'ready' : 'draining' }),
          b.not(b.tuple('refused', '?r')),
        ],
        [b.assert('placed', '?r', at)],
      ),
    );
  }
  const session = new Session(b.base({ templates, rules }), { strategy: 'canonical', world });
  for (let at = 0; at < HOSTS; at += 1) {
    session.assert('host', {
      name: `host-${at}`,
      status: 'ready',
      cores: 64,
      'cores-used': at % 60,
      memory: 262_144,
      'memory-used': 0,
    });
  }
  for (let at = 0; at < 100; at += 1)
    session.assert('person', { id: `user-${at}`, role: 'researcher', cores: at });
  for (let at = 0; at < machines; at += 1) {
    session.assert('machine', {
      id: `m-${at}`,
      lease: `lease-${at}`,
      host: `host-${at % HOSTS}`,
      phase: 'running',
      cores: 4,
    });
    session.assert('lease', {
      id: `lease-${at}`,
      machine: `m-${at}`,
      holder: `user-${at % 100}`,
      phase: 'active',
      expires: 1_790_000_000 + at,
    });
  }
  return session;
}

const milliseconds = (work: () => void): number => {
  const begin = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begin) / 1e6;
};

function percentile(sorted: readonly number[], share: number): string {
  return `${(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0).toFixed(3)} ms`;
}

const spent: number[] = [];
let fired = 0;
for (let round = 0; round < 3; round += 1) {
  const session = manners();
  spent.push(milliseconds(() => (fired = session.run().fired)));
}
console.log(
  `manners ${guests}: ${fired} fired, cold ${spent[0]?.toFixed(0)} ms, warm ${Math.min(...spent).toFixed(0)} ms`,
);

let session: Session | null = null;
const load = milliseconds(() => (session = cluster()));
const live = session as Session | null;
if (live !== null) {
  const statistics = live.statistics();
  console.log(
    `cluster of ${HOSTS} hosts, ${machines} machines: loaded in ${load.toFixed(0)} ms, heap ${(statistics.words / 2 ** 18).toFixed(1)} MiB`,
  );
  const times = (roundTrip: (at: number) => void): number[] =>
    Array.from({ length: REQUESTS }, (_, at) => milliseconds(() => roundTrip(at))).toSorted((a, c) => a - c);
  const decide = (at: number, isNew: boolean): void => {
    live.begin();
    live.assert('request', {
      id: `r-${at}`,
      kind: isNew ? 'new' : 'renew',
      by: `user-${at % 100}`,
      lease: `lease-${at % machines}`,
      cores: 4,
      memory: 8192,
    });
    live.run();
    live.rollBack();
  };
  for (const [name, isNew] of [
    ['placement', true],
    ['renewal', false],
  ] as const) {
    const sorted = times((at) => decide(at, isNew));
    console.log(
      `one ${name}, decided and rolled back: median ${percentile(sorted, 0.5)}, p99 ${percentile(sorted, 0.99)}`,
    );
  }
  const moves = times((at) => {
    live.modify([...live.facts('person')][0]?.index ?? 0, { cores: at });
  });
  console.log(`one fact changed: median ${percentile(moves, 0.5)}, p99 ${percentile(moves, 0.99)}`);
}
