import { execFile } from 'node:child_process';
import { HypervisorError } from '../hypervisor.ts';
import type { PowerBoard } from './board.ts';

export interface IpmiOptions {
  /** The host's name, for sentences. */
  readonly host: string;
  /** Of the service processor. */
  readonly address: string;
  readonly user: string;
  readonly password: string;
  /** `ipmitool`, or where it is. */
  readonly executable: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const DEADLINE_MS = 30_000;

/** Power by IPMI 2.0 over the network, through `ipmitool`. The password goes by the environment, never by an argument. */
export class Ipmi implements PowerBoard {
  readonly #options: IpmiOptions;

  constructor(options: IpmiOptions) {
    this.#options = options;
  }

  async state(signal?: AbortSignal): Promise<'on' | 'off' | 'unknown'> {
    const said = await this.#run(['chassis', 'power', 'status'], signal);
    const [, state] = /Chassis Power is (on|off)/i.exec(said) ?? [];
    return (state?.toLowerCase() as 'on' | 'off' | undefined) ?? 'unknown';
  }

  async on(signal?: AbortSignal): Promise<void> {
    if ((await this.state(signal)) === 'on') return;
    await this.#run(['chassis', 'power', 'on'], signal);
  }

  #run(command: readonly string[], signal: AbortSignal | undefined): Promise<string> {
    const { host, address, user, password, executable, environment } = this.#options;
    if (address.startsWith('-')) throw new Error(`${address} is not an address`);
    const args = ['-I', 'lanplus', '-H', address, '-U', user, '-E', '-N', '2', '-R', '3', ...command];
    const env = { ...environment, IPMI_PASSWORD: password };
    return new Promise((resolve, reject) => {
      execFile(executable, args, { env, timeout: DEADLINE_MS, signal }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (signal?.aborted === true) reject(signal.reason as Error);
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          reject(
            new HypervisorError(
              'configuration',
              `${host}: ${executable} is not installed on this computer: apt-get install ipmitool`,
            ),
          );
        else reject(new HypervisorError(...failure(host, stderr)));
      });
    });
  }
}

/** ipmitool speaks English only. */
function failure(host: string, stderr: string): [fault: 'configuration' | 'unreachable', sentence: string] {
  if (/password|unauthorized|RAKP|Invalid user name|privilege/i.test(stderr))
    return ['configuration', `${host}: its service processor refuses the user or the password`];
  const [last = ''] = stderr.trim().split('\n').slice(-1);
  return [
    'unreachable',
    `${host}: its service processor does not answer by IPMI${last === '' ? '' : ` (${last.slice(0, 200)})`}`,
  ];
}
