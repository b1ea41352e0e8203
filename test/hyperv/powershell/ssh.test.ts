import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Hosts } from '../../../hyperv/powershell/hosts.ts';
import { hostModule, prepare } from '../../../hyperv/powershell/module.ts';
import { call } from '../../../hyperv/powershell/call.ts';
import { Shell } from '../../../hyperv/powershell/shell.ts';
import { shellStart, type Transport } from '../../../hyperv/powershell/transport.ts';
import type { HostName } from '../../../policies/model.ts';
import { pwshEnvironment, withoutPwsh } from '../pwsh.ts';

// The way over ssh goes through a real server on loopback, with keys of its own.

const SSHD = '/usr/sbin/sshd';
const LONG_MS = 60_000;
const environment = pwshEnvironment();
if (environment === undefined) withoutPwsh();
const isServed = existsSync(SSHD) && spawnSync('ssh', ['-V']).error === undefined;
if (!isServed) {
  const sentence =
    'no OpenSSH server is installed: apt-get install openssh-server, and the way over ssh is tried';
  if (process.env['CI'] === 'true') throw new Error(sentence);
  process.stderr.write(`\n*** SKIPPED: ${sentence} ***\n`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

(environment !== undefined && isServed ? describe : describe.skip)('over ssh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'octopus-ssh-'));
  const file = (name: string): string => join(folder, name);
  let port = 0;
  let server: ChildProcess | undefined;

  const transport = (rest: Partial<Extract<Transport, { kind: 'ssh' }>> = {}): Transport => ({
    kind: 'ssh',
    executable: 'ssh',
    user: userInfo().username,
    port,
    key: file('key'),
    knownHosts: file('known_hosts'),
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
          folder: file('host'),
          switch: 's',
          peer: null,
          share: null,
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
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    for (const name of ['key', 'other', 'host_key'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
    writeFileSync(file('authorized_keys'), readFileSync(file('key.pub')), { mode: 0o600 });
    port = await freePort();
    writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(file('host_key.pub'), 'utf8')}`);
    writeFileSync(
      file('sshd_config'),
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${file('host_key')}`,
        `AuthorizedKeysFile ${file('authorized_keys')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'PermitRootLogin prohibit-password',
        'PidFile none',
        `SetEnv PATH=${environment?.['PATH'] ?? ''}`,
      ].join('\n'),
    );
    server = spawn(SSHD, ['-D', '-e', '-f', file('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    server.stderr?.on('data', (text: unknown) => (said += String(text)));
    for (let tries = 0; !said.includes('Server listening'); tries += 1) {
      if (server.exitCode !== null) throw new Error(`the server has ended: ${said}`);
      await Promise.race([once(server.stderr ?? server, 'data'), once(server, 'exit')]);
    }
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  }, LONG_MS);

  afterAll(async () => {
    if (server?.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'the module is copied once, checked by its hash, mended when it was changed, and answers',
    async () => {
      const module = hostModule();
      const place = join(file('host'), 'module', module.version.slice(0, 16));
      const open = async (): Promise<Shell> => {
        const shell = new Shell(shellStart(transport(), '127.0.0.1'), environment ?? {});
        await prepare(shell, { folder: file('host') }, module, LONG_MS);
        return shell;
      };
      const first = await open();
      expect(await call(first, 'no-such-verb', {}, LONG_MS)).toMatchObject({
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
    },
    LONG_MS,
  );

  test(
    'what ends the way ends the call: the shell is lost, and a new one comes up',
    async () => {
      const reached = hosts(transport());
      const before = await reached.load('hv01' as HostName).catch((error: unknown) => error);
      expect(before).toMatchObject({ name: 'HypervisorError' });
      reached.drop('hv01' as HostName);
      const after = await reached.load('hv01' as HostName).catch((error: unknown) => error);
      // There is no Hyper-V here, and that is what is said: the shell itself answers.
      expect(after).toMatchObject({ message: expect.stringContaining('Hyper-V') as unknown });
      reached.close();
    },
    LONG_MS,
  );

  test(
    'a key that is not accepted, a host key that is not known, and a shell that is not there are told apart',
    async () => {
      expect(await refusal(transport({ key: file('other') }))).toMatchObject({
        fault: 'configuration',
        message: expect.stringContaining('key or ticket') as unknown,
      });
      writeFileSync(file('nobody'), '');
      expect(await refusal(transport({ knownHosts: file('nobody') }))).toMatchObject({
        fault: 'configuration',
        message: expect.stringContaining('host key') as unknown,
      });
      expect(await refusal(transport({ shell: 'no-such-shell' }))).toMatchObject({
        fault: 'configuration',
        message: expect.stringContaining('does not exist on the host') as unknown,
      });
      expect(await refusal(transport({ port: await freePort() }))).toMatchObject({ fault: 'unreachable' });
    },
    LONG_MS,
  );
});
