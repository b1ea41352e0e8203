import { closest, listed } from '../../dsl/suggest.ts';
import type { LeaseId } from '../../policies/model.ts';
import { echo, position, underlined } from './echo.ts';
import { lex, type Line, type Word } from './lexer.ts';
import type { GrammarWorld, Meaning } from './meaning.ts';

/** A file that goes with a sentence. */
export interface Attachment {
  readonly name: string;
  readonly text: string;
}

/** Corrections of one sentence that are tried one after the other. */
const CORRECTIONS_MAX = 5;
/** A corrected sentence becomes a button, which cannot carry more. */
const NEAREST_MAX = 400;

/** One sentence under one reader's eyes: its words, its world, and how a correction of it would be understood. */
export class Reading {
  readonly line: Line;
  readonly world: GrammarWorld;
  /** The text of a code block in the message. */
  readonly block: string | null;
  /** The message as it came. */
  readonly raw: string;
  readonly files: readonly Attachment[];
  readonly #understand: (reading: Reading) => Meaning;
  readonly #corrections: number;

  constructor(
    raw: string,
    world: GrammarWorld,
    files: readonly Attachment[],
    understand: (reading: Reading) => Meaning,
    corrections = 0,
  ) {
    const { rest, block } = withoutBlock(raw);
    this.raw = raw;
    this.line = lex(rest);
    this.world = world;
    this.block = block;
    this.files = files;
    this.#understand = understand;
    this.#corrections = corrections;
  }

  /** The answer to what cannot be understood. `better` would stand for the word in a corrected sentence. */
  unclear(word: Word | null, message: string, better: string | null = null): Meaning {
    const shown = word === null ? null : underlined(this.line, word);
    const nearest = word === null || better === null ? null : this.corrected(word.at, word.end, better);
    return { kind: 'unclear', problem: { message, shown, nearest } };
  }

  /** The sentence with one part replaced and all else that is near a known word corrected too; null if it still means nothing. */
  corrected(from: number, to: number, better: string): string | null {
    const { text } = this.line;
    return this.firstUnderstood([
      `${text.slice(0, from)}${better}${text.slice(to)}`.replaceAll(/\s+/gu, ' ').trim(),
    ]);
  }

  /** The first of some sentences that means something, as it stands or corrected. */
  firstUnderstood(sentences: readonly string[]): string | null {
    if (this.#corrections >= CORRECTIONS_MAX || this.block !== null || this.files.length > 0) return null;
    for (const sentence of sentences) {
      if (sentence.length > NEAREST_MAX) continue;
      const meaning = this.#understand(
        new Reading(sentence, this.world, [], this.#understand, this.#corrections + 1),
      );
      if (meaning.kind !== 'unclear') return sentence;
      if (meaning.problem.nearest !== null) return meaning.problem.nearest;
    }
    return null;
  }

  /** `` `8gg` at position 12``. */
  place(word: Word): string {
    return `\`${echo(word.text)}\` at position ${position(this.line, word)}`;
  }

  /** The lease of the machine that a word names, by its name or as `lease-17`; somebody else's too, since rules say who may. */
  leaseNamed(word: Word): LeaseId | null {
    return (
      this.world.machines.find(({ name, lease }) => name === word.key || lease === word.key)?.lease ?? null
    );
  }

  unknownMachine(word: Word): Meaning {
    const { machines, admin } = this.world;
    const names = machines.filter(({ mine }) => mine || admin).map(({ name }) => name);
    const lacks = admin ? 'there is no machine' : 'you have no machine';
    const has = names.length === 0 ? '' : `; there ${names.length === 1 ? 'is' : 'are'} ${listed(names)}`;
    return this.unclear(word, `${lacks} called ${this.place(word)}${has}.`, closest(word.key, names));
  }
}

/**
 * A message without its code block, and the block's text. The block is fenced by three or more back-quotes, or by what
 * phones make of them; without a closing fence it goes to the end.
 */
function withoutBlock(raw: string): { readonly rest: string; readonly block: string | null } {
  const open = /`{3,}|[\u{B4}\u{2018}\u{2019}']{3,}/u.exec(raw);
  if (open === null) return { rest: raw, block: null };
  const [fence] = open;
  const after = open.index + fence.length;
  const close = fence.startsWith('`') ? raw.indexOf(fence, after) : quoteFence(raw, after);
  const end = close === -1 ? raw.length : close;
  const inside = raw.slice(after, end).replace(/^[\w+-]*[ \t]*\r?\n/u, '');
  const block = inside.endsWith('\n') ? inside.slice(0, -1) : inside;
  const rest = `${raw.slice(0, open.index)} ${raw.slice(end).replace(/^[`\u{B4}\u{2018}\u{2019}']+/u, '')}`;
  return { rest, block: straightened(block) };
}

function quoteFence(raw: string, from: number): number {
  const found = raw.slice(from).search(/[\u{B4}\u{2018}\u{2019}']{3,}/u);
  return found === -1 ? -1 : from + found;
}

/** A text whose strings are all in curly quotes came through a phone: in the language only straight ones begin a string. */
function straightened(text: string): string {
  return text.includes('"') ? text : text.replaceAll(/[\u{201C}\u{201D}\u{201E}]/gu, '"');
}
