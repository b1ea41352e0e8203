import type { ChildProcess } from 'node:child_process';
import { PowerShell } from 'node-powershell';

/** How a PowerShell process of a host is started, and what stands around each line that it is given. */
export interface ShellStart {
  readonly executable: string;
  /** Arguments before `-NoExit -Command -`, each once. */
  readonly args: readonly string[];
  /** Added to the environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines that make the shell ready before anything else is sent, a remoting session for example. */
  readonly opening: readonly string[];
  /** The line that runs this code at the host and prints what it gives, one value a line. */
  readonly printed: (code: string) => string;
  /** Whether the module is sent to the host by us, or installed there by an administrator (JEA). */
  readonly module: 'sent' | 'installed';
}

/**
 * The process is gone, or was killed because its time was up. Whether what it was told took effect is not known.
 * `stderr` is the last that it said there: ssh tells in English why it could not connect.
 */
export class ShellLost extends Error {
  override readonly name = 'ShellLost';
  readonly why: 'deadline' | 'exit' | 'killed';
  readonly stderr: string;
  constructor(why: 'deadline' | 'exit' | 'killed', message: string, stderr: string) {
    super(message);
    this.why = why;
    this.stderr = stderr;
  }
}

/** PowerShell writes colours and key codes between the answers otherwise, and tells Microsoft about its starts. */
const QUIET = { TERM: 'dumb', NO_COLOR: '1', POWERSHELL_TELEMETRY_OPTOUT: '1' } as const;

const STDERR_MAX = 4096;

/** What node-powershell keeps to itself and we have to reach: the process, to kill it, and its end, to bear it. */
interface Insides {
  readonly process: ChildProcess;
  readonly exitPromise: Promise<void>;
}

/** node-powershell takes its executable from a variable of the environment before it looks at its options. */
class Process extends PowerShell {
  protected override setExecutable({ executable }: { executable?: string }): string {
    return executable ?? 'pwsh';
  }
}

/**
 * One PowerShell process, which takes one line at a time.
 *
 * node-powershell starts it and frames what comes back. Of the rest of node-powershell nothing is used: its escaping
 * lets values become commands, its timeouts leave the command running, its history keeps every answer for ever.
 */
export class Shell {
  readonly start: ShellStart;
  readonly #powershell: PowerShell;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  /** The end of the process, as the one call under way waits for it. */
  #leaving: PromiseWithResolvers<void> = Promise.withResolvers();
  #stderr = '';
  #isAlive = true;
  #isKilled = false;

  constructor(start: ShellStart, environment: Readonly<Record<string, string | undefined>>) {
    this.start = start;
    const options: Record<string, boolean | string> = { '-NoLogo': false };
    for (const arg of start.args) options[arg] = true;
    this.#powershell = new Process({
      executable: start.executable,
      executableOptions: options,
      spawnOptions: { env: { ...environment, ...QUIET, ...start.environment }, windowsHide: true },
      throwOnInvocationError: false,
    });
    const insides = this.#powershell as unknown as Insides;
    insides.exitPromise.catch(() => undefined); // `#ended` says it
    this.#process = insides.process;
    // node-powershell races every command against one promise that lives as long as the process, and so keeps every
    // answer for ever. It is handed one for each call instead.
    Object.defineProperty(this.#powershell, 'exitPromise', { get: () => this.#leaving.promise });
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#isAlive = false;
        this.#leaving.resolve();
        resolve();
      };
      this.#process.once('exit', end);
      this.#process.once('error', (error) => {
        this.#note(error.message);
        end();
      });
    });
    const { stdin, stderr } = this.#powershell.streams;
    stdin.on('error', () => undefined); // a pipe that breaks is followed by the end
    stderr.on('data', (text: unknown) => this.#note(String(text)));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** The process's number, for those who watch over it. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Runs one line and gives what it printed. Rejects with `ShellLost`; after a deadline the process is killed. */
  async run(line: string, deadlineMs: number): Promise<string> {
    if (/[\r\n]/.test(line)) throw new Error('a shell takes one line at a time');
    if (!this.#isAlive) throw this.#lost('exit');
    this.#leaving = Promise.withResolvers();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), deadlineMs);
    });
    const answered = this.#powershell.invoke(line);
    answered.catch(() => undefined); // it rejects when the process ends, which `#leaving` says as well
    try {
      const first = await Promise.race([answered.catch(() => 'ended' as const), this.#leaving.promise, late]);
      if (first === 'late') {
        this.kill();
        throw this.#lost('deadline');
      }
      if (first === undefined || first === 'ended' || first.stdout === undefined)
        throw this.#lost(this.#isKilled ? 'killed' : 'exit');
      return String(first.stdout);
    } finally {
      clearTimeout(timer);
      this.#powershell.history.length = 0;
    }
  }

  /** Ends the process at once. What it is at goes on or not: look. */
  kill(): void {
    this.#isKilled = true;
    this.#isAlive = false;
    this.#process.kill('SIGKILL');
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The last that was said on standard error, without the marks of node-powershell. */
  get stderr(): string {
    return this.#stderr
      .split(/\r?\n/)
      .filter((line) => !/^[0-9A-Za-z]{16}$/.test(line))
      .join('\n')
      .trim();
  }

  #note(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-STDERR_MAX);
  }

  #lost(why: ShellLost['why']): ShellLost {
    const { executable } = this.start;
    const how = why === 'deadline' ? 'did not answer in time and was ended' : 'has ended';
    return new ShellLost(why, `${executable} ${how}`, this.stderr);
  }
}
