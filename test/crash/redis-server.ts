import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PLACES = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];

/** Where the server's program is; undefined where there is none. */
export const redisProgram = PLACES.find((path) => existsSync(path));

/** A Redis of our own on a unix socket in a folder, without persistence. */
export class OwnRedis {
  readonly url: string;
  readonly #server: ChildProcess;

  private constructor(url: string, server: ChildProcess) {
    this.url = url;
    this.#server = server;
  }

  /** Rejects when the server ends before it listens. */
  static async start(folder: string): Promise<OwnRedis> {
    if (redisProgram === undefined) throw new Error('there is no redis-server here');
    const socket = join(folder, 'redis.sock');
    const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
    const server = spawn(redisProgram, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const text of server.stdout) {
      if (!String(text).includes('eady to accept connections')) continue;
      return new OwnRedis(socket, server);
    }
    throw new Error('redis-server ended before it listened');
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode !== null) return;
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await gone;
  }
}
