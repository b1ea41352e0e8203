import type { Refusal, Trail } from '../../policies/event.ts';
import type { History, Remark, State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { happeningInWords } from './happening-words.ts';
import { bounded, counted } from './words.ts';

/** Happenings told in one card, newest first. */
const REMARKS_MAX = 8;
/** Facts are shown as policies write them; a long one is cut. */
const FACTS_MAX = 1200;

/** Why things are as they are with a machine, a host or a person: what happened, and which rule concluded it from what. */
export function whyCard(name: string, history: History | undefined, state: State): Card {
  const remarks = (history?.remarks ?? []).toReversed();
  const title = `Why: ${bounded(name, 60)}`;
  if (remarks.length === 0) {
    const text = 'Nothing has happened here that a rule decided.';
    return { title, blocks: [{ kind: 'text', text }], summary: text, tone: 'plain' };
  }
  const shown = remarks.slice(0, REMARKS_MAX);
  const blocks = concludedAtOnce(shown).flatMap((together) => remarkBlocks(together, state, name));
  if (remarks.length > shown.length)
    blocks.push({ kind: 'note', text: `and ${counted(remarks.length - shown.length, 'earlier happening')}` });
  const [newest] = shown;
  const summary = newest === undefined ? title : happeningInWords(newest.event, state, name);
  return { title, blocks, summary: bounded(summary, 400), tone: 'plain' };
}

/** What one firing of a rule brought about stands together, so that its reasons are told once. */
function concludedAtOnce(remarks: readonly Remark[]): readonly (readonly [Remark, ...Remark[]])[] {
  const groups: [Remark, ...Remark[]][] = [];
  for (const remark of remarks) {
    const group = groups.at(-1);
    const isOfSameFiring =
      group?.[0].entry === remark.entry &&
      remark.event.trail !== null &&
      JSON.stringify(group[0].event.trail) === JSON.stringify(remark.event.trail);
    if (isOfSameFiring) group.push(remark);
    else groups.push([remark]);
  }
  return groups;
}

/** Of happenings with one reason, newest first: what each was, in the order of time, and why. */
function remarkBlocks(together: readonly [Remark, ...Remark[]], state: State, name: string): Block[] {
  const [{ at, event }] = together;
  const sentences = together.map((remark) => happeningInWords(remark.event, state, name)).toReversed();
  const what: Block = { kind: 'text', text: bounded(sentences.join('\n'), 1000) };
  const refusals = event.kind === 'request-refused' ? event.refusals : [];
  const own = event.trail === null ? [] : [event.trail];
  const trails = [...own, ...refusals.flatMap(({ trail }) => (trail === null ? [] : [trail]))];
  const rules = trails.map((trail) => ['Rule', ruleInWords(trail)] as const);
  const asked = trails.length === 0 ? [['Rule', 'none: a person or a host did it'] as const] : [];
  const facts = trails.flatMap((trail) => trail.facts);
  const blocks: Block[] = [what, ...refusals.map(reasonBlock)];
  blocks.push({ kind: 'fields', fields: [['When', { instant: at }], ...rules, ...asked] });
  if (facts.length > 0)
    blocks.push({ kind: 'code', text: bounded(facts.map(withDates).join('\n'), FACTS_MAX) });
  const rivals = trails.flatMap((trail) => trail.rivals ?? []);
  if (rivals.length > 0)
    blocks.push(
      { kind: 'text', text: 'It was the best choice. Next came:' },
      { kind: 'code', text: bounded(rivals.map(withDates).join('\n'), FACTS_MAX) },
    );
  return blocks;
}

/** A fact with its instants, which policies count in seconds since 1970, as dates of UTC. No other number in a fact is as large. */
function withDates(fact: string): string {
  return fact.replaceAll(/(?<=[ (])1\d{9}(?=[ )])/g, (seconds) =>
    new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z'),
  );
}

/** `quota-cores (quota.clp:13, policy version 2)`. */
function ruleInWords({ rule, file, line, version }: Trail): string {
  return `${rule} (${file}:${line}, policy version ${version})`;
}

function reasonBlock({ reason, help, trail }: Refusal): Block {
  const pass = help === null || help === '' || help.includes('\n') ? '' : ` (${help})`;
  return { kind: 'text', text: bounded(`${trail === null ? '' : `${trail.rule}: `}${reason}${pass}`, 1000) };
}
