import { closest } from '../../dsl/suggest.ts';

export type VerbName =
  | 'new'
  | 'list'
  | 'show'
  | 'renew'
  | 'release'
  | 'start'
  | 'stop'
  | 'restart'
  | 'delete'
  | 'why'
  | 'quota'
  | 'images'
  | 'hosts'
  | 'host'
  | 'policy'
  | 'help';

/** A command of the chat grammar, as `help` tells it. */
export interface HelpTopic {
  readonly verb: VerbName;
  /** Other words that do the same. */
  readonly synonyms: readonly string[];
  /** Only administrators may. */
  readonly admin: boolean;
  /** A sentence that works as it stands, or with one's own names. */
  readonly example: string;
  readonly about: string;
  /** Further forms, for `help VERB`. */
  readonly more: readonly string[];
}

const TOPICS: readonly HelpTopic[] = [
  {
    verb: 'new',
    synonyms: ['create', 'make', 'launch', 'spawn'],
    admin: false,
    example: 'new 4c 8g ubuntu',
    about: 'a machine with 4 cores and 8 GB of memory, in any order and spelling',
    more: ['new 4 cores 8 GB ubuntu for 2 weeks called build-box', 'new 2c 8192m debian -n web --for 30d'],
  },
  {
    verb: 'list',
    synonyms: ['ls', 'machines', 'vms'],
    admin: false,
    example: 'list',
    about: 'your machines',
    more: ['list all', 'list @bob'],
  },
  {
    verb: 'show',
    synonyms: ['info', 'describe'],
    admin: false,
    example: 'show build-box',
    about: 'one machine: address, host, end of its lease',
    more: [],
  },
  {
    verb: 'renew',
    synonyms: ['extend', 'prolong'],
    admin: false,
    example: 'renew build-box 1w',
    about: 'a later end for a lease; in the hold it brings the machine back',
    more: ['renew', 'renew build-box for 2 weeks'],
  },
  {
    verb: 'release',
    synonyms: ['return', 'free'],
    admin: false,
    example: 'release build-box',
    about: 'ends a lease now; the disk is held for a while, renew brings it back',
    more: [],
  },
  {
    verb: 'start',
    synonyms: ['boot'],
    admin: false,
    example: 'start build-box',
    about: 'switches it on',
    more: [],
  },
  {
    verb: 'stop',
    synonyms: ['halt', 'shutdown'],
    admin: false,
    example: 'stop build-box',
    about: 'shuts it down; lease and disk stay',
    more: [],
  },
  {
    verb: 'restart',
    synonyms: ['reboot'],
    admin: false,
    example: 'restart build-box',
    about: 'shuts it down and starts it again',
    more: [],
  },
  {
    verb: 'delete',
    synonyms: ['rm', 'remove', 'destroy'],
    admin: false,
    example: 'delete build-box',
    about: 'gives it up for good; asks first and says what is lost',
    more: [],
  },
  {
    verb: 'why',
    synonyms: ['explain'],
    admin: false,
    example: 'why build-box',
    about: 'what happened to a machine or a host and by which rule; alone: what you were refused',
    more: ['why', 'why hv01'],
  },
  {
    verb: 'quota',
    synonyms: ['limits', 'usage'],
    admin: false,
    example: 'quota',
    about: 'what you hold and how much you may',
    more: ['quota @bob'],
  },
  {
    verb: 'images',
    synonyms: [],
    admin: false,
    example: 'images',
    about: 'what machines are made of',
    more: [],
  },
  {
    verb: 'hosts',
    synonyms: ['cluster'],
    admin: false,
    example: 'hosts',
    about: 'the servers and how full they are',
    more: [],
  },
  {
    verb: 'host',
    synonyms: [],
    admin: true,
    example: 'host hv01 drain',
    about: 'moves every machine off a host; resume, off and on work alike',
    more: ['host hv01 resume', 'host hv01 off', 'host hv01 on'],
  },
  {
    verb: 'policy',
    synonyms: ['policies'],
    admin: true,
    example: 'policy list',
    about: 'the rules in force: show, load, reload, rollback, why-not',
    more: [
      'policy show quota.clp',
      'policy load quota.clp, with the file attached or in a code block',
      'policy reload',
      'policy rollback',
      'policy rollback 3',
      'policy why-not switch-off-idle hv01',
    ],
  },
  {
    verb: 'help',
    synonyms: ['?', 'hello', 'hi'],
    admin: false,
    example: 'help',
    about: 'this',
    more: ['help new'],
  },
];

/** What a person may do, in the order in which `help` tells it. */
export function helpTopics(admin: boolean): readonly HelpTopic[] {
  return TOPICS.filter((topic) => admin || !topic.admin);
}

/** The verb that a word stands for, whoever says it: that it is not for everybody is for the rules to say. */
export function verbOf(key: string): VerbName | null {
  return TOPICS.find(({ verb, synonyms }) => verb === key || synonyms.includes(key))?.verb ?? null;
}

/** The verb that a misspelt word was meant to be; administrators' verbs are suggested to administrators only. */
export function nearVerb(key: string, admin: boolean): string | null {
  const topics = helpTopics(admin);
  return (
    closest(
      key,
      topics.map(({ verb }) => verb),
    ) ??
    closest(
      key,
      topics.flatMap(({ synonyms }) => synonyms.filter((synonym) => synonym.length > 3)),
    )
  );
}
