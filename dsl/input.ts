import type { Routers } from './routers.ts';

/** A batch file that is being read as if it was typed. */
interface Batch {
  readonly text: string;
  at: number;
  /** Where the line begins that has not been shown yet. */
  shownTo: number;
}

/** How often a program may ask for more than there is: who asks in a loop until somebody answers would ask for ever. */
const ASKS_PAST_END_MAX = 100_000;

/**
 * What is typed, character by character: the batch files that are open, the last one first, then the terminal. Commands and the
 * functions that read from `t` share it, as in CLIPS: `read` within a batch takes what follows in the batch.
 */
export class Input {
  readonly #routers: Routers;
  readonly #batches: Batch[] = [];
  readonly #giveUp: () => void;
  #typed = '';
  #at = 0;
  #asksPastEnd = 0;

  /** `giveUp` is called for a program that goes on asking although there is nothing more. */
  constructor(routers: Routers, giveUp: () => void) {
    this.#routers = routers;
    this.#giveUp = giveUp;
  }

  /** Text that was typed before anybody asked for it. */
  type(text: string): void {
    this.#typed = this.#typed.slice(this.#at) + text;
    this.#at = 0;
  }

  /** Reads a text first, before what is left of everything else. */
  batch(text: string): void {
    this.#batches.push({ text, at: 0, shownTo: 0 });
  }

  /** Reads nothing more of what was to be read before the terminal. */
  forgetBatches(): void {
    this.#batches.length = 0;
  }

  /** Whether a character is there without asking the terminal. */
  isReady(): boolean {
    for (let top = this.#batches.at(-1); top !== undefined; top = this.#batches.at(-1)) {
      if (top.at < top.text.length) return true;
      this.#routers.print(top.text.slice(top.shownTo));
      this.#batches.pop();
    }
    return this.#at < this.#typed.length;
  }

  /** The next character; null when there will be none. Lines of a batch are shown as they have been read. */
  next(): string | null {
    if (!this.isReady()) {
      const line = this.#routers.ask();
      if (line === null) {
        this.#asksPastEnd += 1;
        if (this.#asksPastEnd > ASKS_PAST_END_MAX) this.#giveUp();
        return null;
      }
      this.type(line);
    }
    const top = this.#batches.at(-1);
    if (top === undefined) {
      const character = this.#typed[this.#at] ?? '';
      this.#at += 1;
      this.#routers.heard(character);
      return character;
    }
    const character = top.text[top.at] ?? '';
    top.at += 1;
    if (character === '\n') {
      this.#routers.print(top.text.slice(top.shownTo, top.at));
      top.shownTo = top.at;
    }
    return character;
  }

  /** The next line without its end; null when there is none. */
  line(): string | null {
    let line = '';
    for (let character = this.next(); character !== '\n' && character !== '\r'; character = this.next()) {
      if (character === null) return line === '' ? null : line;
      line += character;
    }
    return line;
  }
}
