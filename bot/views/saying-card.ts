import type { Card } from '../surface.ts';

/** A sentence with a title, for what needs no more. */
export function sayingCard(title: string, text: string, tone: Card['tone']): Card {
  return { title, blocks: [{ kind: 'text', text }], summary: text, tone };
}
