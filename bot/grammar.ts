import { closest } from '../dsl/suggest.ts';
import { unreachable } from '../policies/model.ts';
import { hostAction, hostCommand } from './grammar/host-command.ts';
import { leaseCommand } from './grammar/lease-command.ts';
import type { Word } from './grammar/lexer.ts';
import type { GrammarWorld, Meaning, Question } from './grammar/meaning.ts';
import { measured } from './grammar/measured.ts';
import { looksNumeric } from './grammar/quantity.ts';
import { newMachine } from './grammar/new-machine.ts';
import { policyCommand } from './grammar/policy-command.ts';
import { Reading, type Attachment } from './grammar/reading.ts';
import { newSentence } from './grammar/sentence.ts';
import { nearVerb, verbOf, type VerbName } from './grammar/verbs.ts';

export type { Attachment } from './grammar/reading.ts';
export type {
  GrammarWorld,
  Known,
  Meaning,
  Missing,
  MissingField,
  Problem,
  Question,
} from './grammar/meaning.ts';
export { newSentence, sentence } from './grammar/sentence.ts';
export { helpTopics, verbOf, type HelpTopic, type VerbName } from './grammar/verbs.ts';

/** Words before the command that say whom it is for, and how politely. */
const ADDRESSES = new Set(['vm', '/vm', 'octopus', '/octopus', '@octopus', 'please']);

/**
 * What a chat message means, in the eyes of whoever wrote it. Any text has a meaning, if only that it is unclear; names
 * get their brands here. `files` are the message's attachments.
 */
export function parse(text: string, world: GrammarWorld, files: readonly Attachment[] = []): Meaning {
  return understand(new Reading(text, world, files, understand));
}

function understand(reading: Reading): Meaning {
  const { words } = reading.line;
  const from = words.findIndex(({ key }) => !ADDRESSES.has(key));
  const [first, ...rest] = from === -1 ? [] : words.slice(from);
  if (first === undefined) return asking({ kind: 'help', topic: null });
  const verb = verbOf(first.key);
  return verb === null ? unknownCommand(reading, [first, ...rest]) : command(reading, verb, rest);
}

function command(reading: Reading, verb: VerbName, words: readonly Word[]): Meaning {
  switch (verb) {
    case 'new':
      return newMachine(reading, words);
    case 'show':
    case 'renew':
    case 'release':
    case 'start':
    case 'stop':
    case 'restart':
    case 'delete':
      return leaseCommand(reading, verb, words);
    case 'list':
      return list(reading, words);
    case 'why':
      return why(reading, words);
    case 'quota':
      return quota(reading, words);
    case 'images':
      return asking({ kind: 'images' });
    case 'hosts':
      return asking({ kind: 'hosts' });
    case 'host':
      return hostCommand(reading, words);
    case 'policy':
      return policyCommand(reading, words);
    case 'help': {
      const [topic] = words;
      const near =
        topic === undefined ? null : (verbOf(topic.key) ?? nearVerb(topic.key, reading.world.admin));
      return asking({ kind: 'help', topic: near });
    }
    default:
      return unreachable(verb);
  }
}

function asking(question: Question): Meaning {
  return { kind: 'question', question };
}

const LIST_FILLERS = new Set(['my', 'me', 'machines', 'vms', 'the', 'of', 'please']);

function list(reading: Reading, words: readonly Word[]): Meaning {
  const word = words.find(({ key }) => !LIST_FILLERS.has(key));
  if (word === undefined || word.key === 'mine') return asking({ kind: 'list', whose: 'mine' });
  if (word.key === 'all') return asking({ kind: 'list', whose: 'all' });
  const user = userOf(word);
  if (user !== null) return asking({ kind: 'list', whose: { user } });
  const message = `${reading.place(word)} is nobody's list: \`list mine\`, \`list all\` or \`list @somebody\`.`;
  return reading.unclear(word, message, closest(word.key, ['mine', 'all']) ?? `@${word.text}`);
}

function quota(reading: Reading, words: readonly Word[]): Meaning {
  const word = words.find(({ key }) => !LIST_FILLERS.has(key) && key !== 'mine');
  if (word === undefined) return asking({ kind: 'quota', user: null });
  const user = userOf(word);
  if (user !== null) return asking({ kind: 'quota', user });
  return reading.unclear(
    word,
    `${reading.place(word)} is nobody: \`quota\` or \`quota @somebody\`.`,
    `@${word.text}`,
  );
}

/** The user that `@bob`, or a platform's own form of it, names. */
function userOf({ text }: Word): string | null {
  const [, mention, at] = /^(?:<@([^>|]{1,64})(?:\|[^>]*)?>|@(.{1,64}))$/u.exec(text) ?? [];
  return mention ?? at ?? null;
}

const WHY_FILLERS = new Set(
  'was is did are were has have does do my the a i me it not no new machine vm host refused stopped moved gone'.split(
    ' ',
  ),
);

function why(reading: Reading, words: readonly Word[]): Meaning {
  const { hosts, remembered, machines } = reading.world;
  for (const word of words) {
    const gone = remembered.findLast(({ name, lease }) => name === word.key || lease === word.key);
    const lease = reading.leaseNamed(word) ?? gone?.lease ?? null;
    if (lease !== null) return asking({ kind: 'why', lease, host: null });
    const host = hosts.find((name) => name.toLowerCase() === word.key);
    if (host !== undefined) return asking({ kind: 'why', lease: null, host });
  }
  const word = words.find(({ key }) => !WHY_FILLERS.has(key));
  if (word === undefined) return asking({ kind: 'why', lease: null, host: null });
  const names = [...machines.map(({ name }) => name), ...hosts, ...remembered.map(({ name }) => name)];
  const message = `I know neither machine nor host called ${reading.place(word)}.`;
  return reading.unclear(word, message, closest(word.key, names));
}

/** No verb that we know: a misspelt one, a sentence around a command, or a machine described without `new`. */
function unknownCommand(reading: Reading, words: readonly [Word, ...Word[]]): Meaning {
  const [first] = words;
  const near = nearVerb(first.key, reading.world.admin);
  const message = `I do not know ${reading.place(first)}.`;
  const corrected = near === null ? null : reading.corrected(first.at, first.end, near);
  const forAdmins = near === null && nearVerb(first.key, true) !== null;
  const nearest = corrected ?? (forAdmins ? null : reading.firstUnderstood(within(reading, words)));
  const unclear = reading.unclear(first, message);
  return unclear.kind === 'unclear' ? { kind: 'unclear', problem: { ...unclear.problem, nearest } } : unclear;
}

/** Sentences that may be hidden in one that does not begin with a verb, likeliest first. */
function within(reading: Reading, words: readonly Word[]): readonly string[] {
  const found: string[] = [];
  const described = machineIn(reading, words);
  if (described !== null) {
    if (looksNumeric(words[0]?.key ?? '')) found.push(`new ${reading.line.text}`);
    found.push(described);
  }
  const verb = words.findIndex(({ key }) => verbOf(key) !== null);
  const at = words[verb]?.at;
  if (at !== undefined) found.push(reading.line.text.slice(at));
  if (reading.world.admin && words.some(({ key }) => hostAction(key) !== null))
    found.push(`host ${reading.line.text}`);
  return found;
}

/** `new …` from whatever sizes and images a sentence names, when there are two at least. */
function machineIn(reading: Reading, words: readonly Word[]): string | null {
  const { images } = reading.world;
  const known = { cores: 0, memory: 0 };
  for (let index = 0; index < words.length; index++) {
    const read = measured(reading, words, index, false);
    if (read === null || 'problem' in read) continue;
    const { kind, value } = read.quantity;
    if (kind === 'cores' || kind === 'memory') known[kind] = value;
  }
  const cores = known.cores || null;
  const memory = known.memory || null;
  const image = words
    .map(({ key }) => images.find(({ name, aliases }) => name.toLowerCase() === key || aliases.includes(key)))
    .find((found) => found !== undefined);
  if ([cores, memory, image ?? null].filter((part) => part !== null).length < 2) return null;
  return newSentence({ cores, memory, image: image?.name ?? null, name: null, length: null, host: null });
}
