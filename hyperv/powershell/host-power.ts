import type { HostName, HostSample } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';
import { given } from './at-work.ts';
import type { Hosts, HostPlace } from './hosts.ts';

type Sample = (host: HostName, signal?: AbortSignal) => Promise<HostSample>;

const LOOK_MS = 1000;

/** Power of hosts: by their boards where they have one, else by what this process has done and seen. */
export class HostPower {
  readonly #hosts: Hosts;
  readonly #sample: Sample;
  readonly #silenceSeconds: number;
  /** Hosts that were switched off from here and have not answered since. */
  readonly #switchedOff = new Set<HostName>();
  /** Hosts that have answered since this process began. */
  readonly #answered = new Set<HostName>();

  constructor(hosts: Hosts, sample: Sample, silenceSeconds: number) {
    this.#hosts = hosts;
    this.#sample = sample;
    this.#silenceSeconds = silenceSeconds;
  }

  /** The host has answered. */
  heard(host: HostName): void {
    this.#answered.add(host);
    this.#switchedOff.delete(host);
  }

  /** Power of a host that does not answer: its board knows, else what this process has done or seen decides. */
  async of({ name, board }: HostPlace, signal: AbortSignal | undefined): Promise<'on' | 'off'> {
    try {
      const state = await board?.state(signal);
      if (state === 'on' || state === 'off') return state;
    } catch (error) {
      if (!(error instanceof HypervisorError)) throw error;
    }
    if (this.#switchedOff.has(name)) return 'off';
    // A host that was never heard of since the start, and whose board cannot tell, is taken to be asleep if it has a board.
    return board !== null && !this.#answered.has(name) ? 'off' : 'on';
  }

  async off(host: HostName, signal: AbortSignal | undefined): Promise<void> {
    const sample = await this.#sample(host, signal);
    if (sample.power === 'off') return;
    if (!sample.reachable) throw new HypervisorError('unreachable', `${host} does not answer`);
    const { folder, board } = this.#hosts.place(host);
    if (board === null)
      throw new HypervisorError(
        'configuration',
        `${host} could not be switched on again from here: its \`power:\` is not configured`,
      );
    try {
      await this.#hosts.write(host, 'shut-down-host', { folder }, signal);
    } catch (error) {
      // The host that shuts down takes its shell along: that is what was wanted, and is seen below.
      if (!(error instanceof HypervisorError && error.fault === 'unknown-outcome')) throw error;
    }
    await this.#untilSilent(host, signal);
    this.#switchedOff.add(host);
    this.#hosts.drop(host);
  }

  async on(host: HostName, signal: AbortSignal | undefined): Promise<void> {
    const { board } = this.#hosts.place(host);
    if ((await this.#sample(host, signal)).power === 'on') return;
    if (board === null)
      throw new HypervisorError(
        'configuration',
        `${host} cannot be switched on from here: its \`power:\` is not configured`,
      );
    await given(signal, board.on(signal));
    this.#switchedOff.delete(host);
  }

  /** Resolves when the board says off, or where there is none to say so, when the host has been silent for a while. */
  async #untilSilent(host: HostName, signal: AbortSignal | undefined): Promise<void> {
    const { board } = this.#hosts.place(host);
    let silentSince: number | null = null;
    for (;;) {
      signal?.throwIfAborted();
      const state = (await board?.state(signal).catch(() => 'unknown' as const)) ?? 'unknown';
      if (state === 'off') return;
      if (state === 'unknown') {
        if (await this.#hosts.answers(host, signal)) silentSince = null;
        else silentSince ??= performance.now();
        if (silentSince !== null && performance.now() - silentSince >= this.#silenceSeconds * 1000) return;
      }
      const look = new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
      await given(signal, look);
    }
  }
}
