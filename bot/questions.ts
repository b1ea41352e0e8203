import { closest } from '../dsl/suggest.ts';
import { symbol } from '../engine/value.ts';
import type { Governor } from '../policies/governor.ts';
import { unreachable, type Instant, type UserId } from '../policies/model.ts';
import type { State } from '../policies/state.ts';
import type { Question } from './grammar.ts';
import type { People } from './people.ts';
import type { Card } from './surface.ts';
import { helpCard } from './views/help-card.ts';
import { hostsCard } from './views/hosts-card.ts';
import { imagesCard } from './views/images-card.ts';
import { listCard } from './views/list-card.ts';
import { policyListCard, policyShowCard } from './views/policy-card.ts';
import { quotaCard, type Limits } from './views/quota-card.ts';
import { showCard } from './views/show-card.ts';
import { unclearCard } from './views/unclear-card.ts';
import { whyCard } from './views/why-card.ts';
import { whyNotCard } from './views/why-not-card.ts';

/** What a question is answered from. */
export interface Asked {
  readonly state: State;
  readonly governor: Governor;
  readonly people: People;
  readonly reader: UserId;
  readonly now: Instant;
}

/** The answer to a question: a view of what there is. It changes nothing, so it needs no decision. */
export function answerOf(question: Question, asked: Asked): Card {
  const { state, governor, reader, now } = asked;
  switch (question.kind) {
    case 'list': {
      if (question.whose === 'all') return listCard('all', state, reader, now);
      if (question.whose === 'mine') return listCard(reader, state, reader, now);
      return ofPerson(question.whose.user, asked, (user) => listCard(user, state, reader, now));
    }
    case 'show':
      return showCard(question.lease, state, reader, now);
    case 'why': {
      const subject = question.lease ?? question.host ?? reader;
      const history = state.histories.get(subject);
      const name =
        question.lease === null ? (question.host ?? 'what you asked') : (history?.name ?? question.lease);
      return whyCard(name, history, state);
    }
    case 'quota':
      return question.user === null
        ? quotaCard(reader, limitsOf(reader, state, governor), state, reader)
        : ofPerson(question.user, asked, (user) =>
            quotaCard(user, limitsOf(user, state, governor), state, reader),
          );
    case 'images':
      return imagesCard(state);
    case 'hosts':
      return hostsCard(state, reader);
    case 'help':
      return helpCard(question.topic, state.persons.get(reader)?.role === 'admin');
    case 'policy-list':
      return policyListCard(state);
    case 'policy-show':
      return policyShowCard(state, question);
    case 'policy-why-not':
      return ofRule(question.rule, question.about, asked);
    default:
      return unreachable(question);
  }
}

/** The card of whom a sentence names, by the id or the account that a platform writes for a mention. */
function ofPerson(word: string, { state, people }: Asked, card: (user: UserId) => Card): Card {
  const wanted = word.toLowerCase();
  const mentioned = people.withAccountEnding(word);
  const person =
    (mentioned === null ? undefined : state.persons.get(mentioned)) ??
    [...state.persons.values()].find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (person !== undefined) return card(person.id);
  return unclearCard({ message: `I know nobody called ${word.slice(0, 60)}.`, shown: null, nearest: null });
}

/** Why a rule does not fire. Rules look at what everybody holds, so this is for administrators. */
function ofRule(rule: string, about: string | null, { state, governor, reader }: Asked): Card {
  if (state.persons.get(reader)?.role !== 'admin')
    return unclearCard({
      message: 'Only administrators hold rules against what there is.',
      shown: null,
      nearest: null,
    });
  const answer = governor.whyNot(rule, about === null ? [] : [about, ...idsOf(about, state)]);
  if (answer !== null) return whyNotCard(answer, about);
  const near = closest(rule, governor.rules());
  const nearest = near === null ? null : `policy why-not ${near}${about === null ? '' : ` ${about}`}`;
  return unclearCard({ message: `There is no rule ${rule}.`, shown: null, nearest });
}

/** The ids by which rules know a machine of that name. */
function idsOf(name: string, state: State): readonly string[] {
  const machine = state.machineNamed(name);
  return machine === undefined ? [] : [machine.id, machine.lease];
}

/** What the active policies let somebody hold; null where they set no limit. Read from their facts, never known here. */
function limitsOf(user: UserId, state: State, governor: Governor): Limits | null {
  const role = state.persons.get(user)?.role ?? 'researcher';
  for (const slots of governor.standing('quota')) {
    const { cores, memory, machines } = slots;
    if (slots['role'] !== symbol(role)) continue;
    if (typeof cores === 'number' && typeof memory === 'number' && typeof machines === 'number')
      return { cores, memory, machines };
  }
  return null;
}
