import { createHash } from 'node:crypto';
import type { Seed } from '../hypervisor.ts';

/**
 * What cloud-init reads from a disk that is labelled CIDATA (its data source NoCloud): who may log in, and the name. JSON is
 * YAML, so nothing in a key or a name can be read as more than text.
 */
export function cloudInit(
  machine: string,
  { hostname, login, keys }: Seed,
): Readonly<Record<string, string>> {
  const config = {
    hostname: hostLabel(hostname, 63),
    users: [
      {
        name: login,
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        lock_passwd: true,
        // An empty list is no list: without keys nobody logs in by ssh.
        ...(keys.length > 0 ? { ssh_authorized_keys: keys } : {}),
      },
    ],
    ssh_pwauth: false,
  };
  const user = `#cloud-config\n${JSON.stringify(config, null, 2)}\n`;
  // Other data under the same id would never be read.
  const id = `${machine}-${createHash('sha256').update(user).digest('hex').slice(0, 12)}`;
  const meta = { 'instance-id': id, 'local-hostname': config.hostname };
  return { 'meta-data': `${JSON.stringify(meta, null, 2)}\n`, 'user-data': user };
}

/** A name as hosts have them: letters, digits and `-`, at most so many. */
export function hostLabel(name: string, most: number): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, most)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? 'machine' : label;
}
