import { closest, listed } from '../../dsl/suggest.ts';
import type { HostName } from '../../policies/model.ts';
import type { Word } from './lexer.ts';
import { NOTHING_KNOWN, type Meaning } from './meaning.ts';
import type { Reading } from './reading.ts';

/** What can be done with a host, and the ask that does it. */
export const HOST_ACTIONS = {
  drain: 'drain-host',
  resume: 'resume-host',
  off: 'power-host-off',
  on: 'power-host-on',
} as const;

export type HostAction = keyof typeof HOST_ACTIONS;

const SYNONYMS: Readonly<Record<string, HostAction>> = {
  evacuate: 'drain',
  undrain: 'resume',
  poweroff: 'off',
  poweron: 'on',
};

/** The action that a word stands for. */
export function hostAction(key: string): HostAction | null {
  if (Object.hasOwn(HOST_ACTIONS, key)) return key as HostAction;
  return Object.hasOwn(SYNONYMS, key) ? (SYNONYMS[key] ?? null) : null;
}

/** `host NAME drain`; name and action in either order. */
export function hostCommand(reading: Reading, words: readonly Word[]): Meaning {
  let host: HostName | null = null;
  let action: HostAction | null = null;
  for (const word of words) {
    const named = reading.world.hosts.find((name) => name.toLowerCase() === word.key);
    const meant = hostAction(word.key);
    if (named !== undefined && host === null) host = named;
    else if (meant !== null && action === null) action = meant;
    else return unknown(reading, word, host, action);
  }
  if (host !== null && action !== null) return { kind: 'ask', ask: { kind: HOST_ACTIONS[action], host } };
  const fields = [
    ...(host === null ? (['host'] as const) : []),
    ...(action === null ? (['action'] as const) : []),
  ];
  return { kind: 'missing', missing: { verb: 'host', known: { ...NOTHING_KNOWN, host }, fields } };
}

function unknown(reading: Reading, word: Word, host: HostName | null, action: HostAction | null): Meaning {
  const { hosts } = reading.world;
  const place = reading.place(word);
  const nearHost = host === null ? closest(word.key, hosts) : null;
  if (
    host === null &&
    (nearHost !== null || action !== null || closest(word.key, Object.keys(HOST_ACTIONS)) === null)
  ) {
    const there = hosts.length === 0 ? '' : `; there ${hosts.length === 1 ? 'is' : 'are'} ${listed(hosts)}`;
    return reading.unclear(word, `there is no host called ${place}${there}.`, nearHost);
  }
  if (action === null) {
    const near = closest(word.key, Object.keys(HOST_ACTIONS));
    return reading.unclear(word, `${place} is nothing that a host can do: drain, resume, off or on.`, near);
  }
  return reading.unclear(word, `I do not know what ${place} means here.`, '');
}
