import type { Ask } from '../../policies/command.ts';
import type { Notice } from '../../policies/event.ts';
import { unreachable, type Instant } from '../../policies/model.ts';
import { isSettled } from '../../policies/notice.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { failureCard } from './failure-card.ts';
import { hostAnswer } from './host-answer.ts';
import { buttons, machineBlocks, machineButtons, renew } from './machine-parts.ts';
import { makingCard } from './making-card.ts';
import { policyAnswer } from './policy-card.ts';
import { refusalCard } from './refusal-card.ts';

/** The answer to a command, in whatever stage it is: under way, done, refused or failed. */
export function answerCard(notice: Notice, state: State, now: Instant): Card {
  const { ask } = notice;
  if (notice.refusals.length > 0) return refusalCard(ask, notice.refusals, notice.name);
  if (ask === null)
    return { title: 'Octopus', blocks: said(notice), summary: notice.text ?? 'Done.', tone: 'plain' };
  switch (ask.kind) {
    case 'new-machine':
      return makingCard(notice, ask, state, now);
    case 'renew-lease':
      return renewed(notice, state, now);
    case 'release-lease':
    case 'delete-machine':
      return ended(notice, ask, state, now);
    case 'start-machine':
      return switched(notice, ask, state, now, 'Starting', 'started');
    case 'stop-machine':
      return switched(notice, ask, state, now, 'Stopping', 'stopped');
    case 'restart-machine':
      return switched(notice, ask, state, now, 'Restarting', 'restarted');
    case 'drain-host':
    case 'resume-host':
    case 'power-host-off':
    case 'power-host-on':
      return hostAnswer(notice, ask, state);
    case 'load-policy':
    case 'reload-policies':
    case 'roll-back-policies':
      return policyAnswer(notice);
    default:
      return unreachable(ask);
  }
}

function renewed(notice: Notice, state: State, now: Instant): Card {
  const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
  const name = notice.name ?? 'The machine';
  if (machine === undefined) return gone(name);
  const title = `${name} is renewed`;
  const blocks = [...said(notice), ...machineBlocks(machine, state, now), ...machineButtons(machine, state)];
  return { title, blocks, summary: notice.text || `${title}.`, tone: 'good' };
}

function ended(notice: Notice, ask: Ask, state: State, now: Instant): Card {
  const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
  const lease = notice.lease === null ? undefined : state.leases.get(notice.lease);
  const name = notice.name ?? 'The machine';
  const word = ask.kind === 'delete-machine' ? 'deleted' : 'released';
  if (notice.outcome?.good === false)
    return failureCard(`${name} could not be stopped`, notice.outcome.text, ask);
  if (machine === undefined || lease === undefined) return gone(name);
  const isStopping = !isSettled(notice, state);
  const title = isStopping ? `Stopping ${name}` : `${name} is ${word}`;
  return {
    title,
    blocks: [
      ...said(notice),
      // Where the rules have something to say, it had been stopped before.
      ...(isStopping || said(notice).length === 0
        ? [
            {
              kind: 'steps' as const,
              steps: [{ label: `Stop ${name}`, state: isStopping ? ('now' as const) : ('done' as const) }],
            },
          ]
        : []),
      { kind: 'fields', fields: [['Disk kept until', { instant: lease.expires }]] },
      {
        kind: 'note',
        text: 'Until then Renew gets it back with all that is on it; then the disk is deleted.',
      },
      ...(lease.phase === 'held' && lease.expires > now ? buttons([renew(lease, 604_800)]) : []),
    ],
    summary: isStopping ? `${title}.` : `${title}. Its disk is kept for a while.`,
    tone: isStopping ? 'plain' : 'good',
  };
}

function switched(notice: Notice, ask: Ask, state: State, now: Instant, doing: string, done: string): Card {
  const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
  const name = notice.name ?? 'The machine';
  if (notice.outcome?.good === false)
    return failureCard(`${name} could not be ${done}`, notice.outcome.text, ask);
  if (machine === undefined) return gone(name);
  if (!isSettled(notice, state)) {
    const title = `${doing} ${name}`;
    return {
      title,
      blocks: [{ kind: 'steps', steps: [{ label: title, state: 'now' }] }],
      summary: `${title}.`,
      tone: 'plain',
    };
  }
  const title = `${name} is ${done}`;
  const blocks = [...said(notice), ...machineBlocks(machine, state, now), ...machineButtons(machine, state)];
  return { title, blocks, summary: `${title}.`, tone: 'good' };
}

function gone(name: string): Card {
  const text = `${name} is gone: nothing of it is kept.`;
  return { title: `${name} is gone`, blocks: [{ kind: 'text', text }], summary: text, tone: 'plain' };
}

function said({ text }: Notice): Card['blocks'] {
  return text === null || text === '' ? [] : [{ kind: 'text', text }];
}
