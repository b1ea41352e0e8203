import type { HostName, ImageName } from '../../policies/model.ts';
import { HypervisorError, type ObservedImage } from '../hypervisor.ts';
import { given } from './at-work.ts';
import type { Hosts } from './hosts.ts';

/** What a copy leaves free on the other host: a volume that is full pauses every machine on it. */
const SPARE_BYTES = 2 ** 30;

/**
 * Base images, the same bytes at the same place on every host. A copy arrives under a name that nobody takes for an image,
 * and gets its own when its bytes were found to be the right ones.
 */
export class Images {
  readonly #hosts: Hosts;

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  async list(host: HostName, signal: AbortSignal | undefined): Promise<readonly ObservedImage[]> {
    const { folder } = this.#hosts.place(host);
    const seen = await this.#hosts.read(host, 'list-images', { folder }, signal);
    return (seen as readonly ObservedImage[]).map(({ image, bytes, readOnly, hash }) => ({
      image,
      bytes,
      readOnly,
      hash: hash === '' ? null : hash,
    }));
  }

  /** `anew`: calculated from the bytes as they are now, whatever is known of the file. */
  async hash(
    host: HostName,
    image: ImageName,
    { anew, signal }: { readonly anew: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<string> {
    const { folder } = this.#hosts.place(host);
    const asked = this.#hosts.ask(host, 'move', 'hash-image', { folder, image, anew }, signal);
    return (await given(signal, asked)) as string;
  }

  async copy(host: HostName, image: ImageName, to: HostName, signal: AbortSignal | undefined): Promise<void> {
    const { folder } = this.#hosts.place(host);
    const { folder: toFolder } = this.#hosts.place(to);
    const share = this.shareOf(to);
    const hash = await this.hash(host, image, { anew: false, signal });
    if (!(await this.list(to, signal)).some((each) => each.image === image)) {
      await this.#refuseWithoutRoom(host, image, to, signal);
      await this.#hosts.ask(host, 'move', 'copy-image', { folder, image, share }, signal);
    }
    await this.#hosts.ask(to, 'move', 'accept-image', { folder: toFolder, image, hash }, signal);
  }

  /** A host's folder as others reach it; `configuration` where there is no such way. */
  shareOf(host: HostName): string {
    const { share } = this.#hosts.place(host);
    if (share !== null) return share;
    throw new HypervisorError(
      'configuration',
      `${host} has no \`share:\` in which other hosts reach its folder`,
    );
  }

  async #refuseWithoutRoom(
    host: HostName,
    image: ImageName,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { bytes = 0 } = (await this.list(host, signal)).find((each) => each.image === image) ?? {};
    const { folder } = this.#hosts.place(to);
    const free = (await this.#hosts.read(to, 'room', { folder }, signal)) as { readonly bytes: number };
    if (free.bytes < 0 || free.bytes >= bytes + SPARE_BYTES) return;
    throw new HypervisorError(
      'no-room',
      `${to} has ${inGib(free.bytes)} free where its images lie: ${image} takes ${inGib(bytes)}, and ${inGib(SPARE_BYTES)} stay free for machines`,
    );
  }
}

function inGib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
