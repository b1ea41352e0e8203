import { describe, expect, test } from '@jest/globals';
import { whyNotCard } from '../../bot/views/why-not-card.ts';
import { ada, ann, Cloud, load, machine } from './cloud.ts';

// The rules are the shipped ones, over two hosts: what an administrator reads who asks why nothing happens.

/** What the card says: its sentence, then its steps. */
function said(cloud: Cloud, rule: string, about: string | null = null): string[] {
  const asked = about === null ? [] : [about, ...idsOf(cloud, about)];
  const answer = cloud.governor.whyNot(rule, asked);
  if (answer === null) return ['there is no such rule'];
  return whyNotCard(answer, about).blocks.flatMap((block) =>
    block.kind === 'text' || block.kind === 'code' ? block.text.split('\n') : [],
  );
}

function idsOf(cloud: Cloud, name: string): string[] {
  const found = cloud.state.machineNamed(name);
  return found === undefined ? [] : [found.id, found.lease];
}

describe('why not', () => {
  test('a rule that stops at what is asked about says what speaks against it', () => {
    const cloud = new Cloud().given(ann, machine(2, 4, { name: 'box' }));
    const [host = ''] = [...cloud.state.hosts.values()]
      .filter(({ machines }) => machines > 0)
      .map(({ name }) => name);

    const lines = said(cloud, 'switch-off-drained', host);

    expect(lines[0]).toBe('0 of 3 conditions match; then nothing matches the next one.');
    expect(lines).toContain('✗ (host (name ?h) (status draining) (wanted off) (machines 0))');
    expect(lines.join('\n')).toMatch(
      new RegExp(`nearest: \\(host \\(name ${host}\\).*, but status, wanted, machines`),
    );
  });

  test('a rule that has fired says so', () => {
    const cloud = new Cloud().given(ann, machine(2, 4, { name: 'box' }));

    expect(said(cloud, 'watch-the-end', 'box')[0]).toBe(
      'It matches 1 time, and has fired for that: a rule fires once for the same facts.',
    );
    expect(said(cloud, 'watch-the-hold', 'box')).toContain('✗ (lease (id ?l) (phase held) (expires ?e))');
  });

  test('a rule that waits for a request says so', () => {
    expect(said(new Cloud(), 'grant-lease')[0]).toBe(
      '0 of 3 conditions match; then it waits for a request: rules see one only while it is being decided.',
    );
  });

  test('there is no such rule', () => {
    expect(said(new Cloud(), 'grant-leese')).toEqual(['there is no such rule']);
    expect(new Cloud().governor.rules()).toContain('grant-lease');
  });
});

test('a trail goes through what follows from other facts', () => {
  const text = `(defrule busy-host "A host with machines."
  (logical (host (name ?h) (machines ?n&:(> ?n 0))))
  =>
  (assert (busy-host ?h)))

(defrule no-more "One host is enough."
  (request (id ?r) (kind new-machine))
  (busy-host ?h)
  =>
  (refuse ?r (str-cat ?h " is in use")))
`;
  const cloud = new Cloud().given(ada, load('one.clp', text)).given(ann, machine(1, 1));

  const { refusals } = cloud.ask(ann, machine(1, 1));
  const { facts = [] } = refusals[0]?.trail ?? {};

  expect(facts[1]).toMatch(/^\(busy-host .*hv0\d\)$/);
  expect(facts[2]).toMatch(/^ {2}by busy-host from \(host \(name hv0\d\) \(status ready\)/);
});
