import { literal } from './module.ts';
import type { ShellStart } from './shell.ts';

/** How a host's PowerShell is reached. */
export type Transport =
  /** The host is this machine. */
  | { readonly kind: 'local'; readonly executable: string }
  | {
      readonly kind: 'ssh';
      /** The OpenSSH client. */
      readonly executable: string;
      readonly user: string | null;
      readonly port: number | null;
      readonly key: string | null;
      /** A file of known host keys; null: that of the account. */
      readonly knownHosts: string | null;
      /** What is started on the host: `powershell.exe` or `pwsh`. */
      readonly shell: string;
    }
  | {
      readonly kind: 'remoting';
      /** The PowerShell of this machine, from which the session is opened. */
      readonly executable: string;
      /** A JEA endpoint, which has the module installed; null: the default one, to which the module is sent. */
      readonly configuration: string | null;
    };

// Lower case, as node-powershell has an argument `-NoLogo` of its own, which ssh would take for one of its own.
// Scripts that we ourselves have written to a host are to load whatever its policy for downloaded ones.
const QUIETLY = ['-nologo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'] as const;

/** The start of a shell for a host at this address. */
export function shellStart(transport: Transport, address: string): ShellStart {
  const local = { environment: {}, opening: [], printed: inPlace, module: 'sent' } as const;
  switch (transport.kind) {
    case 'local':
      return {
        ...local,
        executable: transport.executable,
        args: [...QUIETLY],
      };
    case 'ssh':
      return { ...local, executable: transport.executable, args: sshArgs(transport, address) };
    case 'remoting':
      return remoting(transport, address);
    default:
      throw new Error(`no transport ${JSON.stringify(transport satisfies never)}`);
  }
}

/** Everything behind the address is the command on the host, so node-powershell's own arguments end up there. */
function sshArgs(
  { user, port, key, knownHosts, shell }: Extract<Transport, { kind: 'ssh' }>,
  address: string,
): readonly string[] {
  if (address.startsWith('-')) throw new Error(`${address} is not an address`);
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=10',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'StrictHostKeyChecking=yes',
    ...(port === null ? [] : [`Port=${port}`]),
    ...(user === null ? [] : [`User=${user}`]),
    ...(key === null ? [] : [`IdentityFile=${key}`, 'IdentitiesOnly=yes']),
    ...(knownHosts === null ? [] : [`UserKnownHostsFile=${knownHosts}`]),
    // Kerberos tickets travel along where there are any: without them a host cannot reach the next one.
    'GSSAPIAuthentication=yes',
    'GSSAPIDelegateCredentials=yes',
  ];
  return ['-T', ...options.map((option) => `-o${option}`), '--', address, shell, ...QUIETLY];
}

/** The local shell holds one session to the host. In a JEA session a call is a command with a literal, and nothing else. */
function remoting(
  { executable, configuration }: Extract<Transport, { kind: 'remoting' }>,
  address: string,
): ShellStart {
  const named = configuration === null ? '' : ` -ConfigurationName (${literal(configuration)})`;
  const session = `$OctopusSession=New-PSSession -ComputerName (${literal(address)})${named}`;
  return {
    executable,
    args: [...QUIETLY],
    environment: {},
    opening: [session],
    printed: (code) => eachLine(`Invoke-Command -Session $OctopusSession -ScriptBlock {${code}}`),
    module: configuration === null ? 'sent' : 'installed',
  };
}

/** Dot-sourced: what one line keeps, the next one finds. */
function inPlace(code: string): string {
  return eachLine(`. {${code}}`);
}

function eachLine(code: string): string {
  return `foreach($OctopusLine in @(${code})){[Console]::Out.WriteLine($OctopusLine)}`;
}
