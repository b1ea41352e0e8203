import type { Clock, HostName, Image, Mib } from '../../policies/model.ts';
import type { PowerBoard } from '../power/board.ts';
import type { ShellStart } from './shell.ts';

/** A host as the driver is told of it. */
export interface DriverHost {
  readonly name: HostName;
  readonly cores: number;
  readonly memory: Mib;
  /** How its PowerShell is started. */
  readonly shell: ShellStart;
  /** The folder that Octopus is given there, as the host writes it. */
  readonly folder: string;
  /** The virtual switch of its machines. */
  readonly switch: string;
  /** How other hosts call it; null: by its name. */
  readonly peer: string | null;
  /** Its folder as other hosts reach it, `\\hv02\octopus$`; null: machines that are off move by Hyper-V too. */
  readonly share: string | null;
  /** The failover cluster that it is a node of: its folder lies on the shared volume, the same for all of them. */
  readonly failoverCluster: string | null;
  /** null: nobody can switch it on from afar. */
  readonly board: PowerBoard | null;
}

export interface DriverOptions {
  readonly hosts: readonly DriverHost[];
  readonly images: readonly Image[];
  /** The instant by which uptimes become instants. Deadlines of calls run on real time. */
  readonly clock: Clock;
  /** The environment that shells inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Dynamic memory: machines begin with this much and grow to what they were asked with; null: static memory. */
  readonly memoryMin?: Mib | null;
  /** Shells for writes at a host at a time; left out: 3. */
  readonly writes?: number;
  /** What a guest is given to shut down, in seconds; left out: 300. */
  readonly shutDownSeconds?: number;
  /** How long a host must be silent to count as off where no board tells, in seconds; left out: 30. */
  readonly silenceSeconds?: number;
  /** How much longer than usual an answer is waited for; left out: 1. */
  readonly patience?: number;
  /** Sentences for operators. */
  readonly log?: (sentence: string) => void;
}
