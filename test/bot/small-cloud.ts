import { State } from '../../policies/state.ts';
import type { Event, Notice, Trail } from '../../policies/event.ts';
import type { Instant, LeaseId, MachineId, NoticeId, UserId } from '../../policies/model.ts';

// A small cloud as a state, written by hand: what cards are drawn from.

export const noon = 1_795_435_200 as Instant;
export const ann = 'ann' as UserId;
export const bob = 'bob' as UserId;
export const ada = 'ada' as UserId;
export const buildBox = 'lease-1' as LeaseId;

const DAY = 86_400;
const GB = 1024;

export const trail: Trail = {
  rule: 'quota-cores',
  file: 'quota.clp',
  line: 13,
  version: 2,
  facts: [
    '(request (id c-9) (kind new-machine) (by ann) (cores 4))',
    '(person (id ann) (role researcher) (cores 14))',
  ],
};

const machine = (number: number, name: string, more: Record<string, unknown> = {}): [string, unknown] => [
  `m-${number}`,
  {
    id: `m-${number}`,
    name,
    lease: `lease-${number}`,
    image: 'ubuntu-24.04',
    cores: 4,
    memory: 8 * GB,
    phase: 'running',
    host: 'hv01',
    movingTo: null,
    awaits: null,
    address: `10.0.0.${number}`,
    busy: false,
    avoids: [],
    ...more,
  },
];

const lease = (number: number, holder: string, more: Record<string, unknown> = {}): [string, unknown] => [
  `lease-${number}`,
  {
    id: `lease-${number}`,
    machine: `m-${number}`,
    holder,
    coOwners: [],
    phase: 'active',
    since: noon - DAY,
    expires: noon + 6 * DAY + 23 * 3600,
    ...more,
  },
];

const host = (name: string, more: Record<string, unknown> = {}): [string, unknown] => [
  name,
  {
    name,
    status: 'ready',
    wanted: 'on',
    drains: false,
    cores: 32,
    memory: 128 * GB,
    coresUsed: 0,
    memoryUsed: 0,
    machines: 0,
    coresPromised: 0,
    memoryPromised: 0,
    since: noon,
    load: 3,
    ...more,
  },
];

const person = (
  id: string,
  name: string,
  role: string,
  more: Record<string, unknown> = {},
): [string, unknown] => [id, { id, name, role, machines: 0, cores: 0, memory: 0, direct: null, ...more }];

const remark = (ago: number, event: Omit<Event, 'trail'>, by: Trail | null = null): unknown => ({
  entry: 1_000_000 - ago,
  at: noon - ago,
  event: { ...event, trail: by },
});

const placed: Trail = {
  ...trail,
  rule: 'place',
  file: 'placement.clp',
  line: 4,
  facts: ['(waiting (machine m-1) (cores 4))', '(host (name hv01) (status ready) (free-cores 28))'],
  rivals: ['(host (name hv04) (status ready) (free-cores 32))'],
};

/** The cloud at noon; `changes` put entries into its tables, over those that are there; undefined takes one out. */
export function smallCloud(
  changes: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {},
): State {
  const base: Record<string, readonly (readonly [string, unknown])[]> = {
    person: [
      person('ann', 'Ann', 'researcher', { machines: 2, cores: 8, memory: 16 * GB }),
      person('bob', 'Bob', 'researcher', { machines: 1, cores: 4, memory: 8 * GB }),
      person('ada', 'Ada', 'admin'),
    ],
    host: [
      host('hv01', { coresUsed: 12, memoryUsed: 24 * GB, machines: 3 }),
      host('hv02', { status: 'draining', wanted: 'off', machines: 1, memoryUsed: 8 * GB, coresUsed: 4 }),
      host('hv03', { status: 'off', wanted: 'off' }),
    ],
    image: [
      [
        'ubuntu-24.04',
        { name: 'ubuntu-24.04', os: 'linux', login: 'ubuntu', memoryMin: GB, aliases: ['ubuntu'] },
      ],
      [
        'windows-2025',
        {
          name: 'windows-2025',
          os: 'windows',
          login: 'Administrator',
          memoryMin: 4 * GB,
          aliases: ['windows', 'win'],
        },
      ],
    ],
    machine: [
      machine(1, 'build-box'),
      machine(2, 'web', { phase: 'stopped', image: 'windows-2025', cores: 2 }),
      machine(3, 'bobs-box', { host: 'hv02', movingTo: 'hv01' }),
    ],
    lease: [lease(1, 'ann'), lease(2, 'ann', { expires: noon + 7200 }), lease(3, 'bob')],
    history: [
      [
        'lease-1',
        {
          name: 'build-box',
          remarks: [
            remark(
              DAY,
              {
                kind: 'lease-granted',
                lease: buildBox,
                holder: ann,
                expires: noon,
                machine: { id: 'm-1', name: 'build-box', image: 'ubuntu-24.04', cores: 4, memory: 8 * GB },
              } as never,
              { ...placed, rule: 'grant-lease', file: 'lease.clp', line: 57, facts: [] },
            ),
            remark(DAY, { kind: 'machine-placed', machine: 'm-1', host: 'hv01' } as never, placed),
            remark(600, { kind: 'lease-extended', lease: buildBox, expires: noon, by: ann } as never, placed),
          ],
        },
      ],
      [
        'ann',
        {
          name: 'ann',
          remarks: [
            remark(60, {
              kind: 'request-refused',
              command: 'c-9',
              by: ann,
              ask: {
                kind: 'new-machine',
                cores: 4,
                memory: 8 * GB,
                image: 'ubuntu-24.04',
                name: null,
                length: null,
              },
              refusals: [
                { reason: 'you hold 14 of 16 cores, this asks for 4', help: 'up to 2 would pass', trail },
              ],
            } as never),
          ],
        },
      ],
    ],
    policy: [
      [
        '1',
        {
          number: 1,
          files: [{ name: 'quota.clp', text: '(defrule quota-cores\n  =>)\n' }],
          author: null,
          at: noon - 9 * DAY,
          note: 'the policies that Octopus comes with',
        },
      ],
      [
        '2',
        {
          number: 2,
          files: [
            { name: 'quota.clp', text: '(defrule quota-cores\n  =>)\n(defrule quota-memory\n  =>)\n' },
            { name: 'lease.clp', text: '' },
          ],
          author: 'ada',
          at: noon - DAY,
          note: 'quota.clp',
        },
      ],
    ],
    counter: [
      ['policy', 2],
      ['policy-last', 2],
      ['entry', 40],
    ],
  };
  for (const [table, entries] of Object.entries(changes))
    base[table] = [...new Map([...(base[table] ?? []), ...entries])].filter(
      ([, value]) => value !== undefined,
    );
  return State.from(base);
}

/** An entry of a table with some of its values changed. */
export function changed(
  table: 'machine' | 'lease' | 'host',
  key: string,
  more: Record<string, unknown>,
): readonly [string, unknown][] {
  const data = smallCloud().toJSON();
  const found = data[table]?.find(([id]) => id === key);
  if (found === undefined) throw new Error(`the small cloud has no ${table} ${key}`);
  return [[key, { ...(found[1] as object), ...more }]];
}

export function notice(kind: Notice['kind'], more: Partial<Notice> = {}): Notice {
  return {
    id: 'notice-1-0' as NoticeId,
    kind,
    to: ann,
    conversation: null,
    command: null,
    ask: null,
    lease: buildBox,
    machine: 'm-1' as MachineId,
    name: 'build-box',
    host: null,
    opened: noon,
    expires: null,
    text: null,
    refusals: [],
    outcome: null,
    message: null,
    ...more,
  };
}
