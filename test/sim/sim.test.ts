import { describe, expect, test } from '@jest/globals';
import type { Happening } from '../../policies/event.ts';
import type {
  HostName,
  ImageName,
  Instant,
  LeaseId,
  MachineId,
  MachineName,
  UserId,
} from '../../policies/model.ts';
import { Laws } from './laws.ts';
import { run } from './world.ts';

/** A world flushes each of its decisions to the disk; a slow disk is no failure. */
const PATIENCE_MS = 120_000;

describe('a seeded world', () => {
  test.each([1, 3, 8, 9, 11])(
    'keeps the laws under seed %i',
    async (seed) => {
      const { decisions, accepted, refused, broken } = await run({ seed, steps: 60 });
      expect(accepted).toBeGreaterThan(5);
      expect(refused).toBeGreaterThan(5);
      expect(decisions).toBeGreaterThan(60);
      expect(broken.size).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    'lives the same life again under the same seed, and another one under another',
    async () => {
      const [once, again, other] = [
        await run({ seed: 4, steps: 30 }),
        await run({ seed: 4, steps: 30 }),
        await run({ seed: 3, steps: 30 }),
      ];
      expect(again.digest).toBe(once.digest);
      expect(other.digest).not.toBe(once.digest);
    },
    PATIENCE_MS,
  );
});

describe('the laws', () => {
  const at = 1_800_000_000 as Instant;
  const host = { name: 'hv01' as HostName, cores: 4, memory: 8192, power: 'off' } as const;
  const machine = {
    id: 'm-1' as MachineId,
    name: 'box' as MachineName,
    image: 'debian-12' as ImageName,
    cores: 8,
    memory: 4096,
  };
  const ann = {
    kind: 'person-registered',
    person: 'ann' as UserId,
    name: 'Ann',
    role: 'researcher',
    direct: null,
  } as const;
  const granted = {
    kind: 'lease-granted',
    lease: 'lease-1' as LeaseId,
    holder: ann.person,
    expires: (at + 60) as Instant,
    machine,
  } as const;

  test('see a machine on a host that is off, beyond its cores, by no rule', () => {
    const broken = heard([
      { kind: 'host-registered', host },
      ann,
      granted,
      { kind: 'machine-placed', machine: machine.id, host: host.name },
    ]);
    expect(broken).toContain('entry 1: m-1 was placed on hv01, which is off');
    expect(broken).toContain('entry 1: hv01 carries 8 of 4 cores');
    expect(broken).toContain('entry 1: machine-placed names no rule');
  });

  test('see a grant beyond the quota, and a lease that nobody ended', () => {
    const laws = new Laws();
    const broken = heard([ann, { ...granted, machine: { ...machine, cores: 17 } }], laws);
    expect(broken).toContain('entry 1: ann holds 17 of 16 cores by lease-granted');
    expect(heard([ann], laws, 61)).toContain(`entry 62: lease-1 should have ended at ${at + 60}`);
  });

  test('see somebody act on what another holds', () => {
    const bob = { ...ann, person: 'bob' as UserId };
    const ask = { kind: 'release-lease', lease: granted.lease } as const;
    const broken = heard([
      ann,
      bob,
      granted,
      { kind: 'request-accepted', command: 'c-1' as never, by: bob.person, ask },
    ]);
    expect(broken).toContain('entry 1: bob acted on lease-1 (release-lease), which ann holds');
  });

  function heard(happenings: readonly Happening[], laws = new Laws(), later = 0): readonly string[] {
    const events = happenings.map((happening) => ({ ...happening, trail: null }));
    const none = { refusals: [], breaches: [], problems: [], jobs: [], notice: null };
    return laws.heard({ number: 1 + later, at: (at + later) as Instant, events, ...none });
  }
});
