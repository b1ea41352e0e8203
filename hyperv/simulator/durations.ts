import type { Instant, Mib, Seconds } from '../../policies/model.ts';

/**
 * How long things take on a real host, in seconds, and how large a differencing disk is. Sources: New-VHD
 * -Differencing takes under a second whatever its parent's size, New-VM about two (logs of vagrant and multipass);
 * a fresh differencing VHDX has 4 MiB (MS-VHDX), a lean Linux writes about 41 MiB at its first boot (measured),
 * a Windows guest about 2 GB (published lab figures).
 */
export const DURATIONS = {
  createDifferencingDisk: 1,
  deleteDisk: 1,
  defineMachine: 2,
  removeMachine: 1,
  startMachine: 3,
  stopMachine: 5,
  restartMachine: 8,
  seedMachine: 1,
  resizeMachine: 2,
  saveMachine: 6,
  createCheckpoint: 3,
  restoreCheckpoint: 4,
  deleteCheckpoint: 10,
  hashImage: 40,
  copyImage: 90,
  cleanLeftover: 1,
  /** From power to an address that the guest reports. */
  guestBoot: 20,
  /** What the board takes to switch a host on; then the host boots. */
  powerOn: 2,
  hostBoot: 90,
  powerOff: 30,
} as const satisfies Record<string, Seconds>;

export const DISK_FRESH: Mib = 4;
export const DISK_BOOTED: Record<'linux' | 'windows', Mib> = { linux: 45, windows: 2048 };

/** What a guest sees of its disk before it is made larger, and what an image takes. */
export const DISK_VIRTUAL: Mib = 20_480;
export const IMAGE_BYTES = 2_147_483_648;

/** Migrations that a host takes part in at a time, as Hyper-V has it by default. */
export const MIGRATIONS_MAX = 2;

export type Network = '1GbE' | '10GbE' | 'RDMA';

/** Seconds of set-up, and MB per second that a migration averages on a network (published measurements by Finn, 2012). */
const NETWORKS: Record<Network, { readonly setUp: Seconds; readonly mbPerSecond: number }> = {
  '1GbE': { setUp: 3, mbPerSecond: 120 },
  '10GbE': { setUp: 4, mbPerSecond: 600 },
  RDMA: { setUp: 4, mbPerSecond: 1100 },
};

/** What a mostly idle guest dirties (assumed), and what a host's disk takes, in MB per second. */
const DIRTY_MB_PER_SECOND = 10;
const DISK_MB_PER_SECOND = 400;
/** Share of the memory that the first pass carries (fitted to the same measurements: the rest is empty pages). */
const FIRST_PASS_SHARE = 0.906;
const PASSES_MAX = 10;
const BLACKOUT_SECONDS = 0.3;
const LAST_PASS_SECONDS = 0.5;
const MB_PER_MIB = 1.048576;

/**
 * A live migration with the machine's own disk: one pass over the disk, then pre-copy rounds over the memory, each
 * carrying what the guest dirtied during the round before, until the rest is small (Clark et al. 2005). A machine
 * that is off carries no memory. `together` migrations share the network.
 */
export function migrationSeconds(disk: Mib, memory: Mib, network: Network, together: number): Seconds {
  const { setUp, mbPerSecond } = NETWORKS[network];
  const bandwidth = mbPerSecond / together;
  let seconds = setUp + (disk * MB_PER_MIB) / Math.min(bandwidth, DISK_MB_PER_SECOND);
  let rest = memory * MB_PER_MIB * FIRST_PASS_SHARE;
  for (let pass = 0; pass < PASSES_MAX && rest > 0; pass += 1) {
    const passSeconds = rest / bandwidth;
    seconds += passSeconds;
    if (passSeconds < LAST_PASS_SECONDS) break;
    rest = Math.min(rest, DIRTY_MB_PER_SECOND * passSeconds);
  }
  return seconds + (memory > 0 ? BLACKOUT_SECONDS : 0);
}

/** Whole seconds, at least one, at a world that runs `speed` times as fast. */
export function scaled(seconds: Seconds, speed: number): Seconds {
  return Math.max(1, Math.round(seconds / speed));
}

export function later(instant: Instant, seconds: Seconds): Instant {
  return (instant + seconds) as Instant;
}
