import type { Command } from './command.ts';
import type { StepName } from './job.ts';
import type {
  Conversation,
  Fault,
  HostInventory,
  HostName,
  HostSample,
  Image,
  JobId,
  MachineId,
  MessageRef,
  NoticeId,
  PolicyFile,
  Role,
  UserId,
} from './model.ts';

/** Who the platform says is speaking, and what the configuration says of them. */
export interface Speaker {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  /** Where this person alone is reached later, for reminders; null when the surface has no such place. */
  readonly direct: Conversation | null;
}

/** Whatever can reach the core. Each is journalled with what was decided of it. */
export type Input =
  /** A person asks. `from` is where the answer belongs; null: nobody waits for one. */
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly speaker: Speaker;
      readonly from: Conversation | null;
      /** The policy folder's files as they are now, for a command that reads it again. */
      readonly files?: readonly PolicyFile[];
    }
  /** Somebody is heard: for the first time, or under a new name, role or address. */
  | { readonly kind: 'greeting'; readonly speaker: Speaker }
  /** A step of a job took effect, and what was learnt by it. */
  | { readonly kind: 'step-done'; readonly job: JobId; readonly step: StepName; readonly address?: string }
  /** A job is over. `failed`: its steps were undone, or could not be (`undone: false`). */
  | {
      readonly kind: 'job-ended';
      readonly job: JobId;
      readonly outcome: 'done' | 'failed';
      readonly fault?: Fault;
      readonly message?: string;
      readonly undone?: boolean;
    }
  /** A machine of ours stands on another host than the state says: a move whose answer was lost. */
  | { readonly kind: 'machine-seen'; readonly machine: MachineId; readonly host: HostName }
  /** One round of looks at hosts. */
  | { readonly kind: 'samples'; readonly hosts: readonly HostSample[] }
  /** A timer of the state is due. */
  | { readonly kind: 'tick' }
  /** The process has started: what the site consists of, and the policy files on disk for the first start. */
  | {
      readonly kind: 'boot';
      readonly hosts: readonly HostInventory[];
      readonly images: readonly Image[];
      readonly policies: readonly PolicyFile[];
    }
  /** A notice has been posted as this message. */
  | { readonly kind: 'notice-posted'; readonly notice: NoticeId; readonly message: MessageRef }
  /** Its last form has been shown: nothing more will be said of it. */
  | { readonly kind: 'notice-closed'; readonly notice: NoticeId };
