import type { Ask } from '../../policies/command.ts';
import type { Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';

/** What went wrong, and the same once more as a button. */
export function failureCard(title: string, reason: string, ask: Ask): Card {
  return {
    title,
    blocks: [
      { kind: 'text', text: reason },
      ...buttons([{ label: 'Try again', style: 'primary', sends: { ask } }, saying('Why', 'why')]),
    ],
    summary: `${title}: ${reason}`,
    tone: 'bad',
  };
}
