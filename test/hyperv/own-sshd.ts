import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PLACES = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'];

/** Where OpenSSH's server is; undefined where there is none, or no Linux to end it with its sessions. */
export const sshdProgram = process.platform === 'linux' ? PLACES.find((path) => existsSync(path)) : undefined;

/** A real sshd on loopback with keys and a configuration of its own in a folder; whoever runs the test logs in. */
export class OwnSshd {
  readonly folder: string;
  readonly port: number;
  readonly user = userInfo().username;
  #server: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  static async start(folder: string): Promise<OwnSshd> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
    const sshd = new OwnSshd(folder, await freePort());
    writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
    sshd.#knowHost();
    writeFileSync(
      join(folder, 'sshd_config'),
      [
        `ListenAddress 127.0.0.1:${sshd.port}`,
        `HostKey ${join(folder, 'host')}`,
        `PidFile ${join(folder, 'sshd.pid')}`,
        `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'PermitRootLogin prohibit-password',
        '',
      ].join('\n'),
    );
    // Without it sshd does not start as root; Debian makes it when the service starts.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    await sshd.listen();
    return sshd;
  }

  /** The private key that is let in, one that is not, the file with the right host key, one with another. */
  readonly file = (name: 'user' | 'stranger' | 'known_hosts' | 'other_hosts'): string =>
    join(this.folder, name);

  async listen(): Promise<void> {
    if (sshdProgram === undefined) throw new Error('there is no sshd here');
    const server = spawn(sshdProgram, ['-D', '-e', '-f', join(this.folder, 'sshd_config')], {
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

  #knowHost(): void {
    const [kind, text] = readFileSync(join(this.folder, 'host.pub'), 'utf8').split(' ');
    writeFileSync(this.file('known_hosts'), `[127.0.0.1]:${this.port} ${kind} ${text}\n`);
  }
}

/** A file of known hosts holds the port, so the port is chosen before the server listens. */
async function freePort(): Promise<number> {
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
