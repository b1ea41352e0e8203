import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, sentence, type GrammarWorld } from '../../bot/grammar.ts';
import type { Card, DrawnCard, Incoming, Reply } from '../../bot/surface.ts';
import { chat } from '../../bot/terminal/chat.ts';
import { TerminalSurface } from '../../bot/terminal/terminal-surface.ts';
import { readToken } from '../../bot/token.ts';
import { missingForm, readForm } from '../../bot/views/form.ts';
import { listCard } from '../../bot/views/list-card.ts';
import { noticeCard } from '../../bot/views/notice-card.ts';
import { unclearCard } from '../../bot/views/unclear-card.ts';
import type { Ask } from '../../policies/command.ts';
import { unreachable, type ImageName, type MessageRef } from '../../policies/model.ts';
import { ann, buildBox, changed, noon, notice, smallCloud } from './small-cloud.ts';

const users = [
  { id: 'ann', name: 'Ann', zone: 'Europe/Rome' },
  { id: 'bob', name: 'Bob', zone: 'UTC' },
];
const cloud = smallCloud();
const world: GrammarWorld = {
  admin: false,
  images: [...cloud.images.values()],
  machines: [...cloud.machines.values()].map(({ name, lease }) => ({
    name,
    lease,
    mine: lease !== 'lease-3',
  })),
  hosts: [],
  remembered: [],
};
const making = smallCloud({
  machine: changed('machine', 'm-1', { phase: 'placed', address: null, busy: true }),
});
const asked: Ask = {
  kind: 'new-machine',
  cores: 4,
  memory: 8192,
  image: 'ubuntu-24.04' as ImageName,
  name: null,
  length: null,
};

/** A bot of a few lines behind a real terminal: what it is told is kept, work ends when it is waited for. */
class SmallBot {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly heard: Incoming[] = [];
  advanced = 0;
  #nonce = 0;
  readonly #work: (() => Promise<void>)[] = [];
  readonly #options: ConstructorParameters<typeof TerminalSurface>[0];
  readonly surface: TerminalSurface;

  constructor(mode: { interactive?: boolean; json?: boolean } = {}) {
    const { interactive = false, json = false } = mode;
    this.#options = { output: this.output, interactive, json, users, now: () => noon };
    this.surface = new TerminalSurface(this.#options);
  }

  /** Runs a script and gives all that was printed. A person types a line whenever there is a prompt. */
  async play(script: string): Promise<string> {
    await this.surface.start((incoming) => this.#receive(incoming));
    const ended = chat(this.surface, {
      ...this.#options,
      input: this.input,
      advance: async (seconds) => {
        this.advanced += seconds;
        await this.#post(
          'ann',
          noticeCard(notice('reminder', { expires: cloud.leases.the(buildBox).expires }), cloud, noon),
        );
        const ref = await this.#post('bob', noticeCard(notice('ended'), held, noon));
        await this.surface.update(ref, this.#drawn(noticeCard(notice('purged'), held, noon)));
      },
      settled: async () => {
        for (const work of this.#work.splice(0)) await work();
      },
    });
    const printed: string[] = [];
    const lines = script.split('\n');
    this.output.on('data', (piece) => {
      printed.push(String(piece));
      const isPrompt = this.#options.interactive && /(?:> |: |N )(?:\W\[\d+G)?$/.test(printed.join(''));
      const line = isPrompt ? lines.shift() : undefined;
      if (line !== undefined) setImmediate(() => this.input.write(`${line}\n`));
      else if (isPrompt) setImmediate(() => this.input.end());
    });
    if (!this.#options.interactive) this.input.end(script);
    await ended;
    return printed.join('');
  }

  async #receive(incoming: Incoming): Promise<Reply> {
    this.heard.push(incoming);
    const { said } = incoming;
    if (said.kind === 'press') return this.#card(`pressed ${JSON.stringify(readToken(said.token)?.press)}`);
    if (said.kind === 'form') {
      const read = readForm(said.token, said.values, world);
      if (read?.kind === 'problems') return { kind: 'problems', fields: read.fields };
      return this.#card(read?.meaning.kind === 'ask' ? sentence(read.meaning.ask) : 'nothing');
    }
    const meaning = parse(said.text, world, said.files);
    switch (meaning.kind) {
      case 'unclear':
        return { kind: 'card', card: this.#drawn(unclearCard(meaning.problem)), toAll: false };
      case 'missing': {
        const form = missingForm(meaning.missing, world, 'n');
        return form === null ? { kind: 'nothing' } : { kind: 'form', form };
      }
      case 'question':
        return { kind: 'card', card: this.#drawn(listCard(ann, cloud, ann, noon)), toAll: false };
      case 'ask': {
        if (meaning.ask.kind !== 'new-machine') return this.#card(sentence(meaning.ask));
        const ref = await this.#post(
          incoming.from.address,
          noticeCard(notice('answer', { ask: asked }), making, noon),
        );
        this.#work.push(() =>
          this.surface.update(ref, this.#drawn(noticeCard(notice('answer', { ask: asked }), cloud, noon))),
        );
        return { kind: 'nothing' };
      }
      default:
        return unreachable(meaning);
    }
  }

  #post(to: string, card: Card): Promise<MessageRef> {
    return this.surface.post({ surface: 'terminal', address: to }, this.#drawn(card));
  }

  #card(text: string): Reply {
    return {
      kind: 'card',
      card: this.#drawn({ title: text, blocks: [], summary: text, tone: 'plain' }),
      toAll: false,
    };
  }

  #drawn(card: Card): DrawnCard {
    return { ...card, nonce: `nonce-${this.#nonce++}` };
  }
}

const held = smallCloud({
  machine: changed('machine', 'm-1', { phase: 'stopped' }),
  lease: changed('lease', 'lease-1', { phase: 'held', expires: noon + 3 }),
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'octopus-terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a script', () => {
  test('gets each reply once, in its last form', async () => {
    const printed = await new SmallBot().play('/vm new 4c 8g ubuntu\n/vm list\n');

    expect(printed).toMatch(/^build-box is running\n(?:.*\n)*?\nYour machines\n/);
    expect(printed).not.toContain('Making build-box');
    expect(printed.match(/build-box is running/g)).toHaveLength(1);
  });

  test('gets what the clock brings in order, each as it was first told', async () => {
    const bot = new SmallBot();
    const printed = await bot.play('.clock +13d\n.clock 1w 2d\n.clock soon\n');

    expect(bot.advanced).toBe((13 + 9) * 86_400);
    expect(printed).toMatch(
      /^The lease of build-box ends in 6 days 23 hours\n(?:.*\n)*?To Bob:\nThe lease of build-box has ended\n/,
    );
    expect(printed).not.toContain('being deleted');
    expect(printed).toContain('A length of time belongs here');
  });

  test('presses the newest button of that name, and hears what it costs', async () => {
    const bot = new SmallBot();
    const printed = await bot.play('new 4c 8g ubuntu\n.press delete\n.press DANCE\n.as bob\n.press delete\n');

    expect(printed).toContain('build-box is stopped now, and whatever runs on it is lost.');
    expect(printed).toContain('pressed {"ask":{"kind":"delete-machine","lease":"lease-1"}}');
    expect(printed).toContain(
      'No card has a button DANCE; these are there: [Renew 1 week] [Stop] [Restart] [Release] [Delete].',
    );
    expect(printed).toContain('No card has a button delete; there is none.');
    expect(bot.heard[1]?.said).toMatchObject({
      kind: 'press',
      message: { surface: 'terminal', address: 'ann' },
    });
  });

  test('speaks as whom it says, with an account of that user', async () => {
    const bot = new SmallBot();
    const printed = await bot.play('.as Bob\nlist\n.as nobody\n.as\n.attach\n.press\n.sa ann\n.help\n');

    expect(bot.heard.map(({ actor }) => [actor.account, actor.zone, actor.direct?.address])).toEqual([
      ['terminal:bob', 'UTC', 'bob'],
    ]);
    expect(printed).toContain('There is nobody called nobody; there are ann, bob.');
    expect(printed).toContain('Say as whom; there are ann, bob.');
    expect(printed).toContain('A file belongs here: .attach quota.clp.');
    expect(printed).toContain('Say which button; there is none.');
    expect(printed).toContain('There is no .sa. Did you mean .as?');
    expect(printed).toContain('.clock +13d');
  });

  test('sends a file with the next message only', async () => {
    const path = join(folder, 'quota.clp');
    writeFileSync(path, '(defrule a =>)');
    const bot = new SmallBot();
    const printed = await bot.play(`.attach ${path}\npolicy load\n.attach ${path}.not\nlist\n`);

    expect(printed).toContain('policy load quota.clp');
    expect(printed).toContain('cannot be read: there is no such file.');
    expect(bot.heard.map(({ said }) => (said.kind === 'text' ? said.files.length : -1))).toEqual([1, 0]);
  });

  test('is told in a sentence what a form would ask for', async () => {
    const printed = await new SmallBot().play('new 4c\n');

    expect(printed).toContain('New machine: this lacks memory, image.');
    expect(printed).toContain('For example: new 4c 8g ubuntu');
  });

  test('hands a message of 10,000 characters over as it is', async () => {
    const bot = new SmallBot();
    const text = `new ${'🐙'.repeat(5000)}`;
    const printed = await bot.play(`${text}\n`);

    expect(bot.heard[0]?.said).toMatchObject({ text });
    expect(printed).toContain('There is no image');
    expect(printed.length).toBeLessThan(1000);
  });

  test('reads one JSON object a line', async () => {
    const printed = await new SmallBot({ json: true }).play('new 4c 8g ubuntu\nlist\n.as nobody\n');
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(lines.map(({ to, at, title, note }) => [to, at, title ?? note])).toEqual([
      ['ann', noon, 'build-box is running'],
      ['ann', noon, 'Your machines'],
      ['ann', noon, 'There is nobody called nobody; there are ann, bob.'],
    ]);
    expect(Object.keys(lines[0] ?? {})).toEqual(['to', 'at', 'title', 'blocks', 'summary', 'tone']);
  });
});

describe('a person at the terminal', () => {
  test('sees progress redrawn in place', async () => {
    const printed = await new SmallBot({ interactive: true }).play('new 4c 8g ubuntu\n.exit\n');

    expect(printed).toContain('Making build-box');
    expect(printed).toMatch(/\[\d+A(?:.|\n)*build-box is running/);
  });

  test('fills a form in, question by question', async () => {
    const printed = await new SmallBot({ interactive: true }).play('new 4c\n\n8g\nubuntu\nx1\n\n');

    expect(printed).toContain('Memory (8g or 8192m): ');
    expect(printed).toContain('new 4c 8g ubuntu-24.04 named x1');
  });

  test('is asked before something is lost', async () => {
    const bot = new SmallBot({ interactive: true });
    const printed = await bot.play('.clock 6d\n.press release\nn\n.press release\ny');

    expect(printed.match(/Do it\? y\/N/g)?.length).toBeGreaterThan(0);
    expect(bot.heard.filter(({ said }) => said.kind === 'press')).toHaveLength(1);
  });
});
