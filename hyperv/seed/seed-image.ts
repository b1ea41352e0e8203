import type { Seed } from '../hypervisor.ts';
import { cloudInit } from './cloud-init.ts';
import { isoImage } from './iso9660.ts';
import { unattend } from './unattend.ts';

/** Under this label cloud-init looks for its data; Windows does not mind. */
const LABEL = 'CIDATA';

/** The CD image that tells a guest at its first boot who it is and who may come in. About 60 KiB, most of it zeros. */
export function seedImage(machine: string, seed: Seed): Buffer {
  const files = seed.os === 'linux' ? cloudInit(machine, seed) : unattend(machine, seed);
  return isoImage(
    LABEL,
    Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text, 'utf8') })),
  );
}
