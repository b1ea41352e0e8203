import type { UserId } from '../../policies/model.ts';
import type { KnownPerson } from '../people.ts';
import type { PlaygroundUser } from './loopback.ts';
import { teamsAccount } from './teams/chat.ts';

/** Who plays: two researchers, so that one can try what is the other's, and an administrator. */
export const PLAYGROUND_USERS: readonly PlaygroundUser[] = [
  { id: 'ann', name: 'Ann', zone: 'Europe/Rome', role: 'researcher' },
  { id: 'bob', name: 'Bob', zone: 'America/New_York', role: 'researcher' },
  { id: 'ada', name: 'Ada', zone: 'Europe/Rome', role: 'admin' },
];

/** The same three as persons: one person on every surface of the playground. */
export const PLAYGROUND_PEOPLE: readonly KnownPerson[] = PLAYGROUND_USERS.map(({ id, name, zone }) => ({
  id: id as UserId,
  name,
  role: id === 'ada' ? 'admin' : 'researcher',
  accounts: [`terminal:${id}`, `slack:U${id.toUpperCase()}`, teamsAccount(id)],
  zone,
}));
