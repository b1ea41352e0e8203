import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { helpTopics, parse, sentence, type GrammarWorld, type Meaning } from '../../bot/grammar.ts';
import { isHostName, isImageName, isLeaseId, isMachineName } from '../../bot/names.ts';
import type { Ask } from '../../policies/command.ts';
import { unreachable } from '../../policies/model.ts';
import { certain } from './certain.ts';

const lease = (number: number) => certain(isLeaseId, `lease-${number}`);
const images = [
  { name: certain(isImageName, 'ubuntu-24.04'), aliases: ['ubuntu'] },
  { name: certain(isImageName, 'debian-12'), aliases: ['debian'] },
  { name: certain(isImageName, 'windows-2025'), aliases: ['windows'] },
];
const hosts = [certain(isHostName, 'hv01'), certain(isHostName, 'hv02')];

const box = { name: 'build-box', lease: lease(1), mine: true };
const web = { name: 'web', lease: lease(2), mine: true };
const bobs = { name: 'bobs-box', lease: lease(3), mine: false };

const world = (machines: GrammarWorld['machines'], admin = false): GrammarWorld => ({
  admin,
  images,
  machines,
  hosts,
  remembered: [{ name: 'old-box', lease: lease(9) }],
});
const one = world([box]);
const two = world([box, web]);
const admin = world([box, web, bobs], true);

/** A meaning in one line. */
function inShort(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'ask':
      return sentence(meaning.ask);
    case 'question':
      return `? ${JSON.stringify(meaning.question)}`;
    case 'missing':
      return `${meaning.missing.verb} lacks ${meaning.missing.fields.join(', ')}`;
    case 'unclear':
      return `! ${meaning.problem.message}`;
    default:
      return unreachable(meaning);
  }
}

const unclear = (text: string, seen: GrammarWorld = two) => {
  const meaning = parse(text, seen);
  if (meaning.kind !== 'unclear') throw new Error(`${text} means ${inShort(meaning)}`);
  return meaning.problem;
};

describe('a new machine', () => {
  const plain = 'new 4c 8g ubuntu-24.04';
  test.each([
    ['new 4c 8g ubuntu', plain],
    ['NEW 4C 8G UBUNTU', plain],
    ['/vm new 4c 8g ubuntu', plain],
    ['vm new 4c 8g ubuntu', plain],
    ['octopus new ubuntu 8g 4c', plain],
    ['@Octopus new 4c/8g ubuntu.', plain],
    ['new 4c, 8192m, ubuntu-24.04', plain],
    ['new 4 cores 8 GB ubuntu', plain],
    ['create four cores 8 GiB of memory with ubuntu please', plain],
    ['new\u00A04c\u20028g\u200B ubuntu', plain],
    ['new 2 vcpu 1.5g debian', 'new 2c 1536m debian-12'],
    ['new 1c 1t ubuntu', 'new 1c 1024g ubuntu-24.04'],
    ['new 4 cores 8 GB ubuntu for 2 weeks called build-box', `${plain} named build-box for 2w`],
    ['new 4 cores 8 GB ubuntu for 1 year called build-box', `${plain} named build-box for 365d`],
    ['new 4c 8g ubuntu —name=Build-Box –-for 2w', `${plain} named build-box for 2w`],
    ['new 4c 8g ubuntu −n x --for a week', `${plain} named x for 1w`],
    ['new 4c 8g ubuntu called “build-box” for two weeks', `${plain} named build-box for 2w`],
    ['new 4c 8g ubuntu ‘x1’', `${plain} named x1`],
    ['new named x 4c for 90min ubuntu 8g', `${plain} named x for 90min`],
    ['new 4c 8g ubuntu 30d', `${plain} for 30d`],
    ['new 4c 8g ubuntu for 30m', `${plain} for 30min`],
    ['new 4c 8g ubuntu for 1 month', `${plain} for 30d`],
    ['new cores 4 memory 8g image ubuntu', plain],
    ['new 4c 8g ubuntu build-box', `${plain} named build-box`],
    ['new', 'new lacks cores, memory, image'],
    ['new 4c ubuntu called x', 'new lacks memory'],
  ])('%s', (text, meaning) => {
    expect(inShort(parse(text, two))).toBe(meaning);
  });

  test('a machine without a verb is near to a new one', () => {
    expect(unclear('4 cores 8 GB ubuntu for 2 weeks called build-box').nearest).toBe(
      'new 4 cores 8 GB ubuntu for 2 weeks called build-box',
    );
  });

  test('what is known of an incomplete one stays known', () => {
    expect(parse('new 4c named x for 2w', two)).toMatchObject({
      missing: { known: { cores: 4, memory: null, image: null, name: 'x', length: 1_209_600 } },
    });
  });

  test.each([
    ['new 0c 8g ubuntu', '`0c` at position 5 is not a number of cores: a machine has 1 to 1024', null],
    [
      'new 4c 1e9g ubuntu',
      '`1e9g` at position 8 is not a size. Cores look like 4c, memory like 8g or 8192m.',
      null,
    ],
    ['new 4c -4g ubuntu', '`-4g` at position 8 is not a size.', null],
    ['new 4c 8gg ubuntu', '`8gg` at position 8 is not a size.', 'new 4c 8g ubuntu'],
    ['new 4c 8 gbb ubuntu', '`8 gbb` at position 8 is not a size.', 'new 4c 8gb ubuntu'],
    ['new 99999999999999999999c 8g ubuntu', 'is not a size', null],
    ['new 2000 cores 8g ubuntu', '`2000 cores` at position 5 is not a number of cores', null],
    ['new 4c 17t ubuntu', '`17t` at position 8 is not a memory size', null],
    ['new 1.5c 8g ubuntu', '`1.5c` at position 5 is not a number of cores', null],
    ['new 4c 8g ubuntu for 900 years', '`900 years` at position 22 is not a length of time', null],
    ['new 4c 8g ubuntu for 0d', '`0d` at position 22 is not a length of time', null],
    ['new 4 8 ubuntu', '`4` at position 5 is a number without a unit.', 'new 4c 8g ubuntu'],
    [
      'new 4c 8g ubunut',
      'there is no image `ubunut` at position 11; there are `ubuntu`, `debian` and `windows`.',
      'new 4c 8g ubuntu',
    ],
    ['nwe 4c 8gg ubunut', 'I do not know `nwe` at position 1.', 'new 4c 8g ubuntu'],
    ['new 4c 8g arch', 'there is no image `arch` at position 11', null],
    ['new 4c 8c 8g ubuntu', 'with `8c` at position 8 the cores is given twice.', 'new 4c 8g ubuntu'],
    [
      'new 4c 8g ubuntu fro 2 weeks',
      'I do not know what `fro` at position 18 means here.',
      'new 4c 8g ubuntu for 2 weeks',
    ],
    ['new 4c 8g ubuntu called', 'a name should follow `called` at position 18.', null],
    [
      'new 4c 8g ubuntu called "build box"',
      '`build box` at position 25 cannot be a name',
      'new 4c 8g ubuntu called build-box',
    ],
    [
      'new 4c 8g ubuntu called $(reboot)',
      '`$(reboot)` at position 25 cannot be a name: names are 1 to 40 of a-z',
      'new 4c 8g ubuntu called reboot',
    ],
    ['new 4c 8g ubuntu called 🐙', '`🐙` at position 25 cannot be a name', null],
    ['new 4c 8g ubuntu called 🐙x', '`🐙x` at position 25 cannot be a name', 'new 4c 8g ubuntu called x'],
    [
      'new 4c 8g ubuntu called a\u202Eb',
      '`a\uFFFDb` at position 25 cannot be a name',
      'new 4c 8g ubuntu called a-b',
    ],
    [
      "new 4c 8g ubuntu called x';drop",
      "`x';drop` at position 25 cannot be a name",
      'new 4c 8g ubuntu called x-drop',
    ],
  ])('%s is answered in words', (text, message, nearest) => {
    const problem = unclear(text);

    expect(problem.message).toContain(message);
    expect(problem.nearest).toBe(nearest);
  });

  test('a name of 10,000 characters is shown in part', () => {
    const problem = unclear(`new 4c 8g ubuntu called ${'x'.repeat(10_000)}`);

    expect(problem.message).toContain(`\`${'x'.repeat(39)}…\` at position 25 cannot be a name`);
    expect((problem.shown ?? '').length).toBeLessThan(160);
    expect(problem.nearest).toBe(`new 4c 8g ubuntu called ${'x'.repeat(40)}`);
  });

  test('carets stand under the word', () => {
    expect(unclear('new 4c 8gg ubuntu').shown).toBe('new 4c 8gg ubuntu\n       ^^^');
    expect(unclear(`new ${'4c '.repeat(30)}8gg ubuntu`).shown).toBe(
      '…c 4c 4c 4c 4c 4c 4c 4c 4c 4c 4c 4c 8gg ubuntu\n                                    ^^^',
    );
  });
});

describe('one machine', () => {
  test.each([
    ['renew', one, 'renew lease-1'],
    ['renew 2w', one, 'renew lease-1 for 2w'],
    ['renew it for another week', one, 'renew lease-1 for 1w'],
    ['show me web', two, '? {"kind":"show","lease":"lease-2"}'],
    ['renew build-box for 2 weeks', two, 'renew lease-1 for 2w'],
    ['extend 1w WEB', two, 'renew lease-2 for 1w'],
    ['renew', two, 'renew lacks machine'],
    ['stop', world([]), '! you have no machine. `new 4c 8g ubuntu` makes one.'],
    ['stop', world([bobs], true), 'stop lacks machine'],
    ['release web', two, 'release lease-2'],
    ['rm lease-2', two, 'delete lease-2'],
    ['start the machine web please', two, 'start lease-2'],
    ['reboot', one, 'restart lease-1'],
    ['show', one, '? {"kind":"show","lease":"lease-1"}'],
    ['stop bobs-box', admin, 'stop lease-3'],
    ['stop bobs-box', one, '! you have no machine called `bobs-box` at position 6; there is `build-box`.'],
    ['stop build-box web', two, '! one machine at a time: `web` at position 16 is a second one.'],
    [
      'renew web 4g',
      two,
      '! `4g` at position 11 is not a length of time. A length looks like 12h, 30d or 2w.',
    ],
  ])('%s', (text, seen, meaning) => {
    expect(inShort(parse(text, seen))).toBe(meaning);
  });

  test.each([
    ['stop biuld-box', 'stop build-box'],
    ['realese wbe', 'release web'],
    ['renew web 2', 'renew web 2w'],
  ])('%s is near to %s', (text, nearest) => {
    expect(unclear(text).nearest).toBe(nearest);
  });
});

describe('questions and administration', () => {
  test.each([
    ['', '? {"kind":"help","topic":null}'],
    ['Please, list all!', '? {"kind":"list","whose":"all"}'],
    ['/vm', '? {"kind":"help","topic":null}'],
    ['help reboot', '? {"kind":"help","topic":"restart"}'],
    ['list', '? {"kind":"list","whose":"mine"}'],
    ['ls all', '? {"kind":"list","whose":"all"}'],
    ['list @Bob', '? {"kind":"list","whose":{"user":"Bob"}}'],
    ['list <@U123|bob>', '? {"kind":"list","whose":{"user":"U123"}}'],
    ['quota @bob', '? {"kind":"quota","user":"bob"}'],
    ['quota', '? {"kind":"quota","user":null}'],
    ['my quota', '! I do not know `my` at position 1.'],
    ['images', '? {"kind":"images"}'],
    ['hosts', '? {"kind":"hosts"}'],
    ['why', '? {"kind":"why","lease":null,"host":null}'],
    ['why was build-box stopped?', '? {"kind":"why","lease":"lease-1","host":null}'],
    ['why HV02', '? {"kind":"why","lease":null,"host":"hv02"}'],
    ['why old-box', '? {"kind":"why","lease":"lease-9","host":null}'],
    ['host hv01 drain', 'host hv01 drain'],
    ['host off hv02', 'host hv02 off'],
    ['host drain', 'host lacks host'],
    ['host hv01', 'host lacks action'],
    ['policy', '? {"kind":"policy-list"}'],
    ['policy show quota.clp', '? {"kind":"policy-show","file":"quota.clp","version":null}'],
    ['policy show v3', '? {"kind":"policy-show","file":null,"version":3}'],
    ['policy reload', 'policy reload'],
    ['policy why-not idle', '? {"kind":"policy-why-not","rule":"idle","about":null}'],
    ['policy why-not idle for hv01', '? {"kind":"policy-why-not","rule":"idle","about":"hv01"}'],
    ['policy rollback', 'policy rollback'],
    ['policy rollback to 3', 'policy rollback 3'],
    ['policy load', 'policy lacks file'],
  ])('%s', (text, meaning) => {
    expect(inShort(parse(text, admin))).toBe(meaning);
  });

  test.each([
    ['hots', 'hosts', admin],
    ['host hv03 drain', 'host hv01 drain', admin],
    ['host hv01 drian', 'host hv01 drain', admin],
    ['drain hv02', 'host drain hv02', admin],
    ['polcy lst', 'policy list', admin],
    ['polcy list', null, two],
    ['kindly list all', 'list all', two],
    ['could I have a machine with 4 cores and 8 GB of ubuntu', 'new 4c 8g ubuntu-24.04', two],
    ['why bild-box', 'why build-box', two],
    ['lst mine', 'list mine', two],
    ['list bob', 'list @bob', two],
    ['quota Bob', 'quota @Bob', two],
    ['my quota', 'quota', two],
    ['sing me a song', null, two],
  ])('%s is near to %s', (text, nearest, seen) => {
    expect(unclear(text, seen).nearest).toBe(nearest);
  });

  test('every example of the help is understood', () => {
    const named = world([{ ...box }, { ...web }], true);
    for (const { example, more } of helpTopics(true))
      for (const text of [example, ...more]) expect(inShort(parse(text, named))).not.toMatch(/^!/);
    expect(helpTopics(false).map(({ verb }) => verb)).not.toContain('policy');
  });
});

describe('policy load', () => {
  const rule = '(defrule a "x" =>)';
  test.each([
    ['policy load quota.clp\n```\n(defrule a "x" =>)\n```', [], 'quota.clp'],
    ['policy load ```clips\n(defrule a "x" =>)\n```', [], 'custom.clp'],
    ['policy load ```(defrule a “x” =>)```', [], 'custom.clp'],
    ['policy load ’’’(defrule a “x” =>)‘‘‘', [], 'custom.clp'],
    ['policy load quota (defrule a "x" =>)', [], 'quota.clp'],
    ['policy load', [{ name: 'C:\\rules\\my rules.clp', text: rule }], 'my-rules.clp'],
    ['policy load this', [{ name: 'quota.clp.txt', text: rule }], 'quota.clp'],
    ['policy load other.clp', [{ name: 'quota.clp', text: rule }], 'other.clp'],
    ['policy load ../../etc/passwd\n```(defrule a "x" =>)', [], 'passwd.clp'],
  ])('%s', (text, files, name) => {
    expect(parse(text, admin, files)).toEqual({
      kind: 'ask',
      ask: { kind: 'load-policy', name, text: rule },
    });
  });

  test('two attachments are one too many', () => {
    const file = { name: 'a.clp', text: rule };

    expect(inShort(parse('policy load', admin, [file, file]))).toContain('one policy file at a time');
  });
});

describe('properties', () => {
  const pieces = fc.constantFrom(
    'new',
    '4c',
    '8g',
    'ubuntu',
    'for',
    '2w',
    'named',
    '-n',
    '"',
    "'",
    '```',
    '$(x)',
    '=',
    '/',
    'list',
    'policy',
    'load',
    'host',
    'renew',
    '@',
    '1e9g',
    '-',
    '🐙',
    '\u202E',
    '\uD800',
    '0',
    ',',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 12 }).map((words) => words.join(' ')),
    fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme' }))).map((words) => words.join('')),
  );

  test('any text has a meaning, and no number in it is a NaN', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(one, two, admin), (text, seen) => {
        const meaning = parse(text, seen);
        const problem = meaning.kind === 'unclear' ? meaning.problem : null;
        const ask = meaning.kind === 'ask' && meaning.ask.kind === 'new-machine' ? meaning.ask : null;

        expect(problem?.message.length ?? 0).toBeLessThan(400);
        expect(parse(problem?.nearest ?? 'help', seen).kind).not.toBe('unclear');
        expect((ask?.cores ?? 1) * (ask?.memory ?? 1)).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('texts of 200,000 characters have a meaning', () => {
    for (const piece of ['x', '"', "' ", '`', '```a', '1', '-', 'a=', '1/', '🐙', '(', '\u202E', '. '])
      expect(parse(piece.repeat(200_000 / piece.length), admin).kind).toBeDefined();
  });

  const asks: fc.Arbitrary<Ask> = fc.oneof(
    fc.record({
      kind: fc.constant('new-machine' as const),
      cores: fc.integer({ min: 1, max: 1024 }),
      memory: fc.integer({ min: 1, max: 16 * 1024 * 1024 }),
      image: fc.constantFrom(...images.map(({ name }) => name)),
      name: fc.option(fc.stringMatching(/^[a-z0-9-]{1,40}$/).map((name) => certain(isMachineName, name))),
      length: fc.option(fc.integer({ min: 1, max: 3650 * 86_400 })),
    }),
    fc.record({
      kind: fc.constant('renew-lease' as const),
      lease: fc.constantFrom(lease(1), lease(2)),
      length: fc.option(fc.integer({ min: 1, max: 3650 * 86_400 })),
      seen: fc.constant(null),
    }),
    fc.record({
      kind: fc.constantFrom(
        'release-lease',
        'delete-machine',
        'start-machine',
        'stop-machine',
        'restart-machine',
      ),
      lease: fc.constantFrom(lease(1), lease(3)),
    }),
    fc.record({
      kind: fc.constantFrom('drain-host', 'resume-host', 'power-host-off', 'power-host-on'),
      host: fc.constantFrom(...hosts),
    }),
    fc.record({
      kind: fc.constant('load-policy' as const),
      name: fc.stringMatching(/^[a-z0-9]{1,20}\.clp$/),
      text: fc.string({ unit: 'grapheme' }).filter((text) => text.includes('"') || !/[“”„]/u.test(text)),
    }),
    fc.constant<Ask>({ kind: 'reload-policies' }),
    fc.record({
      kind: fc.constant('roll-back-policies' as const),
      version: fc.option(fc.integer({ min: 0, max: 999_999 })),
    }),
  );

  test('the sentence of an ask makes that ask', () => {
    fc.assert(
      fc.property(asks, (ask) => {
        expect(parse(sentence(ask), admin)).toEqual({ kind: 'ask', ask });
      }),
      { numRuns: 1000 },
    );
  });
});
