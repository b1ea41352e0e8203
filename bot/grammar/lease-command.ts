import { unreachable, type LeaseId, type Seconds } from '../../policies/model.ts';
import type { Word } from './lexer.ts';
import { NOTHING_KNOWN, type Meaning } from './meaning.ts';
import { measured } from './measured.ts';
import type { Reading } from './reading.ts';

/** Verbs that act on one machine. */
export type LeaseVerb = (typeof LEASE_VERBS)[number];

const LEASE_VERBS = ['show', 'renew', 'release', 'start', 'stop', 'restart', 'delete'] as const;

export function isLeaseVerb(verb: string): verb is LeaseVerb {
  return (LEASE_VERBS as readonly string[]).includes(verb);
}

const FILLERS = new Set('the my me it a machine vm lease of please until by for --for now'.split(' '));

/** `renew build-box 1w`, `stop`, `show build-box`: the name may be left out by whoever has one machine only. */
export function leaseCommand(reading: Reading, verb: LeaseVerb, words: readonly Word[]): Meaning {
  let lease: LeaseId | null = null;
  let length: Seconds | null = null;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const named = reading.leaseNamed(word);
    if (named !== null) {
      if (lease !== null && lease !== named)
        return reading.unclear(word, `one machine at a time: ${reading.place(word)} is a second one.`, '');
      lease = named;
      continue;
    }
    const read = verb === 'renew' ? measured(reading, words, index, true) : null;
    if (read !== null) {
      if ('problem' in read) return read.problem;
      const wrong = notLength(reading, read.word, read.quantity.kind);
      if (wrong !== null) return wrong;
      length = read.quantity.value;
      index += read.taken - 1;
    } else if (!FILLERS.has(word.key)) return reading.unknownMachine(word);
  }
  lease ??= soleLease(reading);
  if (lease !== null) return meaningOf(verb, lease, length);
  if (!reading.world.machines.some(({ mine }) => mine || reading.world.admin))
    return reading.unclear(
      reading.line.words[0] ?? null,
      'you have no machine. `new 4c 8g ubuntu` makes one.',
    );
  return { kind: 'missing', missing: { verb, known: { ...NOTHING_KNOWN, length }, fields: ['machine'] } };
}

function notLength(
  reading: Reading,
  word: Word,
  kind: 'cores' | 'memory' | 'length' | 'number',
): Meaning | null {
  if (kind === 'length') return null;
  const message = `${reading.place(word)} is not a length of time. A length looks like 12h, 30d or 2w.`;
  return reading.unclear(word, message, kind === 'number' ? `${word.key}w` : null);
}

function soleLease({ world }: Reading): LeaseId | null {
  const mine = world.machines.filter((machine) => machine.mine);
  return mine.length === 1 ? (mine[0]?.lease ?? null) : null;
}

/** What a verb means for a lease that is known. */
export function meaningOf(verb: LeaseVerb, lease: LeaseId, length: Seconds | null): Meaning {
  switch (verb) {
    case 'show':
      return { kind: 'question', question: { kind: 'show', lease } };
    case 'renew':
      return { kind: 'ask', ask: { kind: 'renew-lease', lease, length, seen: null } };
    case 'release':
      return { kind: 'ask', ask: { kind: 'release-lease', lease } };
    case 'delete':
      return { kind: 'ask', ask: { kind: 'delete-machine', lease } };
    case 'start':
      return { kind: 'ask', ask: { kind: 'start-machine', lease } };
    case 'stop':
      return { kind: 'ask', ask: { kind: 'stop-machine', lease } };
    case 'restart':
      return { kind: 'ask', ask: { kind: 'restart-machine', lease } };
    default:
      return unreachable(verb);
  }
}
