import { describe, expect, test } from '@jest/globals';
import { ada, ann, Cloud, load, machine, onLease, summary } from './cloud.ts';

const noGiants = `(defrule no-giants "Nobody takes six cores at once."
  (declare (salience 200))
  (request (id ?r) (kind new-machine) (cores ?cores&:(> ?cores 5)))
  =>
  (refuse ?r (str-cat "six cores are too many, this asks for " ?cores) "up to 5 would pass"))
`;
const refusal = 'no-giants: six cores are too many, this asks for 6; up to 5 would pass';
const rollback = { kind: 'roll-back-policies', version: null } as const;

describe('replacing policies', () => {
  test('a rule that is loaded acts on the next request, and no longer once rolled back', () => {
    const cloud = new Cloud();

    expect(summary(cloud.ask(ada, load('giants.clp', noGiants)))).toBe('accepted');
    expect(cloud.state.count('policy')).toBe(2);
    expect(summary(cloud.ask(ann, machine(6, 8)))).toContain(refusal);
    expect(summary(cloud.ask(ann, machine(5, 8)))).toBe('accepted');

    expect(summary(cloud.ask(ada, rollback))).toBe('accepted');
    expect(cloud.state.count('policy')).toBe(1);
    expect(summary(cloud.ask(ann, machine(6, 8)))).toBe('accepted');
  });

  test('a rule that declares no salience says no before any rule says yes', () => {
    const cloud = new Cloud().given(
      ada,
      load('giants.clp', noGiants.replace('(declare (salience 200))', '')),
    );

    expect(summary(cloud.ask(ann, machine(6, 8)))).toContain(refusal);
  });

  test.each([
    { name: 'answers nothing', file: 'policies.clp', text: '; nothing\n' },
    {
      name: 'refuses everything',
      file: 'never.clp',
      text: '(defrule never (declare (salience 2000)) (request (id ?r)) => (refuse ?r "no"))\n',
    },
  ])('an administrator goes back from a file that $name', ({ file, text }) => {
    const cloud = new Cloud().given(ada, load(file, text));

    expect(summary(cloud.ask(ada, rollback))).toBe('accepted');
    expect(summary(cloud.ask(ada, load('giants.clp', noGiants)))).toBe('accepted');
  });

  test('only an administrator goes back, whatever the rules say', () => {
    const cloud = new Cloud().given(ada, load('giants.clp', noGiants));

    expect(summary(cloud.ask(ann, rollback))).toContain('only-administrators');
    expect(cloud.state.count('policy')).toBe(2);
  });

  test('a file whose rules never rest is not activated', () => {
    const restless = `(deftemplate tock (slot n (type INTEGER)))
(deffacts first-tock (tock (n 0)))
(defrule on ?f <- (tock (n ?n)) => (retract ?f) (assert (tock (n (+ ?n 1)))))
`;
    const cloud = new Cloud();

    expect(summary(cloud.ask(ada, load('restless.clp', restless)))).toContain('did not come to rest');
    expect(cloud.state.count('policy')).toBe(1);
    expect(summary(cloud.ask(ann, machine(4, 8)))).toBe('accepted');
  });

  test('a version keeps its author and its time', () => {
    const cloud = new Cloud().given(ada, load('giants.clp', noGiants));

    expect(cloud.state.policy).toMatchObject({ number: 2, author: 'ada', at: cloud.at });
    expect(cloud.state.policy?.files.map(({ name }) => name)).toContain('giants.clp');
  });

  test.each([
    {
      name: 'an unknown slot',
      text: noGiants.replace('(cores', '(coers'),
      says: ['no slot `coers`', 'did you mean `cores`?'],
    },
    {
      name: 'an unknown template',
      text: noGiants.replace('(request', '(reqest'),
      says: ['`reqest`', 'did you mean `request`?'],
    },
    {
      name: 'an unknown function',
      text: noGiants.replace('(refuse', '(refuze'),
      says: ['`refuze`', 'did you mean `refuse`?'],
    },
    { name: 'an unknown variable', text: noGiants.replace('(refuse ?r', '(refuse ?q'), says: ['?q'] },
    { name: 'a parenthesis too few', text: noGiants.trimEnd().slice(0, -1), says: ['giants.clp:'] },
    {
      name: 'two errors at once',
      text: noGiants.replace('(cores', '(coers').replace('(refuse', '(refuze'),
      says: ['`coers`', '`refuze`', '2 errors'],
    },
  ])('$name keeps what was active', ({ text, says }) => {
    const cloud = new Cloud();

    const said = summary(cloud.ask(ada, load('giants.clp', text)));

    for (const part of says) expect(said).toContain(part);
    expect(said).toMatch(/giants\.clp:\d+:\d+/);
    expect(cloud.state.count('policy')).toBe(1);
    expect(summary(cloud.ask(ann, machine(6, 8)))).toBe('accepted');
  });

  test('neither a fact nor a job on its way is lost', () => {
    const cloud = new Cloud();
    cloud.ask(ann, machine(4, 8, { name: 'on-its-way' }));
    const facts = cloud.governor.facts().filter((fact) => /^\((lease|machine|host|person) /.test(fact));

    cloud.ask(ada, load('giants.clp', noGiants));

    const after = cloud.governor.facts();
    for (const fact of facts.filter((one) => !one.startsWith('(person'))) expect(after).toContain(fact);
    cloud.work();
    expect(cloud.machine('on-its-way').phase).toBe('running');
    cloud.given(ann, onLease('stop-machine', 'lease-1'));
    expect(cloud.machine('on-its-way').phase).toBe('stopped');
  });

  test('a rule that fails as it runs refuses in words, and changes nothing', () => {
    const cloud = new Cloud();
    const failing =
      '(defrule divides (declare (salience 200)) (request (id ?r) (kind new-machine) (cores ?c)) => (bind ?x (div ?c (- ?c ?c))))';
    expect(summary(cloud.ask(ada, load('divides.clp', failing)))).toBe('accepted');

    const decision = cloud.ask(ann, machine(4, 8));

    expect(decision.problems.join()).toContain('rule divides (divides.clp:1)');
    expect(decision.refusals).not.toEqual([]);
    expect(cloud.state.machines.size).toBe(0);
  });

  test('rules that never come to rest are stopped, and the clock goes on', () => {
    const cloud = new Cloud();
    const endless =
      '(deftemplate tock (slot n (type INTEGER)))\n' +
      '(defrule begin (declare (salience 200)) (request (kind new-machine)) => (assert (tock (n 0))))\n' +
      '(defrule on (declare (salience 200)) ?f <- (tock (n ?n)) => (retract ?f) (assert (tock (n (+ ?n 1)))))';
    expect(summary(cloud.ask(ada, load('endless.clp', endless)))).toBe('accepted');

    const decision = cloud.ask(ann, machine(4, 8));

    expect(decision.problems.join()).toContain('did not come to rest');
    expect(cloud.state.machines.size).toBe(0);
    expect(summary(cloud.ask(ada, rollback))).toBe('accepted');
    expect(summary(cloud.ask(ann, machine(4, 8)))).toBe('accepted');
  });
});
