import type { Notice } from '../../policies/event.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';

/** The hold is over: the disk is being deleted, or is gone. */
export function purgedCard(notice: Notice, state: State): Card {
  const name = notice.name ?? 'Your machine';
  const isGoing = notice.machine !== null && state.machines.has(notice.machine);
  const title = isGoing ? `The disk of ${name} is being deleted` : `${name} is gone`;
  const text = isGoing
    ? 'Its hold is over, and nobody asked for it back.'
    : 'Its hold was over and nobody asked for it back: the machine and its disk are deleted.';
  return {
    title,
    blocks: [{ kind: 'text', text }, ...(isGoing ? [] : buttons([saying('New machine', 'new')]))],
    summary: `${title}.`,
    tone: 'plain',
  };
}
