import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { examine, type Finding } from '../../hyperv/powershell/doctor.ts';
import type { DriverHost } from '../../hyperv/powershell/options.ts';
import { shellStart } from '../../hyperv/powershell/transport.ts';
import type { HostName, Image, ImageName } from '../../policies/model.ts';
import { environment } from './module/build.ts';
import { SimulatedSite } from './module/site.ts';
import { describeWithPowerShell } from './powershell.ts';

const FOLDER = String.raw`D:\Octopus`;
const UBUNTU: Image = { name: 'ubuntu' as ImageName, os: 'linux', login: 'u', memoryMin: 512, aliases: [] };

describeWithPowerShell('the doctor, on simulated hosts', () => {
  let site: SimulatedSite;
  let findings: readonly Finding[];
  const of = (host: string, level: Finding['level']): readonly string[] =>
    findings.filter((each) => each.host === host && each.level === level).map(({ says }) => says);
  const hostAt = (name: string): DriverHost => ({
    name: name as HostName,
    cores: 4,
    memory: 8192,
    shell: {
      ...shellStart({ kind: 'local', executable: 'pwsh' }, name),
      environment: site.environment(name),
    },
    folder: site.real(name, FOLDER),
    switch: 'external',
    peer: null,
    share: null,
    failoverCluster: null,
    board: null,
  });

  beforeAll(async () => {
    site = new SimulatedSite([
      { name: 'hv01' },
      { name: 'hv02', switches: ['Extern'], cores: 2 },
      { name: 'hv03', power: 'off' },
    ]);
    site.image(`${FOLDER}\\images\\ubuntu.vhdx`, { hosts: ['hv01'] });
    site.image(`${FOLDER}\\images\\ubuntu.vhdx`, { hosts: ['hv02'], size: 30 * 2 ** 30 });
    chmodSync(site.real('hv01', `${FOLDER}\\images\\ubuntu.vhdx`), 0o444);
    findings = await examine({
      hosts: ['hv01', 'hv02', 'hv03'].map((name) => hostAt(name)),
      images: [UBUNTU],
      environment: environment ?? {},
      now: () => Math.floor(Date.now() / 1000),
    });
  });
  afterAll(() => site.end());

  test('a sound host has nothing to mend', () => {
    expect(of('hv01', 'fail')).toEqual([]);
    expect(of('hv01', 'ok')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^answers, with PowerShell 7/),
        'the switch external is there',
        'the image ubuntu is there, read-only',
        'live migration is on, 2 at a time',
      ]),
    );
  });

  test('what is wrong is said with what to do', () => {
    expect(of('hv02', 'fail')).toEqual([
      'has no virtual switch called external; it has Extern',
      expect.stringMatching(/^the configuration gives machines 4 cores and 8192 MiB; it has 2 and/),
    ]);
    expect(of('hv02', 'warn')).toContain('the image ubuntu can be written to');
    expect(findings.filter(({ level, todo }) => level !== 'ok' && (todo ?? '') === '')).toEqual([]);
  });

  test('a host that is off is named, and the others are looked at all the same', () => {
    expect(of('hv03', 'fail')).toHaveLength(1);
  });

  test('leaves nothing on the hosts', () => {
    for (const name of ['hv01', 'hv02']) expect(readdirSync(site.real(name, FOLDER))).toEqual(['images']);
  });
});

describeWithPowerShell('octopus doctor', () => {
  const site = new SimulatedSite([{ name: 'hv01' }]);
  afterAll(() => site.end());

  async function doctor(network: string): Promise<{ readonly code: number; readonly out: string }> {
    const file = join(site.folder, 'octopus.yaml');
    writeFileSync(
      file,
      [
        'cluster:',
        '  driver: hyperv',
        '  transport: { by: local, executable: pwsh }',
        `  folder: '${site.real('hv01', FOLDER)}'`,
        `  switch: ${network}`,
        '  hosts: [{ name: hv01, cores: 4, memory: 8g }]',
        '  images: [{ name: ubuntu, os: linux, login: ubuntu, memory: 1g }]',
      ].join('\n'),
    );
    const launcher = join(import.meta.dirname, '..', '..', 'bot', 'octopus.mjs');
    const child = spawn(process.execPath, [launcher, 'doctor', '--config', file], {
      env: { ...environment, ...site.environment('hv01') },
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: unknown) => (out += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out };
  }

  test('ends with 1 and the way out when something is wrong, with 0 when nothing is', async () => {
    const path = site.real('hv01', `${FOLDER}\\images`);
    mkdirSync(path, { recursive: true });
    site.image(`${FOLDER}\\images\\ubuntu.vhdx`);
    const wrong = await doctor('Production');
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain('hv01  FAIL  has no virtual switch called Production; it has external');
    expect(wrong.out).toContain('1 host: 1 to mend');
    const right = await doctor('external');
    expect(right.code).toBe(0);
    expect(right.out).toContain('hv01  ok    the switch external is there');
    expect(existsSync(join(site.real('hv01', FOLDER), 'module'))).toBe(false);
  });
});
