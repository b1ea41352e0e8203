import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SimulatedSite } from './module/site.ts';
import { describeWithPowerShell } from './powershell.ts';
import { RealProgram } from './real-program.ts';
import { FOLDER } from './simulated-driver.ts';

// `octopus images`, as an administrator types it. A copy is there whole or not at all: it is cut off in its middle, arrives with
// other bytes, finds no room, finds another image in its place.

describeWithPowerShell('octopus images', () => {
  const image = 'ubuntu-24.04';
  const GIB = 2 ** 30;
  let site: SimulatedSite;
  let program: RealProgram;

  beforeAll(() => {
    site = new SimulatedSite([
      { name: 'hv01' },
      { name: 'hv02' },
      { name: 'hv03', room: GIB },
      { name: 'hv04', power: 'off' },
    ]);
    program = new RealProgram(site, [image]);
  });
  afterAll(() => site.end());

  const path = (host: string, name = image): string => site.real(host, `${FOLDER}\\images\\${name}.vhdx`);
  const inFolder = (host: string): readonly string[] => {
    const folder = site.real(host, `${FOLDER}\\images`);
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  };
  const fresh = (hosts: readonly string[], name = image): void => {
    for (const host of ['hv01', 'hv02', 'hv03'])
      rmSync(site.real(host, `${FOLDER}\\images`), { recursive: true, force: true });
    site.image(`${FOLDER}\\images\\${name}.vhdx`, { hosts });
  };
  /** One byte is another; size and time of the file are what they were. */
  const rot = (host: string): void => {
    const bytes = readFileSync(path(host));
    bytes[2000] = 1;
    writeFileSync(path(host), bytes);
    utimesSync(path(host), 1e9, 1e9);
  };

  test('verify says what an image is on every host, and that one is off', async () => {
    fresh(['hv01', 'hv02']);

    const { code, out } = await program.run('images', 'verify', image);

    expect(code).toBe(1);
    const hashes = [...out.matchAll(/^(hv0[12]) {2}([0-9A-F]{64})$/gm)].map(([, , hash]) => hash);
    expect(hashes).toHaveLength(2);
    expect(new Set(hashes).size).toBe(1);
    expect(out).toMatch(/^hv03 .*there is no image ubuntu-24\.04/m);
    expect(out).toMatch(/^hv04 .*does not answer/m);
    expect(out).not.toContain('not the same');
  });

  test('verify reads the bytes: a disk that forgets is found, whatever is known of the file', async () => {
    fresh(['hv01', 'hv02']);
    utimesSync(path('hv02'), 1e9, 1e9);
    await program.run('images', 'verify', image);
    rot('hv02');

    const { code, out } = await program.run('images', 'verify', image);

    expect(code).toBe(1);
    expect(out).toContain('ubuntu-24.04 is not the same on all hosts: machines cannot move between them');
  });

  test('copy brings the same bytes, read-only, and once', async () => {
    fresh(['hv01']);

    const first = await program.run('images', 'copy', image, 'hv01', 'hv02');
    const { ino } = statSync(path('hv02'));
    const second = await program.run('images', 'copy', image, 'hv01', 'hv02');

    const said = 'ubuntu-24.04 is on hv02, with the same bytes as on hv01\n';
    expect([first, second]).toEqual([
      { code: 0, out: said },
      { code: 0, out: said },
    ]);
    expect(readFileSync(path('hv02')).equals(readFileSync(path('hv01')))).toBe(true);
    expect(statSync(path('hv02')).mode & 0o222).toBe(0);
    expect(statSync(path('hv02')).ino).toBe(ino);
    expect(inFolder('hv02')).toEqual([`${image}.vhdx`, `${image}.vhdx.sha256`]);
  });

  test('copy leaves another image of that name alone', async () => {
    fresh(['hv01']);
    site.image(`${FOLDER}\\images\\${image}.vhdx`, { hosts: ['hv02'], size: 30 * GIB });
    const before = readFileSync(path('hv02'));

    const { code, out } = await program.run('images', 'copy', image, 'hv01', 'hv02');

    expect(code).toBe(1);
    expect(out).toContain('hv02: the image ubuntu-24.04 is here with other bytes; machines may stand on it');
    expect(readFileSync(path('hv02')).equals(before)).toBe(true);
  });

  test('what arrives with other bytes is not taken into use, and not kept', async () => {
    fresh(['hv01']);
    utimesSync(path('hv01'), 1e9, 1e9);
    await program.run('images', 'copy', image, 'hv01', 'hv02');
    rmSync(path('hv02'), { force: true });
    rot('hv01');

    const { code, out } = await program.run('images', 'copy', image, 'hv01', 'hv02');

    expect(code).toBe(1);
    expect(out).toContain('arrived with other bytes than it left with');
    expect(inFolder('hv02')).toEqual([`${image}.vhdx.sha256`]);
    expect((await program.run('leftovers')).out).toContain('nothing is left over');
  });

  test('a host without room is told before a byte is copied', async () => {
    fresh(['hv01']);

    const { code, out } = await program.run('images', 'copy', image, 'hv01', 'hv03');

    expect(code).toBe(1);
    expect(out).toContain('hv03 has 1.0 GiB free where its images lie');
    expect(inFolder('hv03')).toEqual([]);
  });

  test('a host or an image that is not there is told', async () => {
    fresh(['hv01']);

    expect(await program.run('images', 'copy', image, 'hv01', 'hv09')).toMatchObject({
      code: 1,
      out: expect.stringContaining('there is no host hv09 in the configuration') as unknown,
    });
    expect(await program.run('images', 'copy', 'no-such', 'hv01', 'hv02')).toMatchObject({
      code: 1,
      out: expect.stringContaining('there is no image no-such') as unknown,
    });
    expect(inFolder('hv02')).toEqual([]);
  });

  /** Begins a copy to hv02 and kills the program as soon as the first bytes are there. Gives how many had arrived. */
  async function cutOff({ takesShells }: { readonly takesShells: boolean }): Promise<number> {
    const incoming = `${path('hv02')}.incoming`;
    const { process: copying, ended } = program.begin('images', 'copy', image, 'hv01', 'hv02');
    while (!existsSync(incoming) || statSync(incoming).size === 0) {
      if (copying.exitCode !== null) throw new Error((await ended).out);
      await sleep(1);
    }
    copying.kill('SIGKILL');
    if (takesShells) for (const pid of site.sessions('hv01')) site.endSession(pid);
    await ended;
    return existsSync(incoming) ? statSync(incoming).size : 0;
  }

  test.each([
    { says: 'copied again', takesShells: true, cleans: false },
    { says: 'cleaned and copied again', takesShells: true, cleans: true },
    { says: 'copied again while the host still copies', takesShells: false, cleans: false },
  ])('a copy that is cut off is no image; $says, it is', async ({ takesShells, cleans }) => {
    const size = 256 * 2 ** 20;
    fresh(['hv01']);
    truncateSync(path('hv01'), size);
    await program.run('images', 'verify', image);

    const arrived = await cutOff({ takesShells });

    expect(existsSync(path('hv02'))).toBe(false);
    expect(arrived).toBeLessThan(takesShells ? size : size + 1);
    const { out } = await program.run('leftovers');
    expect(out).toMatch(
      takesShells ? /^hv02 {2}half-image {2}ubuntu-24\.04 {2}an image/m : /left over|half-image/,
    );
    const cleaned = cleans ? await program.run('leftovers', 'clean', 'hv02', 'half-image', image) : null;
    expect(cleaned?.out).toBe(cleans ? `hv02: half-image ${image} is gone\n` : undefined);

    expect(await program.run('images', 'copy', image, 'hv01', 'hv02')).toMatchObject({ code: 0 });
    expect(readFileSync(path('hv02')).equals(readFileSync(path('hv01')))).toBe(true);
    expect(inFolder('hv02')).toEqual([`${image}.vhdx`, `${image}.vhdx.sha256`]);
    expect((await program.run('leftovers')).out).toContain('nothing is left over');
  });
});
