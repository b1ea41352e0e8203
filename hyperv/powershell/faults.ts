import type { Fault } from '../../policies/model.ts';
import type { RemoteError } from './call.ts';

/** What an error of Hyper-V means: signals that name it, the fault it is, and what a person should know. */
export interface FaultRow {
  /** HRESULTs, return values of Hyper-V's methods, or the first part of a `FullyQualifiedErrorId`. */
  readonly signals: readonly string[];
  readonly fault: Fault;
  /** What happened and what to do, for people; it follows "hv01: ". */
  readonly says: string;
}

/**
 * Every error that is known by name. The first row that shares a signal decides, so what is precise stands before what is
 * general. Codes are Windows', of winerror.h and of MS-VHDX; the identifiers are those of Hyper-V's cmdlets. Messages are
 * never read: they are in the host's language.
 */
export const FAULTS: readonly FaultRow[] = [
  // The chain of a differencing disk.
  {
    signals: ['0xC03A000E', '0xC03A000F', '0xC03A0017', '0xC03A0019'],
    fault: 'base-changed',
    says: 'the base image is not the one that the disk was made of; put the original back, the disk cannot be used with another',
  },
  {
    signals: ['0xC03A000D'],
    fault: 'missing',
    says: 'the base image of the disk is not on this host; copy it there',
  },
  {
    signals: ['0xC03A0016'],
    fault: 'configuration',
    says: 'the host may not read the base image; give Hyper-V and the service account the right to read the folder of images',
  },
  // Rights and directories.
  {
    signals: ['0x8009030E'],
    fault: 'configuration',
    says: 'the host has no credentials for the other one; allow its account to delegate to "cifs" and "Microsoft Virtual System Migration Service" there',
  },
  {
    signals: ['0x80070534'],
    fault: 'configuration',
    says: 'the account that made the machine is not known in the domain; machines have to be made by a domain account',
  },
  {
    signals: ['0x8007052E', '0x80090311', '0x80090322'],
    fault: 'configuration',
    says: 'the account was not accepted; check the service account and its Kerberos tickets',
  },
  {
    signals: ['0x80070569'],
    fault: 'configuration',
    says: 'Hyper-V may not log its machines on as a service; give "NT VIRTUAL MACHINE\\Virtual Machines" that right',
  },
  // Room.
  {
    signals: ['OutOfMemory', '0x8007000E', '0x800705AA', '32778'],
    fault: 'no-room',
    says: 'there is not enough memory left on the host',
  },
  { signals: ['0x80070070', '0x80070027'], fault: 'no-room', says: "the host's disk is full" },
  { signals: ['32788'], fault: 'no-room', says: 'the host has not the resources for this machine' },
  // Somebody else is at work.
  {
    signals: ['ObjectInUse', '0x80070020', '0x80070021', '0x800700AA', '32774'],
    fault: 'busy',
    says: 'something else has the machine or its files in use',
  },
  {
    signals: ['InvalidState', '32775', '0x8007139F'],
    fault: 'busy',
    says: 'the machine is in a state in which this cannot be done now',
  },
  // Reach.
  {
    signals: [
      '0x800706BA',
      '0x800706BE',
      '0x800706BF',
      '0x800706D9',
      '0x80070035',
      '0x800704CF',
      '0x80072746',
      '32777',
    ],
    fault: 'unreachable',
    says: 'the host, or the other one, does not answer',
  },
  {
    signals: ['0x8004100E', '0x80041014', '0x80070046', '0x80070426'],
    fault: 'unreachable',
    says: "Hyper-V does not run on the host, or is not up yet; start its service, or wait for the host's boot to end",
  },
  // Machines and processors.
  {
    signals: ['32784'],
    fault: 'incompatible',
    says: 'the hosts differ in what their processors can do; move the machine while it is off',
  },
  { signals: ['32772'], fault: 'timeout', says: 'Hyper-V gave up waiting for its own work' },
  // What is there already, what is not, who may.
  {
    signals: ['0x80070050', '0x800700B7', 'ObjectAlreadyExists'],
    fault: 'conflict',
    says: 'something else stands where this would go',
  },
  {
    signals: ['AccessDenied', '0x80070005', '32769'],
    fault: 'configuration',
    says: 'the service account has not the rights; make it a Hyper-V administrator of the host, with full rights on the folder of Octopus',
  },
  {
    signals: ['ObjectNotFound', '0x80070002', '0x80070003', '0x80070490', '32779'],
    fault: 'missing',
    says: 'something that was needed is not there',
  },
  {
    signals: ['CouldNotAutoLoadModule', 'Modules_ModuleNotFound'],
    fault: 'configuration',
    says: 'the Hyper-V module for PowerShell is not installed on the host: Install-WindowsFeature Hyper-V-PowerShell',
  },
  {
    signals: [
      'CommandNotFoundException',
      'NamedParameterNotFound',
      'AmbiguousParameterSet',
      'InvalidParameter',
      'ParameterBindingFailed',
      'ParameterArgumentValidationError',
      'ParameterArgumentValidationErrorEmptyStringNotAllowed',
      'ParameterArgumentTransformationError',
      'CannotConvertArgumentNoMessage',
      'AmbiguousParameter',
      'MissingMandatoryParameter',
      'PositionalParameterNotFound',
      '32770',
      '32773',
    ],
    fault: 'configuration',
    says: "the host's Hyper-V does not take this call; it may be older than what Octopus needs: `octopus doctor` tells",
  },
];

/** What the module itself has found comes with its fault in the error id. */
const OWN = /^Octopus\.([a-z-]+)/;

const NAMED = new Set<string>([
  'busy',
  'no-room',
  'unreachable',
  'timeout',
  'configuration',
  'incompatible',
  'base-changed',
  'missing',
  'conflict',
  'unknown-outcome',
] satisfies readonly Fault[]);

/** The fault that an error is, with its sentence. What nothing is known of may have taken effect: `unknown-outcome`. */
export function classified(error: RemoteError): { readonly fault: Fault; readonly says: string } {
  const own = OWN.exec(error.id)?.[1];
  if (own !== undefined && NAMED.has(own)) return { fault: own as Fault, says: error.message };
  const signals = new Set([error.id.split(',')[0] ?? '', ...error.codes.map((code) => code.toUpperCase())]);
  const row = FAULTS.find((each) =>
    each.signals.some((signal) => signals.has(signal) || signals.has(signal.toUpperCase())),
  );
  if (row !== undefined) return { fault: row.fault, says: row.says };
  return {
    fault: 'unknown-outcome',
    says: `Hyper-V answered with an error that Octopus does not know (${error.id}${error.codes.length > 0 ? `, ${error.codes.join(', ')}` : ''})`,
  };
}

/** What ssh says, in English always, when it is not the network that keeps it from connecting. */
const REFUSED: readonly { readonly pattern: RegExp; readonly says: string }[] = [
  {
    pattern: /Permission denied|Too many authentication failures/,
    says: 'ssh was refused: the key or ticket of the service account is not accepted',
  },
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    says: 'the host key is not the known one; compare it at the host, then put it into the file of known hosts',
  },
  {
    pattern: /Identity file .* not accessible|Bad owner or permissions|invalid format/,
    says: 'the key file cannot be used',
  },
  {
    pattern: /ENOENT|EACCES/,
    says: 'PowerShell or ssh is not installed where the configuration says, on this computer',
  },
  {
    pattern: /is not recognized|not found|No such file/,
    says: 'the shell that the configuration names does not exist on the host',
  },
  {
    pattern: /PSSessionStateBroken|PSSessionOpenFailed|AccessDenied/,
    says: 'the remoting session was refused; check the service account and the endpoint',
  },
];

/** Why no shell came up, of what was said on standard error. Nothing was sent to the host yet, so nothing has happened. */
export function opening(stderr: string): { readonly fault: Fault; readonly says: string } {
  const refused = REFUSED.find(({ pattern }) => pattern.test(stderr));
  if (refused !== undefined) return { fault: 'configuration', says: refused.says };
  const last = stderr.split('\n').at(-1) ?? '';
  return { fault: 'unreachable', says: `it does not answer${last === '' ? '' : ` (${last.slice(0, 200)})`}` };
}
