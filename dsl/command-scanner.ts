/**
 * Finds where a command ends in a text that comes piece by piece, as CLIPS 6.30 does it: at the end of a line behind which
 * no parenthesis is open. What follows the first form or word on that line belongs to the same text, and nobody reads it.
 */
export class CommandScanner {
  #text = '';
  #depth = 0;
  #hasContent = false;
  #inside: 'nothing' | 'string' | 'escape' | 'comment' = 'nothing';

  /** Takes one character; the text of a command when it is complete with that, else null. */
  take(character: string): string | null {
    this.#text += character;
    const isLineEnd = character === '\n' || character === '\r';
    switch (this.#inside) {
      case 'escape':
        this.#inside = 'string';
        return null;
      case 'string':
        if (character === '\\') this.#inside = 'escape';
        else if (character === '"') this.#inside = 'nothing';
        return null;
      case 'comment':
        if (!isLineEnd) return null;
        this.#inside = 'nothing';
        break;
      case 'nothing':
        this.#count(character);
    }
    return isLineEnd && this.#hasContent && this.#depth === 0 ? this.#finish() : null;
  }

  /** Whether a command has begun and is not complete. */
  get isOpen(): boolean {
    return this.#hasContent;
  }

  /** Forgets what was taken since the last command. */
  clear(): void {
    this.#finish();
  }

  #count(character: string): void {
    if (character === '"') {
      this.#hasContent = true;
      this.#inside = 'string';
    } else if (character === ';') this.#inside = 'comment';
    else if (character === '(') {
      // Behind a word, which is a command by itself, a parenthesis opens nothing.
      if (this.#depth > 0 || !this.#hasContent) this.#depth += 1;
      this.#hasContent = true;
    } else if (character === ')') {
      if (this.#depth > 0) this.#depth -= 1;
      this.#hasContent = true;
    } else if (character > ' ') this.#hasContent = true;
  }

  #finish(): string {
    const text = this.#text;
    this.#text = '';
    this.#depth = 0;
    this.#hasContent = false;
    this.#inside = 'nothing';
    return text;
  }
}
