import { expect, test } from '@jest/globals';
import { multislot, plainFact, slot, template, type NewFact, type PlainFact } from '../../engine/define.ts';
import { Session } from '../../engine/session.ts';
import { Float, symbol } from '../../engine/value.ts';

const machine = template('machine', {
  id: slot.symbol(),
  state: slot.symbol({ allowed: ['running', 'stopped'], default: 'stopped' }),
  cores: slot.integer({ range: [1, 64], default: 2 }),
  load: slot.float({ default: 0 }),
  note: slot.string({ default: 'none' }),
  busy: slot.flag({ default: false }),
  avoids: multislot.symbol({ default: [] }),
});

// The compiler is the test of these: a wrong line that it takes is an error of its own.
const least: NewFact<typeof machine> = { id: 'm-1' };
const whole: PlainFact<typeof machine> = {
  id: 'm-1',
  state: 'running',
  cores: 4,
  load: 0.5,
  note: 'x',
  busy: true,
  avoids: ['a'],
};
// @ts-expect-error an id has to be given
const without: NewFact<typeof machine> = { cores: 2 };
// @ts-expect-error no such state
const wrong: NewFact<typeof machine> = { id: 'm-1', state: 'waiting' };
// @ts-expect-error a multislot holds several
const bare: NewFact<typeof machine> = { id: 'm-1', avoids: 'a' };
// @ts-expect-error no such slot
const more: NewFact<typeof machine> = { id: 'm-1', colour: 'red' };

test('a template says what a text would', () => {
  expect(machine.slots.map((each) => [each.name, each.types, each.multi, each.default.kind])).toEqual([
    ['id', ['SYMBOL'], false, 'none'],
    ['state', ['SYMBOL'], false, 'static'],
    ['cores', ['INTEGER'], false, 'static'],
    ['load', ['FLOAT'], false, 'static'],
    ['note', ['STRING'], false, 'static'],
    ['busy', ['SYMBOL'], false, 'static'],
    ['avoids', ['SYMBOL'], true, 'static'],
  ]);
  expect(machine.slots[1]?.allowed).toEqual([symbol('running'), symbol('stopped')]);
  expect(machine.slots[3]?.default).toEqual({ kind: 'static', value: new Float(0) });
  expect([least, without, wrong, bare, more]).toHaveLength(5);
});

test('values come back as plain as they went', () => {
  const slots = {
    id: symbol('m-1'),
    state: symbol('running'),
    cores: 4,
    load: new Float(0.5),
    note: 'x',
    busy: symbol('TRUE'),
    avoids: [symbol('a')],
  };
  expect(plainFact<typeof machine>(machine, slots)).toEqual(whole);
});

test('a session takes plain objects of the template, and gives them back', () => {
  const base = { templates: [machine], facts: [], globals: [], functions: [], rules: [] };
  const session = new Session(base, {
    strategy: 'depth',
    world: { functions: new Map(), write: () => undefined },
  });
  session.assert(machine, whole);
  session.assert(machine, { id: 'm-2', load: 1 });
  // @ts-expect-error and nothing else: the session says so too, when the compiler was not asked
  expect(() => session.assert(machine, { id: 'm-3', cores: 'many' })).toThrow(/`cores` of `machine`/);

  expect(session.query(machine)).toEqual([
    { index: 1, slots: whole },
    {
      index: 2,
      slots: { id: 'm-2', state: 'stopped', cores: 2, load: 1, note: 'none', busy: false, avoids: [] },
    },
  ]);
  expect(session.query(machine, { busy: true, avoids: ['a'] }).map(({ index }) => index)).toEqual([1]);
  expect(session.query(machine, { load: 1 })[0]?.slots.state).toBe('stopped');
});
