import type { Notice } from '../../policies/event.ts';
import { unreachable, type Instant } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { answerCard } from './answer-card.ts';
import { endedCard } from './ended-card.ts';
import { purgedCard } from './purged-card.ts';
import { reminderCard } from './reminder-card.ts';
import { bounded } from './words.ts';

/** A notice as it looks now. Drawn again whenever the state has moved on, until it is settled. */
export function noticeCard(notice: Notice, state: State, now: Instant): Card {
  switch (notice.kind) {
    case 'answer':
      return answerCard(notice, state, now);
    case 'reminder':
      return reminderCard(notice, state);
    case 'ended':
      return endedCard(notice, state, now);
    case 'purged':
      return purgedCard(notice, state);
    case 'message': {
      const text = notice.text ?? '';
      return {
        title: 'Octopus',
        blocks: [{ kind: 'text', text }],
        summary: bounded(text, 400),
        tone: 'plain',
      };
    }
    default:
      return unreachable(notice.kind);
  }
}
