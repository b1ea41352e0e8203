import type { Ask } from './command.ts';
import type { Job, StepName } from './job.ts';
import type {
  CommandId,
  Conversation,
  Fault,
  HostInventory,
  HostName,
  HostStatus,
  Image,
  Instant,
  JobId,
  LeaseId,
  Machine,
  MachineId,
  MessageRef,
  NoticeId,
  PolicyFile,
  Role,
  UserId,
} from './model.ts';

/** Why something happened: the rule that concluded it, where that rule stands, and the facts that it matched, as text. */
export interface Trail {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** The number of the policy version that was active. */
  readonly version: number;
  readonly facts: readonly string[];
  /** What the rule's `best` beat, the next best first; left out when there was no choice. */
  readonly rivals?: readonly string[];
}

/** A no, from a rule: what it says to the person, and what would pass. */
export interface Refusal {
  readonly reason: string;
  readonly help: string | null;
  readonly trail: Trail | null;
}

/** What a notice is about, and so how it is drawn. */
export type NoticeKind =
  /** The answer to a command: progress first, then the outcome. */
  | 'answer'
  /** A lease ends soon. */
  | 'reminder'
  /** A lease has ended, its disk is held. */
  | 'ended'
  /** The disk is gone. */
  | 'purged'
  /** Whatever a rule has to say. */
  | 'message';

/**
 * Something that a person is told, by one message that follows the state until it has its last form.
 * It stays in the state until then, so a crash loses none.
 */
export interface Notice {
  readonly id: NoticeId;
  readonly kind: NoticeKind;
  readonly to: UserId;
  /** Where; null: where the person is reached directly. */
  readonly conversation: Conversation | null;
  /** The command that it answers. */
  readonly command: CommandId | null;
  readonly ask: Ask | null;
  readonly lease: LeaseId | null;
  readonly machine: MachineId | null;
  /** The machine's name, kept for when the machine is gone. */
  readonly name: string | null;
  readonly host: HostName | null;
  readonly opened: Instant;
  /** The end of the lease as it was when the notice was opened; a reminder is over when it has changed. */
  readonly expires: Instant | null;
  /** What is to be said in the rules' own words. */
  readonly text: string | null;
  /** Why not: the answer to a command that was refused. */
  readonly refusals: readonly Refusal[];
  /** How it ended; null while it goes on. */
  readonly outcome: { readonly good: boolean; readonly text: string } | null;
  readonly message: MessageRef | null;
}

/** One thing that happened. Folding all of them in order gives the state. */
export type Event = Happening & { readonly trail: Trail | null };

export type Happening =
  | { readonly kind: 'host-registered'; readonly host: HostInventory }
  | {
      readonly kind: 'host-changed';
      readonly host: HostName;
      readonly status?: HostStatus;
      readonly wanted?: 'on' | 'off';
    }
  | { readonly kind: 'host-sampled'; readonly host: HostName; readonly load: number }
  | { readonly kind: 'image-registered'; readonly image: Image }
  | {
      readonly kind: 'person-registered';
      readonly person: UserId;
      readonly name: string;
      readonly role: Role;
      readonly direct: Conversation | null;
    }
  | { readonly kind: 'request-accepted'; readonly command: CommandId; readonly by: UserId; readonly ask: Ask }
  | {
      readonly kind: 'request-refused';
      readonly command: CommandId;
      readonly by: UserId;
      readonly ask: Ask;
      readonly refusals: readonly Refusal[];
    }
  | {
      readonly kind: 'lease-granted';
      readonly lease: LeaseId;
      readonly holder: UserId;
      readonly expires: Instant;
      readonly machine: Pick<Machine, 'id' | 'name' | 'image' | 'cores' | 'memory'>;
    }
  | {
      readonly kind: 'lease-extended';
      readonly lease: LeaseId;
      readonly expires: Instant;
      readonly by: UserId | null;
    }
  | {
      readonly kind: 'lease-ended';
      readonly lease: LeaseId;
      readonly reason: 'expired' | 'released' | 'deleted';
      /** Until when the disk is held. */
      readonly until: Instant;
    }
  /** Its holder came back during the hold. */
  | {
      readonly kind: 'lease-restored';
      readonly lease: LeaseId;
      readonly expires: Instant;
      readonly by: UserId | null;
    }
  | { readonly kind: 'machine-placed'; readonly machine: MachineId; readonly host: HostName }
  /** The machine waits for a host that is being switched on. */
  | { readonly kind: 'machine-awaits'; readonly machine: MachineId; readonly host: HostName }
  | {
      readonly kind: 'host-excluded';
      readonly machine: MachineId;
      readonly host: HostName;
      readonly reason: string;
    }
  /** It could not be made: it leaves the state with its lease. */
  | { readonly kind: 'machine-abandoned'; readonly machine: MachineId; readonly reason: string }
  | { readonly kind: 'machine-found'; readonly machine: MachineId; readonly host: HostName }
  | { readonly kind: 'machine-migrating'; readonly machine: MachineId; readonly to: HostName }
  | { readonly kind: 'job-created'; readonly id: JobId; readonly job: Job }
  | {
      readonly kind: 'step-done';
      readonly job: JobId;
      readonly step: StepName;
      readonly address: string | null;
    }
  | {
      readonly kind: 'job-ended';
      readonly job: JobId;
      readonly outcome: 'done' | 'failed';
      readonly fault: Fault | null;
      readonly message: string | null;
      /** False: what a failed job had begun could not be taken back. */
      readonly undone: boolean;
    }
  | { readonly kind: 'timer-set'; readonly purpose: string; readonly subject: string; readonly at: Instant }
  | { readonly kind: 'timer-rang'; readonly purpose: string; readonly subject: string }
  | { readonly kind: 'notice-opened'; readonly notice: Notice }
  | {
      readonly kind: 'notice-concluded';
      readonly notice: NoticeId;
      readonly good: boolean;
      readonly text: string;
    }
  | { readonly kind: 'notice-posted'; readonly notice: NoticeId; readonly message: MessageRef }
  | { readonly kind: 'notice-closed'; readonly notice: NoticeId }
  | {
      readonly kind: 'policies-activated';
      readonly version: number;
      readonly author: UserId | null;
      readonly note: string;
      /** The files of a new version; null when a former version comes back. */
      readonly files: readonly PolicyFile[] | null;
    };
