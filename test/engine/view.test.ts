import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RuleBase } from '../../engine/rule.ts';
import { layoutOf, type Box } from '../../engine/view/network-layout.ts';
import { networkPicture } from '../../engine/view/network-svg.ts';
import { networkText } from '../../engine/view/network-text.ts';
import { networkOf } from '../../engine/view/network-view.ts';
import * as b from './build.ts';
import { ruleDraw, ruleOf, templates } from './draw.ts';

const sharing: RuleBase = b.base({
  templates: [b.template('host', 'name', 'status', 'load'), b.template('lease', 'host', '$owners')],
  rules: [
    b.rule('first', [b.pattern('host', { name: '?h', status: 'ready' }), b.pattern('lease', { host: '?h' })]),
    b.rule('second', [
      b.pattern('host', { name: '?x', status: 'ready' }),
      b.not(b.pattern('lease', { host: '?x', owners: b.seq('ann', '$?') })),
    ]),
    b.rule('third', [
      b.pattern('lease', { host: '?h' }),
      b.best(b.pattern('host', { load: [b.variable('l'), b.predicate(b.call('<', '?l', 90))] }), [
        'minimize',
        '?l',
      ]),
    ]),
    b.rule('fourth', [b.exists(b.pattern('lease', { host: '?h' }), b.pattern('host', { name: '?h' }))]),
  ],
});

const overlap = (one: Box, other: Box): boolean =>
  one !== other &&
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe('the network of a rule base', () => {
  test('shares memories and the nodes that rules begin with', () => {
    expect(networkText(networkOf(sharing)))
      .toBe(`4 rules · 6 alpha memories for 8 patterns · 7 nodes for 9 conditions

alpha memories: the facts that pass one pattern
  α1 host: status = ready; read by 1 node
  α2 lease; hashed by host; read by 1 node
  α3 lease: owners: ann $?; hashed by host; read by 1 node
  α4 lease; read by 1 node
  α5 host: load < 90; read by 1 node
  α6 host; hashed by name; read by 1 node

nodes: the matches of the conditions so far
  1 join host α1 (shared by 2 rules)
    2 join lease α2: #host = host.name
      3 rule first
    4 not lease α3: #host = host.name
      5 rule second
  6 join lease α4 (shared by 2 rules)
    7 best host α5: minimize load
      8 rule third
    9 join host α6: #name = lease.host
  10 exists-all: those of node 9
    11 rule fourth
`);
  });

  test('is drawn with a box for each node, and its words in it', () => {
    const picture = networkPicture(networkOf(sharing), 'a < b');

    expect(picture.match(/<rect width/g)).toHaveLength(11);
    expect(picture).toContain('<title>a &lt; b</title>');
    expect(picture).toContain('>⋈ host = host.name<');
    expect(picture).toContain('some such match');
  });

  // A picture in which boxes lie on each other, or lines run backwards, cannot be read.
  test('no two boxes overlap, and everything goes to the right', () => {
    fc.assert(
      fc.property(fc.array(ruleDraw, { minLength: 1, maxLength: 8 }), (draws) => {
        const network = networkOf(b.base({ templates, rules: draws.map(ruleOf) }));
        const { boxes, edges } = layoutOf(network);

        expect(boxes.map(({ node }) => node)).toEqual(expect.arrayContaining([...network.nodes]));
        expect(boxes.filter((box) => boxes.some((other) => overlap(box, other)))).toEqual([]);
        for (const { from, to } of edges) expect(from.x + from.width).toBeLessThan(to.x);
      }),
    );
  });
});
