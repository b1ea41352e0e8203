import { conditionWritten } from '../../engine/view/written.ts';
import type { Failure, Way, WhyNot } from '../../engine/why-not.ts';
import { factText } from '../../policies/trail.ts';
import type { Block, Card } from '../surface.ts';
import { unreachable } from '../../policies/model.ts';
import { bounded, counted } from './words.ts';

/** Facts and conditions are shown as policies write them; long ones are cut. */
const TEXT_MAX = 2000;

/** Why a rule does not fire: how many of its conditions match together, which one stops it, and what comes nearest. */
export function whyNotCard({ rule, matches, ways: [way] }: WhyNot, about: string | null): Card {
  const title = `Why not: ${bounded(rule.name, 60)}${about === null ? '' : ` for ${bounded(about, 40)}`}`;
  const said =
    matches.length > 0 ? matching(matches) : way === undefined ? 'It has no conditions.' : stopped(way);
  const blocks: Block[] = [{ kind: 'text', text: said }];
  if (way !== undefined) blocks.push({ kind: 'code', text: bounded(stepsOf(way).join('\n'), TEXT_MAX) });
  blocks.push({
    kind: 'note',
    text: `${rule.name} stands in ${rule.origin.file}, line ${rule.origin.line}.`,
  });
  return { title, blocks, summary: bounded(said, 400), tone: 'plain' };
}

function matching(matches: WhyNot['matches']): string {
  const waiting = matches.filter(({ isWaiting }) => isWaiting).length;
  if (waiting > 0) return `It matches, and waits to fire ${counted(waiting, 'time')}.`;
  return `It matches ${counted(matches.length, 'time')}, and has fired for that: a rule fires once for the same facts.`;
}

function stopped({ reached, conditions, failed }: Way): string {
  const far = `${reached} of ${counted(conditions.length, 'condition')} ${reached === 1 ? 'matches' : 'match'}`;
  return failed === null ? `${far}.` : `${far}; then ${reasonOf(failed)}.`;
}

function reasonOf({ reason, condition, message }: Failure): string {
  const template = condition.kind === 'pattern' ? condition.template : condition.kind;
  if (template === 'request') return 'it waits for a request: rules see one only while it is being decided';
  switch (reason) {
    case 'no-fact':
      return `there is no ${template} at all`;
    case 'no-match':
      return 'nothing matches the next one';
    case 'bound-otherwise':
      return 'the next one matches others only';
    case 'present':
      return 'what must not be there is there';
    case 'false':
      return 'a test does not hold';
    case 'error':
      return `an error is met: ${message ?? ''}`;
    default:
      return unreachable(reason);
  }
}

/** The conditions in their order: the facts that match, the one that stops it, and what speaks against what comes nearest. */
function stepsOf({ conditions, reached, facts, bindings, failed }: Way): string[] {
  const matched = conditions
    .slice(0, reached)
    .map((condition) => `✓ ${conditionWritten(condition, bindings)}`);
  const found = facts.flatMap((fact) => (fact === null ? [] : [`    ${factText(fact)}`]));
  if (failed === null) return [...matched, ...found];
  const nearest = failed.nearest.map(
    ({ fact, misfits }) => `    nearest: ${factText(fact)}, but ${misfits.join(', ')}`,
  );
  const present = failed.present.map((fact) => `    there is: ${factText(fact)}`);
  return [...matched, ...found, `✗ ${conditionWritten(failed.condition, bindings)}`, ...nearest, ...present];
}
