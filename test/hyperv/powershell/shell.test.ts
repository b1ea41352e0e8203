import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { call, encoded } from '../../../hyperv/powershell/call.ts';
import { Shell, ShellLost, type ShellStart } from '../../../hyperv/powershell/shell.ts';
import { shellStart, type Transport } from '../../../hyperv/powershell/transport.ts';
import { pwshEnvironment, withoutPwsh } from '../pwsh.ts';

// The shell is a real PowerShell that node-powershell has started.

const environment = pwshEnvironment();
if (environment === undefined) withoutPwsh();
const local: Transport = { kind: 'local', executable: 'pwsh' };
const LONG_MS = 60_000;

(environment === undefined ? describe.skip : describe)('a shell', () => {
  const shells: Shell[] = [];
  const shell = (start: ShellStart = shellStart(local, 'here')): Shell => {
    const opened = new Shell(start, environment ?? {});
    shells.push(opened);
    return opened;
  };
  afterEach(async () => {
    for (const each of shells.splice(0)) {
      each.kill();
      await each.ended;
    }
  });

  test('prints what code gives, line by line, and keeps what one line has set for the next', async () => {
    const here = shell();
    await here.run(here.start.printed('$a = 1, 2'), LONG_MS);
    expect((await here.run(here.start.printed('$a; "x" * 300'), LONG_MS)).split(/\r?\n/)).toEqual([
      '1',
      '2',
      'x'.repeat(300),
    ]);
  });

  test('its environment keeps colours, key codes and telemetry out, whatever ours says', async () => {
    const here = shell();
    await here.run('$null', LONG_MS);
    const set = readFileSync(`/proc/${here.pid}/environ`, 'utf8').split('\0');
    expect(set).toEqual(expect.arrayContaining(['TERM=dumb', 'NO_COLOR=1', 'POWERSHELL_TELEMETRY_OPTOUT=1']));
  });

  test('what does not answer in time is ended, and takes nothing more', async () => {
    const here = shell();
    await here.run('$null', LONG_MS);
    const { pid = 0 } = here;
    await expect(here.run('Start-Sleep -Seconds 600', 50)).rejects.toMatchObject({ why: 'deadline' });
    await here.ended;
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(here.run('1', LONG_MS)).rejects.toBeInstanceOf(ShellLost);
  });

  test('a process that ends by itself is a lost shell, with what it said', async () => {
    const here = shell();
    await expect(
      here.run('[Console]::Error.WriteLine("the last words"); exit 3', LONG_MS),
    ).rejects.toMatchObject({ why: 'exit' });
  });

  test('an executable that is not there is a lost shell too', async () => {
    const lost = await shell({ ...shellStart(local, 'here'), executable: 'no-such-shell' })
      .run('1', LONG_MS)
      .catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(ShellLost);
    expect((lost as ShellLost).stderr).toContain('ENOENT');
  });

  test('takes one line, never two', async () => {
    await expect(shell().run("'a'\n'b'", LONG_MS)).rejects.toThrow('one line');
  });

  test('a call without the module says what came back instead', async () => {
    await expect(call(shell(), 'load', {}, LONG_MS)).rejects.toMatchObject({ name: 'NoAnswer' });
  });
});

describe('a request', () => {
  test.each(['2026-01-01T00:00:00Z', '/Date(0)/', "'; Remove-VM *; '", '', '$(x)', '“', '\u202E', 'ä\n`'])(
    'carries %j as text that no reader takes for anything else',
    (text) => {
      const crossing = Buffer.from(encoded({ text }), 'base64').toString('utf8');
      expect(JSON.parse(crossing)).toEqual({ text: `=${text}` });
      expect(encoded({ text })).toMatch(/^[A-Za-z0-9+/=]+$/);
    },
  );

  test('keeps numbers, truths, lists and nothing as they are, and leaves out what is not said', () => {
    const crossing = encoded({ a: 1, b: true, c: null, d: ['x', 2], e: undefined, f: { g: 'y' } });
    expect(JSON.parse(Buffer.from(crossing, 'base64').toString('utf8'))).toEqual({
      a: 1,
      b: true,
      c: null,
      d: ['=x', 2],
      f: { g: '=y' },
    });
  });
});

describe('a transport', () => {
  test('ssh gives everything behind the address to the host, and asks nobody anything', () => {
    const { executable, args } = shellStart(
      {
        kind: 'ssh',
        executable: 'ssh',
        user: 'svc-octopus',
        port: 2222,
        key: '/etc/octopus/key',
        knownHosts: null,
        shell: 'powershell.exe',
      },
      'hv01.example.org',
    );
    expect(executable).toBe('ssh');
    const at = args.indexOf('hv01.example.org');
    expect(args.slice(0, at)).toEqual(
      expect.arrayContaining([
        '-oBatchMode=yes',
        '-oUser=svc-octopus',
        '-oPort=2222',
        '-oStrictHostKeyChecking=yes',
      ]),
    );
    expect(args.slice(at + 1)).toEqual([
      'powershell.exe',
      '-nologo',
      '-NoProfile',
      '-NonInteractive',
      '-ExecutionPolicy',
      'Bypass',
    ]);
    expect(new Set(args).size).toBe(args.length);
  });

  test('an address that ssh would take for an option is refused', () => {
    const ssh = {
      kind: 'ssh',
      executable: 'ssh',
      user: null,
      port: null,
      key: null,
      knownHosts: null,
      shell: 'pwsh',
    } as const;
    expect(() => shellStart(ssh, '-oProxyCommand=x')).toThrow('not an address');
  });

  test('remoting holds one session, and its host is a literal', () => {
    const start = shellStart({ kind: 'remoting', executable: 'pwsh', configuration: null }, "hv01'; exit; '");
    expect(start.opening.join('')).not.toContain('exit');
    expect(start.printed("Invoke-Octopus 'QQ=='")).toBe(
      "foreach($OctopusLine in @(Invoke-Command -Session $OctopusSession -ScriptBlock {Invoke-Octopus 'QQ=='})){[Console]::Out.WriteLine($OctopusLine)}",
    );
    expect(start.module).toBe('sent');
    expect(
      shellStart({ kind: 'remoting', executable: 'pwsh', configuration: 'Octopus' }, 'hv01').module,
    ).toBe('installed');
  });
});
