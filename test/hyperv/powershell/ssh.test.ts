import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Hosts } from '../../../hyperv/powershell/hosts.ts';
import { hostModule, prepare } from '../../../hyperv/powershell/module.ts';
import { call } from '../../../hyperv/powershell/call.ts';
import { Shell } from '../../../hyperv/powershell/shell.ts';
import { shellStart, type Transport } from '../../../hyperv/powershell/transport.ts';
import type { HostName } from '../../../policies/model.ts';
import { freePort, hasSshd, OwnSshd } from '../own-sshd.ts';
import { pwshEnvironment, withoutPwsh } from '../pwsh.ts';

// The way over ssh goes through a real server on loopback, with keys of its own.

const DEADLINE_MS = 60_000;
const environment = pwshEnvironment();
if (environment === undefined) withoutPwsh();

(hasSshd() && environment !== undefined ? describe : describe.skip)('over ssh', () => {
  let sshd: OwnSshd;
  let folder: string;

  const transport = (rest: Partial<Extract<Transport, { kind: 'ssh' }>> = {}): Transport => ({
    kind: 'ssh',
    executable: 'ssh',
    user: sshd.user,
    port: sshd.port,
    key: sshd.file('user'),
    knownHosts: sshd.file('known_hosts'),
    shell: 'pwsh',
    ...rest,
  });
  const hosts = (way: Transport): Hosts =>
    new Hosts({
      hosts: [
        {
          name: 'hv01' as HostName,
          cores: 1,
          memory: 1,
          shell: shellStart(way, '127.0.0.1'),
          folder: join(folder, 'host'),
          switch: 's',
          peer: null,
          share: null,
          failoverCluster: null,
          board: null,
        },
      ],
      environment: environment ?? {},
      writes: 1,
      keepsModule: true,
      log: () => undefined,
    });
  const refusal = async (way: Transport): Promise<unknown> => {
    const reached = hosts(way);
    try {
      return await reached.load('hv01' as HostName).catch((error: unknown) => error);
    } finally {
      reached.close();
    }
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'octopus-ssh-'));
    sshd = await OwnSshd.start({ path: environment?.['PATH'] });
  });
  afterAll(async () => {
    await sshd.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the module is copied once, checked by its hash, mended when it was changed, and answers', async () => {
    const module = hostModule();
    const place = join(join(folder, 'host'), 'module', module.version.slice(0, 16));
    const open = async (): Promise<Shell> => {
      const shell = new Shell(shellStart(transport(), '127.0.0.1'), environment ?? {});
      await prepare(shell, { folder: join(folder, 'host') }, module, DEADLINE_MS);
      return shell;
    };
    const first = await open();
    expect(await call(first, 'no-such-verb', {}, DEADLINE_MS)).toMatchObject({
      ok: false,
      error: { id: 'Octopus.configuration' },
    });
    for (const { name, bytes } of module.files)
      expect(readFileSync(join(place, name)).equals(bytes)).toBe(true);

    const { ino } = statSync(join(place, 'own.ps1'));
    writeFileSync(join(place, 'power.ps1'), 'Remove-Item / -Recurse');
    const second = await open();
    const power = module.files.find(({ name }) => name === 'power.ps1')?.bytes ?? Buffer.alloc(0);
    expect(readFileSync(join(place, 'power.ps1')).equals(power)).toBe(true);
    expect(statSync(join(place, 'own.ps1')).ino).toBe(ino);
    for (const shell of [first, second]) {
      shell.kill();
      await shell.ended;
    }
  });

  test('what ends the way ends the call: the shell is lost, and a new one comes up', async () => {
    const reached = hosts(transport());
    const before = await reached.load('hv01' as HostName).catch((error: unknown) => error);
    expect(before).toMatchObject({ name: 'HypervisorError' });
    reached.drop('hv01' as HostName);
    const after = await reached.load('hv01' as HostName).catch((error: unknown) => error);
    // There is no Hyper-V here, and that is what is said: the shell itself answers.
    expect(after).toMatchObject({ message: expect.stringContaining('Hyper-V') as unknown });
    reached.close();
  });

  test('a key that is not accepted, a host key that is not known, and a shell that is not there are told apart', async () => {
    expect(await refusal(transport({ key: sshd.file('stranger') }))).toMatchObject({
      fault: 'configuration',
      message: expect.stringContaining('key or ticket') as unknown,
    });
    expect(await refusal(transport({ knownHosts: sshd.file('other_hosts') }))).toMatchObject({
      fault: 'configuration',
      message: expect.stringContaining('host key') as unknown,
    });
    expect(await refusal(transport({ shell: 'no-such-shell' }))).toMatchObject({
      fault: 'configuration',
      message: expect.stringContaining('does not exist on the host') as unknown,
    });
    expect(await refusal(transport({ port: await freePort() }))).toMatchObject({ fault: 'unreachable' });
  });
});
