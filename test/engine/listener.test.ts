import { afterEach, expect, jest, test } from '@jest/globals';
import { FactStore } from '../../engine/facts.ts';
import type { Listener } from '../../engine/listener.ts';
import type { Session } from '../../engine/session.ts';
import * as b from './build.ts';

// What is told are views of facts: objects made for whoever listens. None is made when nobody does, and for an event that nobody wants to hear
// of; a caller then asks whether somebody does, and that is all that listening costs.

const looked = jest.spyOn(FactStore.prototype, 'view');

afterEach(() => {
  looked.mockClear();
});

/** A session that asserts, retracts, supports, blocks and fires a hundred times over. */
function busy(): Session {
  return b.session({
    templates: ['count', 'even', 'seen'].map(b.ordered),
    rules: [
      b.rule(
        'next',
        [b.addressed(b.tuple('count', [b.variable('n'), b.predicate(b.call('<', '?n', 100))]), 'f')],
        [b.call('retract', '?f'), b.assert('count', b.call('+', '?n', 1))],
      ),
      b.rule(
        'even',
        [b.logical(b.tuple('count', [b.variable('n'), b.predicate(b.call('evenp', '?n'))]))],
        [b.assert('even', '?n')],
        10,
      ),
      b.rule('seen', [b.tuple('even', '?n'), b.not(b.tuple('seen', '?n'))], [b.assert('seen', '?n')], 20),
    ],
  }).session;
}

/** Runs it, and counts the views that were made meanwhile. */
function viewsMade(session: Session): number {
  session.reset();
  session.assert('count', { implied: [0] });
  looked.mockClear();
  const { fired } = session.run();
  expect(fired).toBe(202);
  return looked.mock.calls.length;
}

test('nobody listens: no fact is looked at', () => {
  expect(viewsMade(busy())).toBe(0);
});

test('a listener that stopped listening costs nothing any more', () => {
  const session = busy();
  const fired = jest.fn<NonNullable<Listener['fired']>>();
  const stop = session.listen({ fired });

  expect(viewsMade(session)).toBe(202);
  expect(fired).toHaveBeenCalledTimes(202);
  stop();
  expect(viewsMade(session)).toBe(0);
});

test('an event that nobody wants to hear of is not looked at', () => {
  const session = busy();
  session.listen({ retracted: () => undefined });

  // A hundred counts and fifty evens go.
  expect(viewsMade(session)).toBe(150);
});
