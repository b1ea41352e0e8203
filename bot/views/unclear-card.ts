import type { Problem } from '../grammar.ts';
import type { Block, Button, Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';
import { bounded, capitalised } from './words.ts';

/** A sentence that could not be understood: where, why, and the nearest one that could be as a button. */
export function unclearCard({ message, shown, nearest }: Problem): Card {
  const says = capitalised(message);
  const blocks: Block[] = [{ kind: 'text', text: says }];
  if (shown !== null) blocks.push({ kind: 'code', text: shown });
  const offers: Button[] = [];
  if (nearest !== null) {
    blocks.push({ kind: 'text', text: `Did you mean \`${nearest}\`?` });
    offers.push({ label: bounded(nearest, 70), style: 'primary', sends: { text: nearest } });
  }
  offers.push(saying('Help', 'help'));
  const summary = nearest === null ? says : `${says} Did you mean "${nearest}"?`;
  return {
    title: 'I did not understand that',
    blocks: [...blocks, ...buttons(offers)],
    summary: bounded(summary, 500),
    tone: 'warning',
  };
}
