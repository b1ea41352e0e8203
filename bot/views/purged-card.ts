import type { Notice } from '../../policies/event.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';

/** The hold is over: the disk is being deleted, or is gone. */
export function purgedCard(notice: Notice, state: State): Card {
  const name = notice.name ?? 'Your machine';
  const isGoing = notice.machine !== null && state.machines.has(notice.machine);
  if (isGoing) {
    const title = `The disk of ${name} is being deleted`;
    const steps = [{ label: 'Delete the machine and its disk', state: 'now' as const }];
    const text = 'Its hold is over, and nobody asked for it back.';
    return {
      title,
      blocks: [
        { kind: 'text', text },
        { kind: 'steps', steps },
      ],
      summary: `${title}.`,
      tone: 'plain',
    };
  }
  const text = 'Its hold was over and nobody asked for it back: the machine and its disk are deleted.';
  const blocks: Block[] = [{ kind: 'text', text }, ...buttons([saying('New machine', 'new')])];
  return {
    title: `${name} is gone`,
    blocks,
    summary: `${name} and its disk are deleted: its hold is over.`,
    tone: 'plain',
  };
}
