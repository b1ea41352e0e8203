import type { Element } from './cards.ts';

/** How much of a card's size is left while it is drawn, counted in bytes of its JSON. */
export class Room {
  #left: number;
  #wasShort = false;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Something had to be left out. */
  get wasShort(): boolean {
    return this.#wasShort;
  }

  fits(value: unknown): boolean {
    return bytesOf(value) <= this.#left;
  }

  /** Takes the room of what is drawn in any case. */
  reserve(value: unknown): void {
    this.#left -= bytesOf(value);
  }

  /** Takes the room of an element, or says that there is none. */
  take(value: unknown): boolean {
    const bytes = bytesOf(value);
    const fits = bytes <= this.#left;
    if (fits) this.#left -= bytes;
    else this.#wasShort = true;
    return fits;
  }

  /**
   * One element per line of a text, as many as fit; the last one shortened where that helps. Empty lines only set the next
   * line apart.
   */
  texts(text: string, draw: (line: string, apart: boolean) => Element): Element[] {
    const elements: Element[] = [];
    let apart = true;
    for (const line of text.split('\n')) {
      if (/^[ \t\r]*$/.test(line)) {
        apart = true;
        continue;
      }
      const place = apart;
      const element = draw(line, place);
      if (!this.take(element)) {
        const part = this.#longestPart(line, (shorter) => draw(shorter, place));
        if (part !== null) elements.push(part);
        break;
      }
      elements.push(element);
      apart = false;
    }
    return elements;
  }

  /** An element around the longest beginning of a list that fits; nothing around an empty one. */
  list<Item>(items: readonly Item[], draw: (items: readonly Item[]) => Element): Element[] {
    if (items.length === 0) return [];
    let left = this.#left - bytesOf(draw([]));
    const shown = items.slice(0, countFitting());
    if (shown.length < items.length) this.#wasShort = true;
    if (shown.length === 0) return [];
    const element = draw(shown);
    this.reserve(element);
    return [element];

    function countFitting(): number {
      const none = bytesOf(draw([]));
      for (const [index, item] of items.entries()) {
        left -= bytesOf(draw([item])) - none + COMMA;
        if (left < 0) return index;
      }
      return items.length;
    }
  }

  /** Halves a line until it fits; a handful of characters is not worth showing. */
  #longestPart(line: string, draw: (line: string) => Element): Element | null {
    for (let length = Math.floor(line.length / 2); length >= 16; length = Math.floor(length / 2)) {
      const element = draw(shortened(line, length));
      if (this.fits(element)) {
        this.reserve(element);
        return element;
      }
    }
    return null;
  }
}

const COMMA = 1;

/** A text of at most so many characters, with an ellipsis where it was cut. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** With the comma that stands behind it in a list. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8') + COMMA;
}
