import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { closest } from '../../dsl/suggest.ts';
import { helpTopics, type Attachment } from '../grammar.ts';
import { quantity } from '../grammar/quantity.ts';
import type { Field, Form, Said } from '../surface.ts';
import { pressToken } from '../token.ts';
import { Lines } from './lines.ts';
import type { ScreenOptions, TerminalUser } from './screen.ts';
import type { TerminalSurface } from './terminal-surface.ts';

/** Files that go with a message; the platforms' bound is ours too. */
const FILE_SIZE_MAX = 256 * 1024;

export interface ChatOptions extends ScreenOptions {
  readonly input: NodeJS.ReadableStream;
  /** Moves the clock of the cloud forward, so many seconds. */
  advance(seconds: number): Promise<void>;
  /** Resolves when all that was asked for has ended and its notices are in their last form. */
  settled(): Promise<void>;
}

/**
 * A conversation on a surface that is started. Lines are messages; lines that begin with a dot steer. A script gets its
 * answers line by line, each when its piece of work has ended. Resolves when the input has ended and all work with it.
 */
export async function chat(surface: TerminalSurface, options: ChatOptions): Promise<void> {
  await new Conversation(surface, options).run();
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'we may not',
};

const STEERING: Readonly<Record<string, string>> = {
  '.as': '.as bob            speak as somebody else',
  '.clock': '.clock +13d        move the clock forward',
  '.attach': '.attach FILE       send a file with the next message',
  '.press': '.press BUTTON      press a button of the newest card that has it',
  '.help': '.help              this',
  '.exit': '.exit              leave',
};

class Conversation {
  readonly #surface: TerminalSurface;
  readonly #options: ChatOptions;
  readonly #lines: Lines;
  #user: TerminalUser;
  #files: Attachment[] = [];

  constructor(surface: TerminalSurface, options: ChatOptions) {
    const [first] = options.users;
    if (first === undefined) throw new Error('nobody is there to talk');
    this.#surface = surface;
    this.#options = options;
    this.#user = first;
    surface.screen.reader = first.id;
    const output = options.interactive ? options.output : null;
    this.#lines = new Lines(options.input, output, (line) => this.#completions(line));
    surface.screen.prompt = () => this.#lines.prompt();
  }

  async run(): Promise<void> {
    for (;;) {
      const line = await this.#lines.next(`${this.#user.id}> `);
      if (line === null || line.trim() === '.exit') break;
      this.#surface.screen.scrolled();
      if (line.trim() === '') continue;
      await (line.startsWith('.') ? this.#steer(line) : this.#message(line));
      if (!this.#options.interactive) await this.#settle();
    }
    this.#lines.close();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.#options.settled();
    this.#surface.screen.flush();
  }

  async #message(text: string): Promise<void> {
    const files = this.#files.splice(0);
    await this.#say({ kind: 'text', text, files });
  }

  async #say(said: Said): Promise<void> {
    const form = await this.#surface.hear(this.#user, said);
    if (form === null) return;
    if (this.#options.interactive) await this.#fillIn(form);
    else this.#surface.showForm(this.#user, form);
  }

  async #steer(line: string): Promise<void> {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/u.exec(line.trim()) ?? [];
    switch (word) {
      case '.as':
        return this.#as(rest);
      case '.clock':
        return await this.#clock(rest);
      case '.attach':
        return await this.#attach(rest);
      case '.press':
        return await this.#press(rest);
      case '.help':
        return this.#note(
          `${Object.values(STEERING).join('\n')}\nEverything else is a message; help says which.`,
        );
      default: {
        const near = closest(word, Object.keys(STEERING));
        return this.#note(
          `There is no ${word.slice(0, 40)}.${near === null ? ' .help shows what there is.' : ` Did you mean ${near}?`}`,
        );
      }
    }
  }

  #as(name: string): void {
    const wanted = name.toLowerCase();
    const { users } = this.#options;
    const user = users.find(({ id, name: called }) =>
      [id.toLowerCase(), called.toLowerCase()].includes(wanted),
    );
    if (user === undefined) {
      const asked = name === '' ? 'Say as whom' : `There is nobody called ${name.slice(0, 40)}`;
      return this.#note(`${asked}; there are ${users.map(({ id }) => id).join(', ')}.`);
    }
    this.#user = user;
    this.#surface.screen.reader = user.id;
  }

  async #clock(text: string): Promise<void> {
    const lengths = text
      .replace(/^\+/u, '')
      .split(/\s+/u)
      .map((part) => quantity(part.toLowerCase(), { lengthMeant: true }));
    const seconds = lengths.reduce(
      (sum, read) => sum + (read.kind === 'length' ? read.value : Number.NaN),
      0,
    );
    if (Number.isNaN(seconds))
      return this.#note('A length of time belongs here: .clock +13d, .clock +2h, .clock +1w 2d.');
    await this.#options.advance(seconds);
  }

  async #attach(path: string): Promise<void> {
    if (path === '') return this.#note('A file belongs here: .attach quota.clp.');
    const text = await this.#fileText(path);
    if (text === null) return;
    this.#files = [{ name: basename(path), text }];
    this.#note(`${basename(path)} goes with the next message.`);
  }

  async #fileText(path: string): Promise<string | null> {
    try {
      if ((await stat(path)).size <= FILE_SIZE_MAX) return await readFile(path, 'utf8');
      this.#note(`${basename(path)} has more than ${FILE_SIZE_MAX / 1024} KB.`);
    } catch (error) {
      if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
      const why = FILE_FAULTS[String(error.code)] ?? String(error.code);
      this.#note(`${path.slice(0, 200)} cannot be read: ${why}.`);
    }
    return null;
  }

  async #press(label: string): Promise<void> {
    const { screen } = this.#surface;
    const found = screen.button(this.#user.id, label);
    if (found === null) {
      const labels = screen.labels(this.#user.id);
      const there =
        labels.length === 0
          ? 'there is none'
          : `these are there: ${labels.map((one) => `[${one}]`).join(' ')}`;
      const asked = label === '' ? 'Say which button' : `No card has a button ${label.slice(0, 40)}`;
      return this.#note(`${asked}; ${there}.`);
    }
    const { button, card, message } = found;
    if (button.confirm !== undefined && !(await this.#isConfirmed(button.confirm))) return;
    const ref = { surface: this.#surface.name, address: this.#user.id, message };
    await this.#say({ kind: 'press', token: pressToken(button.sends, card.nonce), message: ref });
  }

  /** A script that presses has decided already; it is told what that costs. */
  async #isConfirmed(cost: string): Promise<boolean> {
    this.#note(cost);
    if (!this.#options.interactive) return true;
    const answer = await this.#lines.next('Do it? y/N ');
    return answer !== null && /^y(?:es)?$/iu.test(answer.trim());
  }

  /** Asks for one field after the other; an empty answer takes what is known already. Problems are asked again. */
  async #fillIn(form: Form): Promise<void> {
    this.#note(`${form.title} (an empty line leaves it as it is, .exit gives up)`);
    const values: Record<string, string> = {};
    for (const field of form.fields) {
      const value = await this.#ask(field);
      if (value === null) return;
      values[field.id] = value;
    }
    await this.#say({ kind: 'form', token: form.token, values });
  }

  async #ask({ label, hint, value, optional, choices }: Field): Promise<string | null> {
    if (choices !== undefined) this.#note(choices.map((choice) => `  ${choice.label}`).join('\n'));
    for (;;) {
      const known = value === undefined ? '' : ` [${value}]`;
      const answer = await this.#lines.next(`${label}${hint === undefined ? '' : ` (${hint})`}${known}: `);
      if (answer === null || answer.trim() === '.exit') return null;
      const said = answer.trim() === '' ? (value ?? '') : answer.trim();
      const choice = choices?.find((one) => one.label.toLowerCase() === said.toLowerCase());
      if (said !== '' || optional) return choice?.value ?? said;
    }
  }

  #completions(line: string): readonly string[] {
    const words = line.startsWith('.press ')
      ? this.#surface.screen.labels(this.#user.id).map((label) => `.press ${label}`)
      : [
          ...helpTopics(true).map(({ verb }) => `${verb} `),
          ...Object.keys(STEERING).map((word) => `${word} `),
        ];
    return words.filter((word) => word.toLowerCase().startsWith(line.toLowerCase()));
  }

  #note(text: string): void {
    this.#surface.screen.say(text);
  }
}
