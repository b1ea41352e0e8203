import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, type GrammarWorld } from '../../bot/grammar.ts';
import type { Block, Card } from '../../bot/surface.ts';
import { columnsOf, plainText } from '../../bot/terminal/plain-text.ts';
import { pressToken } from '../../bot/token.ts';
import { confirmCard } from '../../bot/views/confirm-card.ts';
import { missingForm, readForm } from '../../bot/views/form.ts';
import { helpCard } from '../../bot/views/help-card.ts';
import { hostsCard } from '../../bot/views/hosts-card.ts';
import { imagesCard } from '../../bot/views/images-card.ts';
import { listCard } from '../../bot/views/list-card.ts';
import { missingCard } from '../../bot/views/missing-card.ts';
import { noticeCard } from '../../bot/views/notice-card.ts';
import { policyListCard, policyShowCard } from '../../bot/views/policy-card.ts';
import { quotaCard } from '../../bot/views/quota-card.ts';
import { showCard } from '../../bot/views/show-card.ts';
import { unclearCard } from '../../bot/views/unclear-card.ts';
import { whyCard } from '../../bot/views/why-card.ts';
import type { Ask } from '../../policies/command.ts';
import type { Notice } from '../../policies/event.ts';
import type { HostName, ImageName, Instant, LeaseId, MachineId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import { ada, ann, bob, buildBox, changed, noon, notice, smallCloud, trail } from './small-cloud.ts';

const DAY = 86_400;
const cloud = smallCloud();
const world: GrammarWorld = {
  admin: true,
  images: [...cloud.images.values()],
  machines: [...cloud.machines.values()].map(({ name, lease }) => ({ name, lease, mine: true })),
  hosts: [...cloud.hosts.keys()],
  remembered: [],
};

const newMachine: Ask = {
  kind: 'new-machine',
  cores: 4,
  memory: 8192,
  image: 'ubuntu-24.04' as ImageName,
  name: null,
  length: null,
};
const hv01 = 'hv01' as HostName;
const hv02 = 'hv02' as HostName;
const hv03 = 'hv03' as HostName;

const answer = (ask: Ask, more: Partial<Notice> = {}) => notice('answer', { ask, ...more });
const drawn = (of: Notice, state: State = cloud, now: Instant = noon) => noticeCard(of, state, now);
const waiting = (more: Record<string, unknown>) =>
  smallCloud({
    machine: changed('machine', 'm-1', { phase: 'waiting', host: null, address: null, ...more }),
  });
const cloning = (done: readonly string[]) =>
  smallCloud({
    machine: changed('machine', 'm-1', { phase: 'placed', address: null, busy: true, avoids: ['hv02'] }),
    job: [
      [
        'job-1-0',
        { id: 'job-1-0', job: { kind: 'clone', host: 'hv01', machine: 'm-1' }, phase: 'queued', done },
      ],
    ],
  });
const busy = smallCloud({ machine: changed('machine', 'm-1', { busy: true }) });
const held = (more: Record<string, unknown> = {}) =>
  smallCloud({
    machine: changed('machine', 'm-1', { phase: 'stopped', ...more }),
    lease: changed('lease', 'lease-1', { phase: 'held', expires: noon + 7 * DAY }),
  });
const withoutBox = smallCloud({ machine: [['m-1', undefined]], lease: [['lease-1', undefined]] });
const failed = { good: false, text: 'hv01 does not answer' };
const reminder = notice('reminder', { expires: cloud.leases.the(buildBox).expires });
const unclearOf = (text: string): Card => {
  const meaning = parse(text, world);
  if (meaning.kind !== 'unclear') throw new Error(`${text} is clear`);
  return unclearCard(meaning.problem);
};

const hostAsk = (kind: 'drain-host' | 'resume-host' | 'power-host-off' | 'power-host-on', host: HostName) =>
  answer({ kind, host }, { lease: null, machine: null, name: null, host });

const cards: Readonly<Record<string, Card>> = {
  'new: waits for a host': drawn(answer(newMachine), waiting({})),
  'new: its host is being switched on': drawn(answer(newMachine), waiting({ awaits: 'hv03' })),
  'new: placed': drawn(answer(newMachine), cloning([])),
  'new: half way': drawn(answer(newMachine), cloning(['create-differencing-disk', 'define-machine'])),
  'new: running': drawn(answer(newMachine)),
  'new: running, Windows': drawn(
    answer(newMachine, { machine: 'm-2' as MachineId }),
    smallCloud({ machine: changed('machine', 'm-2', { phase: 'running' }) }),
  ),
  'new: failed': drawn(answer(newMachine, { outcome: failed }), withoutBox),
  'new: refused': drawn(
    answer(newMachine, {
      lease: null,
      machine: null,
      name: null,
      outcome: { good: false, text: '' },
      refusals: [
        {
          reason: 'you hold 14 of 16 cores, this asks for 4',
          help: 'up to 2 would pass, or release a machine first',
          trail,
        },
        { reason: 'you hold 6 of 6 machines', help: null, trail: { ...trail, rule: 'quota-machines' } },
      ],
    }),
  ),
  'release: refused': drawn(
    answer(
      { kind: 'release-lease', lease: buildBox },
      {
        to: bob,
        refusals: [
          {
            reason: 'build-box is held by Ann',
            help: 'Ann or an administrator may',
            trail: { ...trail, rule: 'only-its-holder' },
          },
        ],
      },
    ),
  ),
  renewed: drawn(answer({ kind: 'renew-lease', lease: buildBox, length: null, seen: null }, { text: '' })),
  'renewed already': drawn(
    answer(
      { kind: 'renew-lease', lease: buildBox, length: null, seen: noon },
      { text: 'It was renewed already.' },
    ),
  ),
  'release: stopping': drawn(
    answer({ kind: 'release-lease', lease: buildBox }),
    held({ phase: 'running', busy: true }),
  ),
  released: drawn(answer({ kind: 'release-lease', lease: buildBox }), held()),
  deleted: drawn(answer({ kind: 'delete-machine', lease: buildBox }), held()),
  'delete: it could not be stopped': drawn(
    answer({ kind: 'delete-machine', lease: buildBox }, { outcome: failed }),
    held(),
  ),
  'delete: gone': drawn(answer({ kind: 'delete-machine', lease: buildBox }), withoutBox),
  'delete: asks first': confirmCard({ kind: 'delete-machine', lease: buildBox }, cloud) as Card,
  'delete: asks first, in the hold': confirmCard({ kind: 'delete-machine', lease: buildBox }, held()) as Card,
  'delete: again': drawn(
    answer(
      { kind: 'delete-machine', lease: buildBox },
      { text: 'The lease of build-box had ended already; its disk goes earlier now.' },
    ),
    held(),
  ),
  starting: drawn(answer({ kind: 'start-machine', lease: buildBox }), busy),
  started: drawn(answer({ kind: 'start-machine', lease: buildBox })),
  'start failed': drawn(answer({ kind: 'start-machine', lease: buildBox }, { outcome: failed })),
  stopping: drawn(answer({ kind: 'stop-machine', lease: buildBox }), busy),
  stopped: drawn(
    answer({ kind: 'stop-machine', lease: buildBox }),
    smallCloud({ machine: changed('machine', 'm-1', { phase: 'stopped' }) }),
  ),
  restarted: drawn(answer({ kind: 'restart-machine', lease: buildBox })),
  draining: drawn(hostAsk('drain-host', hv02)),
  drained: drawn(
    hostAsk('drain-host', hv02),
    smallCloud({
      host: changed('host', 'hv02', { machines: 0, wanted: 'on' }),
      machine: changed('machine', 'm-3', { host: 'hv01', movingTo: null }),
    }),
  ),
  'draining: nothing can move now': drawn(
    hostAsk('drain-host', hv02),
    smallCloud({
      machine: changed('machine', 'm-3', { movingTo: null }),
      timer: [['drain-again hv02', { purpose: 'drain-again', subject: 'hv02', at: noon + 300, rang: false }]],
    }),
  ),
  'drained: a disk is kept there': drawn(
    hostAsk('drain-host', hv02),
    smallCloud({
      host: changed('host', 'hv02', { machines: 0, wanted: 'on' }),
      machine: changed('machine', 'm-3', { movingTo: null, phase: 'stopped' }),
      lease: changed('lease', 'lease-3', { phase: 'held', expires: noon + DAY }),
    }),
  ),
  resumed: drawn(hostAsk('resume-host', hv01)),
  'switching off': drawn(hostAsk('power-host-off', hv02)),
  'switched off': drawn(hostAsk('power-host-off', hv03)),
  'switching on': drawn(hostAsk('power-host-on', hv03)),
  'switched on': drawn(hostAsk('power-host-on', hv01)),
  'switching on failed': drawn({ ...hostAsk('power-host-on', hv03), outcome: failed }),
  'policy loaded': drawn(
    answer(
      { kind: 'load-policy', name: 'quota.clp', text: '' },
      {
        text: 'Version 3 is active.\nadded: quota-gpu\nchanged: quota-cores, quota-memory\nquota.clp:3:19 warning DSL3001: variable `?x` is used once',
      },
    ),
  ),
  'policy with errors': drawn(
    answer(
      { kind: 'load-policy', name: 'quota.clp', text: '' },
      {
        refusals: [
          {
            reason: 'nothing was activated, version 2 stays',
            help: 'quota.clp:3:19 error DSL2003: template `lease` has no slot `holdr`\n   3 |   (lease (id ?l) (holdr ?who))\n     |                   ^^^^^\n     help: did you mean `holder`?',
            trail: { ...trail, rule: 'replace-policies' },
          },
        ],
      },
    ),
  ),
  reminder: drawn(reminder),
  'reminder, renewed': drawn({ ...reminder, expires: noon }),
  'reminder, ended': drawn(reminder, held()),
  'ended, stopping': drawn(notice('ended', { text: 'expired' }), held({ phase: 'running', busy: true })),
  ended: drawn(notice('ended', { text: 'expired' }), held()),
  'ended, came back': drawn(notice('ended')),
  'ended, purged': drawn(notice('ended'), withoutBox),
  purging: drawn(notice('purged'), held({ phase: 'purging' })),
  purged: drawn(notice('purged'), withoutBox),
  message: drawn(notice('message', { text: 'The quota of researchers is 32 cores from tomorrow on.' })),
  list: listCard(ann, cloud, ann, noon),
  'list all': listCard('all', cloud, ada, noon),
  'list of one': listCard(bob, cloud, bob, noon),
  'list of none': listCard(ada, cloud, ada, noon),
  show: showCard(buildBox, cloud, ann, noon),
  'show to somebody else': showCard(buildBox, cloud, bob, noon),
  'show what is gone': showCard('lease-77' as LeaseId, cloud, ann, noon),
  quota: quotaCard(ann, { cores: 16, memory: 65_536, machines: 6 }, cloud, ann),
  'quota without limits': quotaCard(bob, null, cloud, ada),
  images: imagesCard(cloud),
  hosts: hostsCard(cloud, ada),
  'why a machine': whyCard('build-box', cloud.histories.get('lease-1'), cloud),
  'why a refusal': whyCard('you', cloud.histories.get('ann'), cloud),
  'why nothing': whyCard('hv01', undefined, cloud),
  help: helpCard(null, false),
  'help for administrators': helpCard(null, true),
  'help new': helpCard('new', false),
  'policy list': policyListCard(cloud),
  'policy show': policyShowCard(cloud, { file: null, version: null }),
  'policy show a file': policyShowCard(cloud, { file: 'quota', version: null }),
  'policy show nothing': policyShowCard(cloud, { file: 'nothing.clp', version: null }),
  'unclear verb': unclearOf('nwe 4c 8gg ubunut'),
  'unclear size': unclearOf('new 4c 1e9g ubuntu'),
  'missing parts': missingCard({
    verb: 'new',
    known: { cores: 4, memory: null, image: null, name: null, length: null, host: null },
    fields: ['memory', 'image'],
  }),
};

const golden = join(import.meta.dirname, '../golden/cards.txt');

describe('cards', () => {
  test('look as in test/golden/cards.txt', () => {
    const text = Object.entries(cards)
      .map(
        ([name, card]) =>
          `=== ${name} (${card.tone})\n${plainText(card, 'Europe/Rome')}\n--- ${card.summary}\n`,
      )
      .join('\n');
    if (process.env['UPDATE'] === '1') writeFileSync(golden, text);

    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test.each(Object.entries(cards))('%s fits every surface', (_name, card) => {
    const buttons = card.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));

    for (const { label, sends, confirm } of buttons) {
      expect(pressToken(sends, 'some-nonce').length).toBeLessThan(2000);
      expect(label.length).toBeLessThanOrEqual(75);
      expect(confirm?.length ?? 0).toBeLessThanOrEqual(300);
      expect(parse('text' in sends ? sends.text : 'help', world).kind).not.toBe('unclear');
    }
    expect(card.blocks.length).toBeLessThan(45);
    expect(card.title.length).toBeLessThanOrEqual(150);
    expect(card.summary).not.toBe('');
  });

  test('a list of many machines says how many more there are', () => {
    const many = Array.from(
      { length: 60 },
      (_, index) =>
        [`m-${index + 10}`, { ...cloud.machines.the('m-1' as MachineId), id: `m-${index + 10}` }] as const,
    );

    expect(plainText(listCard('all', smallCloud({ machine: many }), ada, noon), 'UTC')).toContain(
      'and 38 more machines',
    );
  });

  test('whoever does not hold a machine sees no buttons for it', () => {
    expect(plainText(showCard(buildBox, cloud, bob, noon), 'UTC')).not.toContain('Release');
    expect(plainText(showCard(buildBox, cloud, ada, noon), 'UTC')).toContain('[Release]');
  });

  test('an open reminder does not change with the clock, so it is not posted anew', () => {
    expect(drawn(reminder, cloud, (noon + 3 * DAY) as Instant)).toEqual(cards['reminder']);
  });

  test('a renewal carries the end that the reader saw', () => {
    const [renew] =
      cards['reminder']?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : [])) ?? [];

    expect(renew?.sends).toEqual({
      ask: {
        kind: 'renew-lease',
        lease: buildBox,
        length: 7 * DAY,
        seen: cloud.leases.the(buildBox).expires,
      },
    });
  });
});

describe('plain text', () => {
  test('keeps within 80 columns but for what is to be copied', () => {
    for (const card of Object.values(cards)) {
      const blocks = card.blocks.filter(({ kind }) => kind !== 'code');
      for (const line of plainText({ ...card, blocks }, 'America/Los_Angeles').split('\n'))
        expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test('any card is text of 80 columns without control characters', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 120 }),
    );
    const name = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({ kind: fc.constantFrom('text' as const, 'note' as const), text }),
      fc.record({ kind: fc.constant('fields' as const), fields: fc.array(fc.tuple(name, text)) }),
      fc.record({
        kind: fc.constant('table' as const),
        head: fc.array(text, { maxLength: 5 }),
        rows: fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 4 }),
      }),
    );
    const anyCard = fc.record({
      title: text,
      blocks: fc.array(block, { maxLength: 4 }),
      summary: text,
      tone: fc.constant('plain' as const),
    });
    fc.assert(
      fc.property(anyCard, (card) => {
        const lines = plainText(card, 'UTC').split('\n');

        expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
        expect(Math.max(...lines.map((line) => line.replaceAll(/\p{M}/gu, '').length))).toBeLessThanOrEqual(
          160,
        );
        expect(Math.max(...lines.map((line) => columnsOf(line)))).toBeLessThanOrEqual(80);
      }),
    );
  });

  test('gives no control to what it shows', () => {
    const card: Card = {
      title: 'a\u001B[2Jb',
      blocks: [{ kind: 'code', text: 'x\u0007\u202Ey\tz\r\nw' }],
      summary: '',
      tone: 'plain',
    };

    expect(plainText(card, 'Nowhere/Land')).toBe('a\uFFFD[2Jb\n    x\uFFFD\uFFFDy    z\n    w');
  });

  test('shows an instant in the zone of its reader', () => {
    const card: Card = {
      title: 't',
      blocks: [{ kind: 'fields', fields: [['At', { instant: noon }]] }],
      summary: '',
      tone: 'plain',
    };

    expect(plainText(card, 'Europe/Rome')).toContain('At  Mon 23 Nov 2026, 13:00 CET');
    expect(plainText(card, 'UTC')).toContain('At  Mon 23 Nov 2026, 12:00 UTC');
  });
});

const missing = (text: string) => {
  const meaning = parse(text, world);
  if (meaning.kind !== 'missing') throw new Error(`${text} lacks nothing`);
  return meaning.missing;
};

describe('forms', () => {
  test('begin with what is known', () => {
    const form = missingForm(missing('new 4c named x for 2w'), world, 'n1');

    expect(form?.fields.map(({ id, value, optional }) => [id, value, optional])).toEqual([
      ['cores', '4', false],
      ['memory', undefined, false],
      ['image', undefined, false],
      ['name', 'x', true],
      ['length', '2w', true],
    ]);
    expect(missingForm(missing('policy load'), world, 'n1')).toBeNull();
  });

  test.each([
    [
      'new',
      { cores: '4', memory: '8', image: 'ubuntu-24.04', name: ' X ', length: '2 weeks' },
      { kind: 'new-machine', cores: 4, memory: 8192, name: 'x', length: 14 * DAY },
    ],
    [
      'new',
      { cores: '2 cores', memory: '8192 MB', image: 'win' },
      { kind: 'new-machine', cores: 2, memory: 8192, image: 'windows-2025', name: null },
    ],
    [
      'renew',
      { machine: 'lease-2', length: '1w' },
      { kind: 'renew-lease', lease: 'lease-2', length: 7 * DAY },
    ],
    ['stop', { machine: 'web' }, { kind: 'stop-machine', lease: 'lease-2' }],
    ['host', { host: 'hv01', action: 'drain' }, { kind: 'drain-host', host: 'hv01' }],
  ])('%s with %j', (text, values, ask) => {
    const form = missingForm(missing(text), world, 'n1');

    expect(readForm(form?.token ?? '', values, world)).toMatchObject({
      kind: 'meaning',
      nonce: 'n1',
      meaning: { kind: 'ask', ask },
    });
  });

  test('say what is wrong with each field', () => {
    const token = pressToken({ text: 'new' }, 'n1');

    expect(
      readForm(token, { cores: '0', memory: '-4g', image: 'nope', name: 'a b', length: 'x' }, world),
    ).toEqual({
      kind: 'problems',
      fields: {
        cores: 'Cores are a number from 1 to 1024.',
        memory: 'Memory looks like 8g or 8192m.',
        image: 'Choose one of the images.',
        name: 'A name is 1 to 40 of a-z, 0-9 and hyphens.',
        length: 'A length looks like 12h, 30d or 2w.',
      },
    });
    expect(readForm(pressToken({ text: 'host' }, 'n'), {}, world)).toMatchObject({ kind: 'problems' });
    expect(readForm('forged', {}, world)).toBeNull();
  });
});
