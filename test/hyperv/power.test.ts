import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Ipmi } from '../../hyperv/power/ipmi.ts';
import { Redfish, type RedfishOptions } from '../../hyperv/power/redfish.ts';
import { magicPacket, WakeOnLan } from '../../hyperv/power/wake-on-lan.ts';
import type { Fault } from '../../policies/model.ts';
import { RedfishLoopback, type RedfishLoopbackOptions } from './redfish-loopback.ts';

function checkFault(call: Promise<unknown>, fault: Fault, says: string): Promise<void> {
  return expect(call).rejects.toMatchObject({ fault, message: expect.stringContaining(says) as unknown });
}

const redfish = (url: string, rest: Partial<RedfishOptions> = {}): Redfish =>
  new Redfish({
    host: 'hv01',
    url,
    user: 'octopus',
    password: 'secret',
    system: null,
    fingerprint: null,
    authorities: null,
    ...rest,
  });

/** Stands in for ipmitool's own words; the real one has no service processor to talk to here. */
const tool = (script: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'octopus-ipmi-')), 'ipmitool');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};

const ipmi = (executable: string): Ipmi =>
  new Ipmi({
    host: 'hv01',
    address: '10.0.0.1',
    user: 'octopus',
    password: 'secret',
    executable,
    environment: { PATH: process.env['PATH'] },
  });

const fails = (words: string): string => tool(`echo "${words}" >&2; exit 1`);

describe('Redfish', () => {
  const open: RedfishLoopback[] = [];
  const board = async (options: RedfishLoopbackOptions = {}): Promise<RedfishLoopback> => {
    const loopback = await RedfishLoopback.listen(options);
    open.push(loopback);
    return loopback;
  };
  afterEach(async () => {
    for (const loopback of open.splice(0)) await loopback.close();
  });

  test('follows the links to the system, tells its power and switches it on once', async () => {
    const loopback = await board();
    const power = redfish(loopback.url);
    expect(await power.state()).toBe('off');
    await power.on();
    expect(await power.state()).toBe('on');
    await power.on();
    expect(loopback.requests.filter((request) => request.startsWith('POST'))).toEqual([
      'POST /redfish/v1/Systems/437XR1138R2/Actions/ComputerSystem.Reset',
    ]);
  });

  test.each([
    { name: 'the plain word', allowed: ['ForceOff', 'On'], sent: 'On' },
    { name: 'another word where the plain one is not allowed', allowed: ['ForceOn'], sent: 'ForceOn' },
    { name: 'a word of an ActionInfo', allowed: null, sent: 'On' },
  ])('uses $name', async ({ allowed, sent }) => {
    const loopback = await board({ allowed });
    await redfish(loopback.url).on();
    expect(loopback.requests).toContain(sent);
    expect(loopback.power.get('437XR1138R2')).toBe('On');
  });

  test('of several systems it takes the one that is named, and asks for a name otherwise', async () => {
    const loopback = await board({ systems: ['blade1', 'blade2'] });
    await checkFault(redfish(loopback.url).on(), 'configuration', 'blade1, blade2');
    await redfish(loopback.url, { system: 'blade2' }).on();
    expect([...loopback.power]).toEqual([
      ['blade1', 'Off'],
      ['blade2', 'On'],
    ]);
  });

  test('a wrong password, a silent board and something that is no board are told apart', async () => {
    const loopback = await board();
    await checkFault(redfish(loopback.url, { password: 'x' }).state(), 'configuration', 'password');
    const { url } = loopback;
    await loopback.close();
    open.length = 0;
    await checkFault(redfish(url).state(), 'unreachable', 'does not answer');
  });

  test('a certificate that nobody has signed is taken by its fingerprint, and by no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'octopus-board-'));
    const key = join(folder, 'key.pem');
    const cert = join(folder, 'cert.pem');
    const subject = ['-subj', '/CN=bmc', '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
    execFileSync('openssl', ['req', '-x509', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const loopback = await board({
      tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
    });
    const { fingerprint256 } = new X509Certificate(readFileSync(cert));
    expect(await redfish(loopback.url, { fingerprint: fingerprint256 }).state()).toBe('off');
    const other = fingerprint256.replaceAll(/[0-9]/g, 'A');
    await checkFault(redfish(loopback.url, { fingerprint: other }).state(), 'configuration', fingerprint256);
    await checkFault(redfish(loopback.url).state(), 'configuration', 'self-signed');
  });

  test('giving up rejects with the reason of the signal', async () => {
    const loopback = await board();
    const reason = new Error('enough');
    await expect(redfish(loopback.url).on(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('Wake-on-LAN', () => {
  test('sends six bytes of ones and the address sixteen times, more than once', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const heard: Buffer[] = [];
    const third = new Promise<void>((resolve) => {
      socket.on('message', (packet) => {
        if (heard.push(packet) === 3) resolve();
      });
    });
    const board = new WakeOnLan({
      host: 'hv01',
      mac: '00:15:5D:0a:0b:0c',
      broadcast: '127.0.0.1',
      port: socket.address().port,
    });
    expect(await board.state()).toBe('unknown');
    await board.on();
    await third;
    socket.close();
    expect(heard[0]?.toString('hex')).toBe(`ffffffffffff${'00155d0a0b0c'.repeat(16)}`);
  });

  test('an address of another length is no address', () => {
    expect(() => magicPacket('00:15:5d')).toThrow('not the address');
  });
});

describe('IPMI', () => {
  test('tells the power, switches on only what is off, and gives no password away', async () => {
    const log = join(mkdtempSync(join(tmpdir(), 'octopus-ipmi-')), 'log');
    const says = (state: string): string =>
      tool(`echo "$@" >> ${log}; [ "$IPMI_PASSWORD" = secret ] && echo "Chassis Power is ${state}"`);
    expect(await ipmi(says('on')).state()).toBe('on');
    await ipmi(says('on')).on();
    expect(readFileSync(log, 'utf8')).not.toContain('power on');
    await ipmi(says('off')).on();
    expect(readFileSync(log, 'utf8')).toContain('-H 10.0.0.1 -U octopus -E');
    expect(readFileSync(log, 'utf8')).toContain('chassis power on');
    expect(readFileSync(log, 'utf8')).not.toContain('secret');
  });

  test('names what keeps it from working', async () => {
    await checkFault(
      ipmi(fails('Error: Unable to establish IPMI v2 / RMCP+ session')).state(),
      'unreachable',
      'IPMI',
    );
    await checkFault(
      ipmi(fails('RAKP 2 HMAC is invalid')).state(),
      'configuration',
      'refuses the user or the password',
    );
    await checkFault(ipmi('no-such-ipmitool').state(), 'configuration', 'apt-get install ipmitool');
  });
});
