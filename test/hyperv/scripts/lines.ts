import { call } from '../../../hyperv/powershell/call.ts';
import { hostModule, prepare, type Keeping } from '../../../hyperv/powershell/module.ts';
import type { Shell, ShellStart } from '../../../hyperv/powershell/shell.ts';
import { shellStart, type Transport } from '../../../hyperv/powershell/transport.ts';

const SSH = { kind: 'ssh', executable: 'ssh', user: null, port: null, key: null, knownHosts: null } as const;

/** Every way to a host, and every way to bring the module there. */
const WAYS: readonly (readonly [Transport, Keeping])[] = [
  [{ kind: 'local', executable: 'powershell.exe' }, { folder: 'D:\\Octopus' }],
  [{ kind: 'local', executable: 'powershell.exe' }, 'memory'],
  [{ ...SSH, shell: 'powershell.exe' }, { folder: 'D:\\Octopus' }],
  [{ kind: 'remoting', executable: 'powershell.exe', configuration: null }, { folder: 'D:\\Octopus' }],
  [{ kind: 'remoting', executable: 'powershell.exe', configuration: null }, 'memory'],
  [{ kind: 'remoting', executable: 'powershell.exe', configuration: 'Octopus' }, { folder: 'D:\\Octopus' }],
];

/** Everything that the driver says to PowerShell besides the module's scripts: what opens a session, brings the module, calls a verb. */
export async function saidLines(): Promise<readonly string[]> {
  const lines = new Set<string>();
  for (const [transport, keeping] of WAYS) {
    const shell = new ListeningShell(shellStart(transport, 'hv01'), lines);
    await prepare(shell as unknown as Shell, keeping, hostModule(), 1000);
    await call(shell as unknown as Shell, 'list-machines', {}, 1000).catch(() => undefined);
  }
  return [...lines];
}

/** Writes down what it is told, and answers as a host would that lacks the module and then has it. */
class ListeningShell {
  readonly start: ShellStart;
  readonly stderr = '';
  readonly #lines: Set<string>;
  #looks = 0;

  constructor(start: ShellStart, lines: Set<string>) {
    this.start = start;
    this.#lines = lines;
  }

  run(line: string): Promise<string> {
    // Parts of the module's bytes are alike but for what they carry.
    this.#lines.add(line.replaceAll(/'[A-Za-z0-9+/=]{200,}'/g, "'AAAA'"));
    if (line.includes('GetFiles')) return Promise.resolve(this.#hashes());
    return Promise.resolve(line.includes("'loaded'") ? 'loaded' : '');
  }

  /** Nothing lies there first, all of it afterwards. */
  #hashes(): string {
    this.#looks += 1;
    if (this.#looks === 1) return '';
    const all = [...this.#lines].join('\n');
    return hostModule()
      .files.map(({ name }) => name)
      .map((name) => `${name}=${hashIn(all, name)}`)
      .join('\n');
  }
}

/** The hash that the line which writes a file names, so that the answer is what the driver has sent. */
function hashIn(lines: string, name: string): string {
  const at = lines.indexOf(`'${name}'`);
  return /-ne '([0-9a-f]{64})'/.exec(lines.slice(at))?.[1] ?? '';
}
