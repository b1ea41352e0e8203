import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PLACES = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'];

/** Where OpenSSH's server is; undefined where there is none, or no Linux to end it with its sessions. */
const program = process.platform === 'linux' ? PLACES.find((path) => existsSync(path)) : undefined;

/** Whether there is OpenSSH, server and client; where not, a loud line says so, and on CI that is an error. */
export function hasSshd(): boolean {
  if (program !== undefined && spawnSync('ssh', ['-V']).error === undefined) return true;
  const sentence =
    'no OpenSSH server is installed: apt-get install openssh-server, and the way over ssh is tried';
  if (process.env['CI'] === 'true') throw new Error(sentence);
  process.stderr.write(`\n*** SKIPPED: ${sentence} ***\n`);
  return false;
}

/** A real sshd on loopback with keys and a configuration of its own in a folder; whoever runs the test logs in. */
export class OwnSshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'own-sshd-'));
  readonly port: number;
  readonly user = userInfo().username;
  #server: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  /** `path` is the PATH of sessions; left out: that of the account. */
  static async start({ path }: { readonly path?: string | undefined } = {}): Promise<OwnSshd> {
    const sshd = new OwnSshd(await freePort());
    for (const name of ['host', 'user', 'stranger'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', sshd.#in(name)]);
    writeFileSync(sshd.#in('authorized_keys'), readFileSync(sshd.#in('user.pub')), { mode: 0o600 });
    sshd.#know('host', 'known_hosts');
    sshd.#know('stranger', 'other_hosts');
    writeFileSync(
      sshd.#in('sshd_config'),
      [
        `ListenAddress 127.0.0.1:${sshd.port}`,
        `HostKey ${sshd.#in('host')}`,
        `PidFile ${sshd.#in('sshd.pid')}`,
        `AuthorizedKeysFile ${sshd.#in('authorized_keys')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'PermitRootLogin prohibit-password',
        ...(path === undefined ? [] : [`SetEnv PATH=${path}`]),
        '',
      ].join('\n'),
    );
    // Without it sshd does not start as root; Debian makes it when the service starts.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    await sshd.listen();
    return sshd;
  }

  /** The private key that is let in, one that is not, the file with the right host key, one with another. */
  file(name: 'user' | 'stranger' | 'known_hosts' | 'other_hosts'): string {
    return this.#in(name);
  }

  async listen(): Promise<void> {
    if (program === undefined) throw new Error('there is no sshd here');
    const server = spawn(program, ['-D', '-e', '-f', this.#in('sshd_config')], {
      stdio: 'ignore',
      detached: true,
    });
    this.#server = server;
    while (!(await isOpen(this.port))) {
      if (server.exitCode !== null) throw new Error('sshd has ended before it listened');
      await sleep(20);
    }
  }

  /** Ends the server and every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server?.pid === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    // Sessions are processes of the server's group, unless they have made one of their own.
    for (const pid of descendants(server.pid)) end(pid);
    end(server.pid);
    await ended;
  }

  /** Ends the server for good, and takes its keys away. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #in(name: string): string {
    return join(this.folder, name);
  }

  #know(key: string, file: string): void {
    const [kind, text] = readFileSync(this.#in(`${key}.pub`), 'utf8').split(' ');
    writeFileSync(this.#in(file), `[127.0.0.1]:${this.port} ${kind} ${text}\n`);
  }
}

/** A file of known hosts holds the port, so the port is chosen before the server listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const found: number[] = [];
  for (const child of children === '' ? [] : children.split(' ').map(Number))
    found.push(...descendants(child), child);
  return found;
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
