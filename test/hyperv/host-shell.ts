import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { environment } from './module/build.ts';
import type { SimulatedSite } from './module/site.ts';

/** An error as PowerShell records it. */
export interface RecordedError {
  /** `InvalidState,Microsoft.HyperV.PowerShell.Commands.StartVM` */
  readonly id: string;
  readonly category: string;
  readonly type: string;
  /** Of the exception inside, in hexadecimal; 80131500 is that of an exception without one of its own. */
  readonly hresult: string;
  readonly message: string;
}

// One line in, one line out. The text is run in its own scope; the last thing that it says is the answer.
const LOOP = String.raw`
$ProgressPreference = 'SilentlyContinue'; $WarningPreference = 'SilentlyContinue'; $ErrorActionPreference = 'Stop'
Import-Module Hyper-V
while ($null -ne ($line = [Console]::In.ReadLine())) {
  $answer = try {
    $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line))
    @{ value = @(& ([scriptblock]::Create($text))) }
  } catch {
    $inner = if ($_.Exception.InnerException) { $_.Exception.InnerException } else { $_.Exception }
    @{ error = @{ id = $_.FullyQualifiedErrorId; category = "$($_.CategoryInfo.Category)"; type = $_.Exception.GetType().FullName
                  hresult = '{0:X8}' -f $inner.HResult; message = $_.Exception.Message } }
  }
  [Console]::Out.WriteLine([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $answer -Depth 8 -Compress -EnumsAsStrings))))
}`;

/** A PowerShell process on one simulated host, to which tests say scripts. */
export class HostShell {
  readonly process: ChildProcess;
  readonly #answers: AsyncIterator<string, undefined>;
  readonly #lines: Interface;

  constructor(site: SimulatedSite, host: string) {
    const command = Buffer.from(LOOP, 'utf16le').toString('base64');
    this.process = spawn('pwsh', ['-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand', command], {
      env: { ...environment, ...site.environment(host) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.process.stdout as NodeJS.ReadableStream });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** What the script says, as JSON brings it over; rejects when the process ends before. */
  async run<T = unknown>(script: string): Promise<T[]> {
    const answer = await this.#ask(script);
    if ('error' in answer) throw new Error(`${answer.error.id}: ${answer.error.message}`);
    return answer.value as T[];
  }

  /** The error that ends the script; rejects when it ends well. */
  async error(script: string): Promise<RecordedError> {
    const answer = await this.#ask(script);
    if ('error' in answer) return answer.error;
    throw new Error(`no error, but ${JSON.stringify(answer.value)}`);
  }

  async #ask(script: string): Promise<{ value: unknown[] } | { error: RecordedError }> {
    this.process.stdin?.write(`${Buffer.from(script, 'utf8').toString('base64')}\n`);
    const answer: IteratorResult<string, undefined> = await this.#answers.next();
    if (answer.value === undefined) throw new Error('the shell has ended');
    return JSON.parse(Buffer.from(answer.value, 'base64').toString('utf8')) as
      | { value: unknown[] }
      | { error: RecordedError };
  }

  async kill(): Promise<void> {
    this.#lines.close();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }
}
