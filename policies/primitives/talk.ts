import { durationInWords, sizeInWords } from '../words.ts';
import type { Instant, LeaseId, MachineId, UserId } from '../model.ts';
import { effect, integer, question, text, type Primitive } from './primitive.ts';

/** Waiting, telling, and words for sentences. */
export const talkPrimitives: readonly Primitive[] = [
  effect(
    'wake',
    ['symbol', 'symbol', 'integer'],
    'asserts due for the purpose and the subject at that instant',
    (desk, [purpose, subject, at]) => {
      const instant = integer(at) as Instant;
      if (desk.state.timers.find(text(purpose), text(subject))?.at !== instant)
        desk.happen({ kind: 'timer-set', purpose: text(purpose), subject: text(subject), at: instant });
      return true;
    },
  ),
  effect('remind', ['symbol'], 'tells the holder that the lease ends soon', (desk, [id]) => {
    const lease = desk.state.leases.get(text(id) as LeaseId);
    if (lease === undefined || lease.phase !== 'active')
      return desk.breach(`${text(id)} is not a live lease`);
    const machine = desk.state.machines.the(lease.machine);
    const about = { lease: lease.id, machine: machine.id, name: machine.name, expires: lease.expires };
    for (const notice of desk.state.notices.values())
      if (notice.kind === 'reminder' && notice.lease === lease.id && notice.opened === desk.at) return true;
    desk.open({ kind: 'reminder', to: lease.holder, ...about });
    return true;
  }),
  effect('tell', ['symbol', 'text'], 'says something to a person', (desk, [person, words]) => {
    const to = text(person) as UserId;
    if (!desk.state.persons.has(to)) return desk.breach(`there is no person ${to}`);
    desk.open({ kind: 'message', to, text: text(words) });
    return true;
  }),
  question('now', [], ['INTEGER'], 'the instant of this decision', (desk) => desk.at),
  question('machine-name', ['symbol'], ['STRING'], 'the name that people know a machine by', (desk, [id]) => {
    const machine = desk.state.machines.get(text(id) as MachineId);
    return machine?.name ?? text(id);
  }),
  question('person-name', ['symbol'], ['STRING'], 'the name of a person', (desk, [id]) => {
    return desk.state.persons.get(text(id) as UserId)?.name ?? text(id);
  }),
  question('in-words', ['integer'], ['STRING'], 'a length of time for a sentence', (_desk, [seconds]) =>
    durationInWords(integer(seconds)),
  ),
  question('size-in-words', ['integer'], ['STRING'], 'a size for a sentence', (_desk, [mib]) =>
    sizeInWords(integer(mib)),
  ),
];
