import { expect, test } from '@jest/globals';
import type { Decision } from '../../policies/governor.ts';
import { basePolicies } from '../../policies/rulebook.ts';
import { ann, Cloud, host, machine } from './cloud.ts';

const named = (fact: string): string => /\(name (\S+?)\)/u.exec(fact)?.[1] ?? fact;

/** The hosts that each effect of a kind was chosen over, next best first. */
function beaten({ events }: Decision, kind: string): readonly (readonly string[])[] {
  return events
    .filter((event) => event.kind === kind)
    .map(({ trail }) => (trail?.rivals ?? []).map((fact) => named(fact)));
}

const four = [16, 16, 8, 2].map((cores, index) => host(`hv0${index + 1}`, cores, cores * 4));

test('a placement names the feasible hosts that came next, in their order', () => {
  const cloud = new Cloud(four);

  expect(beaten(cloud.ask(ann, machine(4, 8)), 'machine-placed')).toEqual([['hv01', 'hv02']]);
  cloud.work();
  // The smallest is the fullest now, and the last has never had room.
  expect(beaten(cloud.ask(ann, machine(4, 8)), 'machine-placed')).toEqual([['hv01', 'hv02']]);
});

test('where there was no choice, or nothing is chosen, nobody was beaten', () => {
  const cloud = new Cloud(four.slice(2));

  const { events } = cloud.ask(ann, machine(4, 8));
  expect(beaten({ events } as Decision, 'machine-placed')).toEqual([[]]);
  expect(events.every(({ trail }) => trail === null || !('rivals' in trail))).toBe(true);
});

test('a rule that asks its competitors for what only the session knows names none, and still fires', () => {
  const own = {
    name: 'placement.clp',
    text: `(deffunction room (?free) (* 2 ?free))
(defrule place-anywhere
  (waiting (machine ?m) (cores ?cores))
  (best (host (name ?h) (status ready) (free-cores ?free&:(>= ?free ?cores))) (minimize (room ?free)))
  =>
  (place ?m ?h))`,
  };
  const policies = basePolicies().map((file) => (file.name === own.name ? own : file));
  const cloud = new Cloud(four, policies);

  expect(beaten(cloud.ask(ann, machine(4, 8)), 'machine-placed')).toEqual([[]]);
});
