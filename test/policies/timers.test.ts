import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Instant } from '../../policies/model.ts';
import { Changes } from '../../policies/table.ts';
import { Timers } from '../../policies/timer.ts';

const purposes = ['remind', 'lease-end'];
const subjects = ['lease-1', 'lease-2', 'lease-3'];

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      purpose: fc.constantFrom(...purposes),
      subject: fc.constantFrom(...subjects),
      at: fc.nat({ max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('ring' as const, 'drop' as const),
      purpose: fc.constantFrom(...purposes),
      subject: fc.constantFrom(...subjects),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('go back' as const, 'settle' as const) }) },
);

test('timers are found by purpose and subject, whatever was moved, rung, dropped and taken back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const changes = new Changes();
      const timers = new Timers(changes);
      for (const each of steps) {
        if (each.kind === 'go back') changes.rollBackTo(0);
        else if (each.kind === 'settle') changes.settle();
        else if (each.kind === 'drop') timers.drop(each.subject);
        else if (each.kind === 'ring') {
          if (timers.find(each.purpose, each.subject) !== undefined) timers.ring(each.purpose, each.subject);
        } else if ('at' in each) {
          const { purpose, subject, at } = each;
          timers.put({ purpose, subject, at: at as Instant, rang: false });
        }
        const all = [...timers.values()];
        for (const purpose of purposes)
          for (const subject of subjects)
            expect(timers.find(purpose, subject)).toEqual(
              all.find((timer) => timer.purpose === purpose && timer.subject === subject),
            );
      }
    }),
  );
});
