import { createHash } from 'node:crypto';
import type { HostName, ImageName, MachineId } from '../../policies/model.ts';
import { HypervisorError, type Hypervisor, type Leftover, type ObservedImage } from '../hypervisor.ts';
import type { Cluster } from './cluster.ts';
import { DURATIONS, IMAGE_BYTES } from './durations.ts';
import { begun } from './wishes.ts';
import { hostOf, type SimulatedHost } from './world.ts';

type Part = Pick<Hypervisor, 'listImages' | 'hashImage' | 'copyImage' | 'listLeftovers' | 'cleanLeftover'>;

/** Base images, and what crashes have left. */
export class Care implements Part {
  readonly #cluster: Cluster;
  /** Images that every host has until one is taken away. */
  readonly #images: readonly ImageName[];

  constructor(cluster: Cluster, images: readonly ImageName[]) {
    this.#cluster = cluster;
    this.#images = images;
  }

  listImages(host: HostName, signal?: AbortSignal): Promise<readonly ObservedImage[]> {
    return this.#cluster.look({ verb: 'listImages', host, machine: null, signal }, (found) =>
      this.imagesAt(found).map((image) => ({
        image,
        bytes: IMAGE_BYTES,
        readOnly: true,
        hash: hashOf(image),
      })),
    );
  }

  async hashImage(host: HostName, image: ImageName, signal?: AbortSignal): Promise<string> {
    await this.#cluster.act({ verb: 'hashImage', host, machine: null, signal }, (found) => {
      this.refuseWithoutImage(found, host, image);
      return { effect: { verb: 'hashImage', image }, seconds: DURATIONS.hashImage };
    });
    return hashOf(image);
  }

  copyImage(host: HostName, image: ImageName, to: HostName, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'copyImage', host, machine: null, signal }, (found, now) => {
      this.refuseWithoutImage(found, host, image);
      if (!this.#cluster.answers(to, now)) throw new HypervisorError('unreachable', `${to} does not answer`);
      if (this.imagesAt(hostOf(this.#cluster.world, to)).includes(image)) return null;
      return { effect: { verb: 'copyImage', image, to }, seconds: DURATIONS.copyImage };
    });
  }

  /** Takes an image away from a host, or leaves something behind there, as a person or a crash would. */
  spoil(
    host: HostName,
    { image, leftover }: { readonly image?: ImageName; readonly leftover?: Leftover },
  ): void {
    const found = hostOf(this.#cluster.world, host);
    if (image !== undefined) found.images = this.imagesAt(found).filter((each) => each !== image);
    if (leftover !== undefined) found.leftovers = [...(found.leftovers ?? []), leftover];
  }

  listLeftovers(host: HostName, signal?: AbortSignal): Promise<readonly Leftover[]> {
    return this.#cluster.look({ verb: 'listLeftovers', host, machine: null, signal }, (found) => [
      ...(found.leftovers ?? []),
      ...[...found.disks.keys()]
        .filter((machine) => !found.machines.has(machine))
        .map((name) => ({ kind: 'folder-without-machine' as const, name, detail: 'with a disk' })),
    ]);
  }

  cleanLeftover(host: HostName, leftover: Leftover, signal?: AbortSignal): Promise<void> {
    const { kind, name } = leftover;
    const machine = name as MachineId;
    return this.#cluster.act({ verb: 'cleanLeftover', host, machine, signal }, (found) => {
      if (kind === 'folder-without-machine') {
        if (found.machines.has(machine))
          throw new HypervisorError('conflict', `${name} lives in this folder`);
        return found.disks.has(machine) ? begun({ verb: 'deleteDisk', machine }) : null;
      }
      const isThere = (found.leftovers ?? []).some((each) => each.kind === kind && each.name === name);
      if (!isThere) return null;
      return { effect: { verb: 'cleanLeftover', leftover }, seconds: DURATIONS.cleanLeftover };
    });
  }

  imagesAt({ images }: SimulatedHost): readonly ImageName[] {
    return images ?? this.#images;
  }

  refuseWithoutImage(found: SimulatedHost, host: HostName, image: ImageName): void {
    if (!this.imagesAt(found).includes(image))
      throw new HypervisorError('missing', `${host} has no image ${image}`);
  }
}

function hashOf(image: ImageName): string {
  return createHash('sha256').update(image).digest('hex').toUpperCase();
}
