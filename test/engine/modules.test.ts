import { describe, expect, test } from '@jest/globals';

import { RuleError, type Session } from '../../engine/session.ts';
import type { ModuleDefinition, Rule, Template } from '../../engine/rule.ts';
import * as b from './build.ts';

const module = (name: string, more: Partial<ModuleDefinition> = {}): ModuleDefinition => ({
  name,
  comment: null,
  exports: [],
  imports: [],
  origin: b.origin,
  ...more,
});

const inModule = <T extends Rule | Template>(name: string, of: T): T => ({ ...of, module: name });

const all = { kind: null, name: null };

const modules = [
  module('A', { exports: [all] }),
  module('B', { imports: [{ from: 'A', kind: 'deftemplate', name: 'x' }], exports: [all] }),
  module('C', { imports: [{ from: 'B', ...all }] }),
];

const templates = [inModule('A', b.ordered('x')), inModule('A', b.ordered('y')), b.ordered('x')];

const says = (name: string, text: string): Rule =>
  inModule(name, b.rule(text, [b.tuple('A::x', '?')], [b.print(text)]));

const fired = (session: Session): string[] => {
  const names: string[] = [];
  session.listen({ fired: ({ rule }) => names.push(rule.name) });
  session.run();
  return names;
};

describe('modules', () => {
  test('a name is what the module has, or imports from one that exports it', () => {
    const { session } = b.session({ modules, templates });

    const seen = (from: string, name: string): string | null => session.visible('deftemplate', name, from);
    expect([seen('A', 'x'), seen('B', 'x'), seen('C', 'x'), seen('MAIN', 'x')]).toEqual([
      'A::x',
      'A::x',
      'A::x',
      'x',
    ]);
    expect([seen('B', 'y'), seen('C', 'y'), seen('C', 'A::x'), seen('MAIN', 'A::x')]).toEqual([
      null,
      null,
      'A::x',
      null,
    ]);
  });

  test('the module with the focus fires first, and loses the focus when nothing is left in it', () => {
    const rules = [says('A', 'a'), says('B', 'b'), says('MAIN', 'm')];
    const { session } = b.session({ modules, templates, rules });
    const heard: string[] = [];
    session.listen({
      focused: (to, from) => heard.push(`> ${to} from ${from}`),
      unfocused: (from, to) => heard.push(`< ${from} to ${to}`),
    });
    session.assert('A::x', { implied: [1] });
    session.focus('B', 'A');

    expect(session.focusStack()).toEqual(['B', 'A', 'MAIN']);
    expect(fired(session)).toEqual(['b', 'a', 'm']);
    expect(heard).toEqual(['> A from MAIN', '> B from A', '< B to A', '< A to MAIN', '< MAIN to null']);
    expect(session.focusStack()).toEqual([]);
  });

  test('a module without the focus does not fire', () => {
    const { session } = b.session({ modules, templates, rules: [says('A', 'a')] });
    session.assert('A::x', { implied: [1] });

    expect(fired(session)).toEqual([]);
    expect(session.agenda('A')).toHaveLength(1);
  });

  test('auto-focus takes the focus at the activation, return gives it back', () => {
    const eager = {
      ...inModule('A', b.rule('a', [b.tuple('A::x', '?')], [{ kind: 'return', value: null }])),
      autoFocus: true,
    };
    const second = says('A', 'second');
    const { session } = b.session({ modules, templates, rules: [says('MAIN', 'm'), eager, second] });
    session.assert('A::x', { implied: [1] });
    expect(session.focusStack()).toEqual(['A', 'MAIN']);

    expect(fired(session)).toEqual(['a', 'm']);
    expect(session.agenda('A').map(({ rule }) => rule.name)).toEqual(['second']);
  });

  test('there is no focus for a module that there is not, and no second one of a name', () => {
    const { session } = b.session({ modules });
    expect(() => session.focus('Z')).toThrow(RuleError);
    expect(() => session.addModule(module('A'))).toThrow('module `A` is defined already');
  });
});

describe('constructs that go and change', () => {
  const rules = [b.rule('r', [b.tuple('a', '?x')], [b.print(b.call('f', '?x'))])];
  const parts = {
    templates: [b.ordered('a'), b.ordered('b')],
    functions: [b.deffunction('f', ['x'], [b.call('+', '?x', 1)])],
    globals: [b.global('g', 1)],
    facts: [b.deffacts('d', b.form('a', { implied: [1] }))],
    rules,
  };

  test('what others use stays', () => {
    const { session } = b.session(parts);
    expect([
      session.removeTemplate('a'),
      session.removeTemplate('b'),
      session.removeTemplate('z'),
      session.removeFunction('f'),
      session.removeGlobal('g'),
      session.removeFacts('d'),
    ]).toEqual(['in-use', 'removed', 'unknown', 'in-use', 'removed', 'removed']);
    expect(session.removeRule('r')).toBe(true);
    expect(session.removeFunction('f')).toBe('removed');
    expect(session.removeTemplate('a')).toBe('in-use');
    session.reset();
    expect(session.removeTemplate('a')).toBe('removed');
  });

  test('a new function reaches who has called the old one', () => {
    const { session, output } = b.session(parts);
    session.run();
    session.addFunction(b.deffunction('f', ['x'], [b.call('*', '?x', 10)]));
    session.refresh('r');
    session.run();
    expect(output()).toBe('2\n10\n');
  });

  test('a template in use cannot change', () => {
    const { session } = b.session(parts);
    expect(() => session.addTemplate(b.template('a', 'x'))).toThrow('is in use');
  });

  test('clear leaves nothing', () => {
    const { session } = b.session({ ...parts, modules: [module('A')] });
    const { session: empty } = b.session({});
    expect(session.clear()).toBe(true);
    expect([session.rules(), session.templates(), session.globals(), session.modules()]).toEqual([
      [],
      [],
      [],
      ['MAIN'],
    ]);
    expect({ ...session.statistics(), atoms: 0 }).toEqual({ ...empty.statistics(), atoms: 0 });
  });
});

function setTo(session: Session, value: number): void {
  session.evaluate({ kind: 'bind', name: 'g', global: true, values: [b.expression(value)] });
}

describe('salience', () => {
  const salience = { kind: 'global', name: 'g' } as const;
  const rules = [b.rule('r', [b.tuple('a', '?')], [], salience), b.rule('s', [b.tuple('a', '?')], [], 5)];
  const parts = { templates: [b.ordered('a')], globals: [b.global('g', 1)], rules };

  test.each([
    { evaluation: 'when-defined', order: ['s', 'r'] },
    { evaluation: 'when-activated', order: ['r', 's'] },
    { evaluation: 'every-cycle', order: ['s', 'r'] },
  ] as const)('$evaluation', ({ evaluation, order }) => {
    const { session } = b.session(parts);
    session.salienceEvaluation = evaluation;
    setTo(session, 9);
    session.assert('a', { implied: [1] });
    setTo(session, 2);
    expect(fired(session)).toEqual(order);
  });

  test('what waits is sorted when it is asked for', () => {
    const { session } = b.session(parts);
    session.assert('a', { implied: [1] });
    setTo(session, 9);
    session.refreshAgenda();
    expect(session.agenda().map((each) => [each.rule.name, each.salience])).toEqual([
      ['r', 9],
      ['s', 5],
    ]);
  });
});
