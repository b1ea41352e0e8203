import type { Comment } from './items.ts';

/** Text in the making, with the column that it has reached, counted from 0. */
export class Writer {
  readonly #lines: string[] = [];
  #line = '';
  #isClosed = false;

  get column(): number {
    return this.#line.length;
  }

  /** A comment ends the line: nothing may follow it there. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Lines that are complete. */
  get lines(): number {
    return this.#lines.length;
  }

  /** Everything that was put, without blank lines at the end. */
  get text(): string {
    return [...this.#lines, this.#line].join('\n').trimEnd();
  }

  /** Adds text; a string may bring line breaks of its own, and keeps what stands before them. */
  put(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.#lines.push(this.#line + line);
      this.#line = '';
    }
    this.#line += last;
  }

  newLine(indent: number): void {
    this.#lines.push(this.#line.trimEnd());
    this.#line = ' '.repeat(indent);
    this.#isClosed = false;
  }

  /** A line of its own at the indent, begun if it is not. */
  freshLine(indent: number): void {
    if (this.#isClosed || this.#line.trim() !== '' || this.#line.length !== indent) this.newLine(indent);
  }

  /** A comment at the end of the line. */
  end(comment: string): void {
    this.put(` ${comment}`);
    this.#isClosed = true;
  }

  /** Comments on lines of their own, and the line behind them is begun. */
  comments(comments: readonly Comment[], indent: number): void {
    for (const { text, blank } of comments) {
      this.freshLine(indent);
      if (blank) this.newLine(indent);
      this.put(text);
      this.newLine(indent);
    }
  }
}
