import type { Ask } from '../../policies/command.ts';
import type { HostName, ImageName, LeaseId, MachineName, Mib, Seconds } from '../../policies/model.ts';
import type { VerbName } from './verbs.ts';

/** The names that the asker may see, and who they are: all that a sentence's meaning depends on. */
export interface GrammarWorld {
  readonly admin: boolean;
  readonly images: readonly { readonly name: ImageName; readonly aliases: readonly string[] }[];
  /** All machines. `mine`: the asker holds it, alone or with others; only these are suggested, but to administrators. */
  readonly machines: readonly { readonly name: string; readonly lease: LeaseId; readonly mine: boolean }[];
  readonly hosts: readonly HostName[];
  /** Machines that are gone, newest last: `why` still tells of them. */
  readonly remembered: readonly { readonly name: string; readonly lease: LeaseId }[];
}

/** What a sentence means. Finding it changes nothing and needs nobody to wait. */
export type Meaning =
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'question'; readonly question: Question }
  /** Understood so far: a form asks for the rest. */
  | { readonly kind: 'missing'; readonly missing: Missing }
  | { readonly kind: 'unclear'; readonly problem: Problem };

/** What can be answered without a decision. `user` is the word behind the `@`, as it was written. */
export type Question =
  | { readonly kind: 'list'; readonly whose: 'mine' | 'all' | { readonly user: string } }
  | { readonly kind: 'show'; readonly lease: LeaseId }
  /** About a lease's machine, a host, or, with neither, the asker. */
  | { readonly kind: 'why'; readonly lease: LeaseId | null; readonly host: HostName | null }
  | { readonly kind: 'quota'; readonly user: string | null }
  | { readonly kind: 'images' }
  | { readonly kind: 'hosts' }
  | { readonly kind: 'help'; readonly topic: string | null }
  | { readonly kind: 'policy-list' }
  /** Why a rule does not fire, for a host or machine of that name or for anything. */
  | { readonly kind: 'policy-why-not'; readonly rule: string; readonly about: string | null }
  /** A file of the active version, a version, or, with neither, the active version. */
  | { readonly kind: 'policy-show'; readonly file: string | null; readonly version: number | null };

export type MissingField = 'cores' | 'memory' | 'image' | 'machine' | 'host' | 'action' | 'file';

/** A command that lacks something, with what is known of it. */
export interface Missing {
  readonly verb: VerbName;
  readonly known: Known;
  readonly fields: readonly MissingField[];
}

export interface Known {
  readonly cores: number | null;
  readonly memory: Mib | null;
  readonly image: ImageName | null;
  readonly name: MachineName | null;
  readonly length: Seconds | null;
  readonly host: HostName | null;
}

export const NOTHING_KNOWN: Known = {
  cores: null,
  memory: null,
  image: null,
  name: null,
  length: null,
  host: null,
};

/** Why a sentence could not be understood, and what might have been meant. */
export interface Problem {
  /** Names the word and its position, says what would do. */
  readonly message: string;
  /** The sentence, with carets under the word; null where no word is to blame. */
  readonly shown: string | null;
  /** The whole sentence, corrected so that it is understood; null where nothing is near. */
  readonly nearest: string | null;
}
