import { closest, listed } from '../../dsl/suggest.ts';
import type { ImageName } from '../../policies/model.ts';
import { isMachineName } from '../names.ts';
import type { Word } from './lexer.ts';
import { NOTHING_KNOWN, type Known, type Meaning } from './meaning.ts';
import { measured } from './measured.ts';
import { meansCores, quantity } from './quantity.ts';
import type { Reading } from './reading.ts';

const NAME_WORDS = new Set(['called', 'named', 'name', '-n', '--name']);
const LENGTH_WORDS = new Set(['for', '--for', '--length', 'during']);
const IMAGE_WORDS = new Set(['--image', '-i', 'image', 'from']);
/** Words that people put around the ones that count. */
const FILLERS = new Set(
  'a an the and with of at please me my machine vm server box ram memory mem --memory --cores --cpu -c -m lease'.split(
    ' ',
  ),
);
const KEYWORDS = ['called', 'named', 'for', 'cores', 'memory', 'weeks', 'days', 'hours'];

/** `new`: sizes, image, name and length of the lease in any order. */
export function newMachine(reading: Reading, words: readonly Word[]): Meaning {
  const spec = new Spec(reading);
  let index = 0;
  while (index < words.length) {
    const taken = spec.take(words, index);
    if (typeof taken !== 'number') return taken;
    index += taken;
  }
  return spec.meaning();
}

/** A machine's specification as it fills up, word by word. */
class Spec {
  readonly #reading: Reading;
  #known: Known = NOTHING_KNOWN;
  readonly #bare: Word[] = [];
  readonly #others: Word[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Reads at an index: how many words it took, or what is wrong with them. */
  take(words: readonly Word[], index: number): number | Meaning {
    const word = words[index] as Word;
    const next = words[index + 1];
    if (NAME_WORDS.has(word.key)) {
      if (next === undefined)
        return this.#reading.unclear(word, `a name should follow ${this.#reading.place(word)}.`);
      return this.#takeName(next) ?? 2;
    }
    if (LENGTH_WORDS.has(word.key)) {
      const taken = this.#takeQuantity(words, index + 1, true);
      if (taken === 0)
        return this.#reading.unclear(
          word,
          `a length of time such as 2w or 30d should follow ${this.#reading.place(word)}.`,
        );
      return typeof taken === 'number' ? taken + 1 : taken;
    }
    const image = this.#imageNamed(word);
    if (image !== null) return this.#set('image', image, word) ?? 1;
    if (IMAGE_WORDS.has(word.key)) return 1;
    const cores = meansCores(word.key) && next !== undefined ? quantity(`${next.key}c`) : null;
    if (cores?.kind === 'cores') return this.#set('cores', cores.value, word) ?? 2;
    const taken = this.#takeQuantity(words, index, false);
    if (taken !== 0) return taken;
    if (!FILLERS.has(word.key)) this.#others.push(word);
    return 1;
  }

  meaning(): Meaning {
    const [bare] = this.#bare;
    if (bare !== undefined) {
      const unit = this.#known.cores === null ? 'c' : 'g';
      const message = `${this.#reading.place(bare)} is a number without a unit. Cores look like 4c, memory like 8g.`;
      return this.#reading.unclear(bare, message, `${bare.key}${unit}`);
    }
    for (const word of this.#others) {
      const problem = this.#takeOther(word);
      if (problem !== null) return problem;
    }
    const { cores, memory, image, name, length } = this.#known;
    if (cores !== null && memory !== null && image !== null)
      return { kind: 'ask', ask: { kind: 'new-machine', cores, memory, image, name, length } };
    const known = this.#known;
    const fields = (['cores', 'memory', 'image'] as const).filter((field) => known[field] === null);
    return { kind: 'missing', missing: { verb: 'new', known, fields } };
  }

  #takeName(word: Word): Meaning | null {
    if (isMachineName(word.key)) return this.#set('name', word.key, word);
    const message = `${this.#reading.place(word)} cannot be a name: names are 1 to 40 of a-z, 0-9 and hyphens.`;
    return this.#reading.unclear(word, message, nearName(word.key));
  }

  #takeQuantity(words: readonly Word[], index: number, lengthMeant: boolean): number | Meaning {
    const read = measured(this.#reading, words, index, lengthMeant);
    if (read === null) return 0;
    if ('problem' in read) return read.problem;
    const { quantity: amount, word, taken } = read;
    if (amount.kind === 'number') this.#bare.push(word);
    else {
      if (lengthMeant && amount.kind !== 'length') {
        const message = `${this.#reading.place(word)} is not a length of time. A length looks like 12h, 30d or 2w.`;
        return this.#reading.unclear(word, message);
      }
      const problem = this.#set(amount.kind, amount.value, word);
      if (problem !== null) return problem;
    }
    return taken;
  }

  #set<Part extends keyof Known>(part: Part, value: NonNullable<Known[Part]>, word: Word): Meaning | null {
    if (this.#known[part] === null || this.#known[part] === value) {
      this.#known = { ...this.#known, [part]: value };
      return null;
    }
    const what = part === 'length' ? 'length of the lease' : part;
    return this.#reading.unclear(word, `with ${this.#reading.place(word)} the ${what} is given twice.`, '');
  }

  #imageNamed({ key }: Word): ImageName | null {
    const { images } = this.#reading.world;
    const found = images.find(({ name, aliases }) => name.toLowerCase() === key || aliases.includes(key));
    return found?.name ?? null;
  }

  /** A word that is nothing by itself: a misspelt image or keyword, or, once the image is known, the machine's name. */
  #takeOther(word: Word): Meaning | null {
    const { images } = this.#reading.world;
    const place = this.#reading.place(word);
    if (this.#known.image === null) {
      const near = closest(
        word.key,
        images.flatMap(({ name, aliases }) => [...aliases, name]),
      );
      const keyword = near === null ? closest(word.key, KEYWORDS) : null;
      const names = images.map(({ name, aliases }) => aliases[0] ?? name);
      return this.#reading.unclear(
        word,
        `there is no image ${place}; there are ${listed(names)}.`,
        near ?? keyword,
      );
    }
    const keyword = closest(word.key, KEYWORDS);
    if (keyword !== null && word.key.length > 2)
      return this.#reading.unclear(word, `I do not know what ${place} means here.`, keyword);
    if (this.#known.name === null) return this.#takeName(word);
    return this.#reading.unclear(word, `I do not know what ${place} means here.`, '');
  }
}

/** What of a word can be a name. */
function nearName(key: string): string | null {
  const near = key
    .slice(0, 200)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/gu, '');
  return near === '' ? null : near;
}
