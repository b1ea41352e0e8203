import type { Mib, Person, UserId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Card, Span } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';
import { sizeInWords } from './words.ts';

/** Most that one person may hold, as the policies in force say; null where they set no limit. */
export interface Limits {
  readonly cores: number;
  readonly memory: Mib;
  readonly machines: number;
}

/** What a person holds, of how much. */
export function quotaCard(user: UserId, limits: Limits | null, state: State, reader: UserId): Card {
  const held: Pick<Person, 'cores' | 'memory' | 'machines'> = state.persons.get(user) ?? {
    cores: 0,
    memory: 0,
    machines: 0,
  };
  const name = state.persons.get(user)?.name ?? user;
  const fields: (readonly [string, Span])[] = [
    ['Cores', use(held.cores, limits?.cores, String)],
    ['Memory', use(held.memory, limits?.memory, sizeInWords)],
    ['Machines', use(held.machines, limits?.machines, String)],
  ];
  const title = user === reader ? 'Your quota' : `Quota of ${name}`;
  const summary = `${held.cores}${limits === null ? '' : ` of ${limits.cores}`} cores, ${sizeInWords(held.memory)}`;
  return {
    title,
    blocks: [
      { kind: 'fields', fields },
      { kind: 'note', text: 'A machine in its hold, whose disk only is kept, does not count.' },
      ...(user === reader ? buttons([saying('My machines', 'list')]) : []),
    ],
    summary,
    tone: 'plain',
  };
}

function use(held: number, limit: number | undefined, inWords: (amount: number) => string): string {
  if (limit === undefined) return `${inWords(held)}, no limit`;
  return `${bar(held, limit)} ${inWords(held)} of ${inWords(limit)}, ${inWords(Math.max(0, limit - held))} left`;
}

/** Ten boxes, as many of them full as tenths are used; something used shows at least one. */
export function bar(used: number, whole: number): string {
  const share = whole <= 0 ? 0 : Math.min(1, used / whole);
  const full = used > 0 ? Math.max(1, Math.floor(share * 10)) : 0;
  return '▰'.repeat(full) + '▱'.repeat(10 - full);
}
