import { inWords, type Ask } from '../../policies/command.ts';
import type { Refusal } from '../../policies/event.ts';
import type { Block, Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';
import { bounded, capitalised } from './words.ts';

/** Refusals told in one card; the rest is counted. */
const REFUSALS_MAX = 5;
/** Diagnostics of a policy file may be long; surfaces cut further. */
const CODE_MAX = 8000;

/** A no: which rule says it, with which numbers, and what would pass. */
export function refusalCard(ask: Ask | null, refusals: readonly Refusal[], name: string | null = null): Card {
  const shown = refusals.slice(0, REFUSALS_MAX);
  const blocks: Block[] = shown.flatMap(refusalBlocks);
  if (refusals.length > shown.length)
    blocks.push({ kind: 'note', text: `and ${refusals.length - shown.length} more reasons` });
  const asked = ask === null ? 'this' : subject(ask, name);
  const title = ask?.kind === 'load-policy' ? `${ask.name} was not activated` : `Refused: ${asked}`;
  const summary = shown.map(({ reason, trail }) => `${trail?.rule ?? 'refused'}: ${reason}`).join('; ');
  return {
    title: bounded(title, 140),
    blocks: [...blocks, ...buttons([saying('Why', 'why')])],
    summary: bounded(summary, 400),
    tone: 'bad',
  };
}

function subject(ask: Ask, name: string | null): string {
  return 'lease' in ask && name !== null
    ? inWords(ask).replace(`the machine of ${ask.lease}`, name).replace(ask.lease, name)
    : inWords(ask);
}

function refusalBlocks({ reason, help, trail }: Refusal): readonly Block[] {
  const said: Block = {
    kind: 'text',
    text: trail === null ? `${capitalised(reason)}.` : `${trail.rule}: ${reason}`,
  };
  if (help === null || help === '') return [said];
  if (help.includes('\n')) return [said, { kind: 'code', text: bounded(help, CODE_MAX) }];
  return [said, { kind: 'text', text: `${capitalised(help)}.` }];
}
