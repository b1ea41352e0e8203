import {
  unreachable,
  type CommandId,
  type HostName,
  type ImageName,
  type Instant,
  type LeaseId,
  type MachineName,
  type Mib,
  type Seconds,
  type UserId,
} from './model.ts';
import { sizeInWords } from './words.ts';

/** Everything a person can ask to be changed: one variant per sentence of the chat grammar. Buttons carry these. */
export type Ask =
  | {
      readonly kind: 'new-machine';
      readonly cores: number;
      readonly memory: Mib;
      readonly image: ImageName;
      readonly name: MachineName | null;
      readonly length: Seconds | null;
    }
  | {
      readonly kind: 'renew-lease';
      readonly lease: LeaseId;
      readonly length: Seconds | null;
      /** The end that the person saw when they pressed; null from a sentence. A lease that moved on is not extended again. */
      readonly seen: Instant | null;
    }
  | { readonly kind: 'release-lease'; readonly lease: LeaseId }
  | { readonly kind: 'delete-machine'; readonly lease: LeaseId }
  | { readonly kind: 'start-machine'; readonly lease: LeaseId }
  | { readonly kind: 'stop-machine'; readonly lease: LeaseId }
  | { readonly kind: 'restart-machine'; readonly lease: LeaseId }
  | { readonly kind: 'drain-host'; readonly host: HostName }
  | { readonly kind: 'resume-host'; readonly host: HostName }
  | { readonly kind: 'power-host-off'; readonly host: HostName }
  | { readonly kind: 'power-host-on'; readonly host: HostName }
  /** `name` is the policy file's base name without folder, `quota.clp`. */
  | { readonly kind: 'load-policy'; readonly name: string; readonly text: string }
  | { readonly kind: 'reload-policies' }
  /** Null: the version before the active one. */
  | { readonly kind: 'roll-back-policies'; readonly version: number | null };

/** An ask, by somebody, once: `by` is who the platform says has sent it, `id` comes from the delivery or the button's nonce. */
export type Command = Ask & { readonly id: CommandId; readonly by: UserId };

/** The ask in words, for "you asked to …" and the journal's readers; durations and sizes in the units people type. */
export function inWords(ask: Ask): string {
  switch (ask.kind) {
    case 'new-machine':
      return `make ${ask.name ?? 'a machine'} of ${ask.image} with ${ask.cores === 1 ? '1 core' : `${ask.cores} cores`} and ${sizeInWords(ask.memory)}`;
    case 'renew-lease':
      return `renew ${ask.lease}`;
    case 'release-lease':
      return `release ${ask.lease}`;
    case 'delete-machine':
      return `delete the machine of ${ask.lease}`;
    case 'start-machine':
      return `start the machine of ${ask.lease}`;
    case 'stop-machine':
      return `stop the machine of ${ask.lease}`;
    case 'restart-machine':
      return `restart the machine of ${ask.lease}`;
    case 'drain-host':
      return `drain ${ask.host}`;
    case 'resume-host':
      return `resume ${ask.host}`;
    case 'power-host-off':
      return `switch ${ask.host} off`;
    case 'power-host-on':
      return `switch ${ask.host} on`;
    case 'load-policy':
      return `load the policy file ${ask.name}`;
    case 'reload-policies':
      return 'read the policy folder again';
    case 'roll-back-policies':
      return ask.version === null
        ? 'roll the policies back'
        : `roll the policies back to version ${ask.version}`;
    default:
      return unreachable(ask);
  }
}
