import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cloudInit, hostLabel } from '../../hyperv/seed/cloud-init.ts';
import { isoImage } from '../../hyperv/seed/iso9660.ts';
import { seedImage } from '../../hyperv/seed/seed-image.ts';
import { unattend } from '../../hyperv/seed/unattend.ts';
import type { Seed } from '../../hyperv/hypervisor.ts';

// Seeds are read back by programs of others: Debian's isoinfo and cloud-init. On CI they are there.

const folder = mkdtempSync(join(tmpdir(), 'octopus-seed-'));
const seed = (rest: Partial<Seed> = {}): Seed => ({
  hostname: 'build-box',
  os: 'linux',
  login: 'ubuntu',
  keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx ann@example.org', 'ssh-rsa AAAAB3 "quoted" $(x) `y` # z'],
  ...rest,
});

function has(program: string, args: readonly string[]): boolean {
  const isThere = spawnSync(program, args, { stdio: 'ignore' }).error === undefined;
  if (isThere) return true;
  const sentence = `${program} is not installed: apt-get install genisoimage cloud-init, and seeds are read back`;
  if (process.env['CI'] === 'true') throw new Error(sentence);
  process.stderr.write(`\n*** SKIPPED: ${sentence} ***\n`);
  return false;
}

function saved(name: string, bytes: Buffer | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const withIsoinfo = has('isoinfo', ['-version']) ? describe : describe.skip;
const withCloudInit = has('cloud-init', ['--version']) ? describe : describe.skip;

function isoinfo(...args: readonly string[]): Buffer {
  return execFileSync('isoinfo', [...args]);
}

function instanceOf(given: Seed): string {
  const meta = JSON.parse(cloudInit('m-1', given)['meta-data'] ?? '{}') as { 'instance-id': string };
  return meta['instance-id'];
}

withIsoinfo('the image, read by isoinfo', () => {
  test.each([
    { reader: 'Linux', by: '-R', mark: '' },
    { reader: 'Windows', by: '-J', mark: '' },
  ])('$reader finds every file by its name, and its bytes', ({ by }) => {
    const file = saved('l.iso', seedImage('m-1', seed()));
    const listed = isoinfo('-i', file, by, '-f').toString('utf8');
    for (const [name, text] of Object.entries(cloudInit('m-1', seed()))) {
      expect(listed).toContain(`/${name}`);
      expect(isoinfo('-i', file, by, '-x', by === '-R' ? `/${name}` : `/${name};1`).toString('utf8')).toBe(
        text,
      );
    }
  });

  test('the label is the one that cloud-init looks for', () => {
    const said = isoinfo('-d', '-i', saved('d.iso', seedImage('m-1', seed()))).toString('utf8');
    expect(said).toContain('Volume id: CIDATA');
    expect(said).toContain('Joliet');
    expect(said).toContain('Rock Ridge');
  });

  test('files of any size, empty ones too, come out as they went in, and names that look alike stay apart', () => {
    const files = ['', 'a', 'b'.repeat(2048), 'c'.repeat(2049), 'd'.repeat(70_000)].map((text, index) => ({
      name: `network-config-${index}.yaml`,
      bytes: Buffer.from(text),
    }));
    const file = saved('s.iso', isoImage('CIDATA', files));
    for (const { name, bytes } of files) expect(isoinfo('-i', file, '-R', '-x', `/${name}`)).toEqual(bytes);
    expect(isoinfo('-i', file, '-f').toString('utf8').trim().split('\n')).toHaveLength(5);
  });
});

withCloudInit('the user-data, read by cloud-init', () => {
  test.each([
    { name: 'two keys', given: seed() },
    { name: 'no key', given: seed({ keys: [] }) },
    { name: 'a name that no host has', given: seed({ hostname: 'Ann Example: "x"\n- y' }) },
  ])('with $name keeps its schema', ({ given }) => {
    const file = saved('user-data', cloudInit('m-1', given)['user-data'] ?? '');
    const { status, stdout, stderr } = spawnSync('cloud-init', ['schema', '--config-file', file], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('Valid cloud-config');
    expect(status).toBe(0);
  });
});

describe('a seed', () => {
  test('makes the same bytes twice, and another instance when it says something else', () => {
    expect(seedImage('m-1', seed()).equals(seedImage('m-1', seed()))).toBe(true);
    expect(instanceOf(seed())).toMatch(/^m-1-[0-9a-f]{12}$/);
    expect(instanceOf(seed({ keys: [] }))).not.toBe(instanceOf(seed()));
  });

  test.each([
    ['build-box', 'build-box'],
    ['Ann\u2019s Box!', 'ann-s-box'],
    ['---', 'machine'],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('calls %j %j', (name, label) => {
    expect(hostLabel(name, 63)).toBe(label);
  });

  test('answers Windows with a name of 15 characters that is no number, in sound XML', () => {
    const name = (hostname: string): string =>
      /<ComputerName>(.*)<\/ComputerName>/.exec(
        unattend('m-1', seed({ hostname, os: 'windows' }))['unattend.xml'] ?? '',
      )?.[1] ?? '';
    expect(name('a-very-long-name-of-a-machine')).toBe('a-very-long-nam');
    expect(name('2026')).toBe('m-2026');
    const files = unattend('m-1', seed({ os: 'windows' }));
    expect(files['authorized_keys']).toContain('ann@example.org\r\n');
    expect(files['unattend.xml']).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)/);
    const opened = [...(files['unattend.xml'] ?? '').matchAll(/<(\w+)(?:\s[^>]*)?>/g)].map(
      ([, tag = '']) => tag,
    );
    const closed = [...(files['unattend.xml'] ?? '').matchAll(/<\/(\w+)>/g)].map(([, tag = '']) => tag);
    expect(new Set(closed)).toEqual(new Set(opened));
    expect(closed).toHaveLength(opened.length);
  });

  test('no password of Windows can be made again from what anybody knows', () => {
    const once = unattend('m-1', seed({ os: 'windows' }))['unattend.xml'] ?? '';
    const [, password = ''] = /<Value>(.*)<\/Value>/.exec(once) ?? [];
    expect(password).toMatch(/^Oc1-[\w-]{27}$/);
    expect(unattend('m-1', seed({ os: 'windows' }))['unattend.xml']).toBe(once);
    expect(unattend('m-2', seed({ os: 'windows' }))['unattend.xml']).not.toContain(password);
  });
});
