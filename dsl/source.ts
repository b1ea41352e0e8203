import type { Origin } from '../engine/rule.ts';
import type { Span } from './diagnostic.ts';

/** A file's text, and the lines of its offsets. */
export class Source {
  readonly name: string;
  readonly text: string;
  /** Behind the last character that is not white space. */
  readonly contentEnd: number;
  readonly #lineStarts: readonly number[];

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    this.contentEnd = text.trimEnd().length;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** The stretch from an offset up to, and without, another. */
  span(start: number, end: number): Span {
    const line = this.#lineOf(start);
    const endLine = this.#lineOf(Math.max(start, end));
    return {
      file: this.name,
      line,
      column: start - (this.#lineStarts[line - 1] ?? 0) + 1,
      endLine,
      endColumn: Math.max(start, end) - (this.#lineStarts[endLine - 1] ?? 0) + 1,
    };
  }

  /** The number of the line that holds an offset: the last one that starts at it or before. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

/** Where a span begins, as the engine and the trail name places. */
export function originOf(span: Span): Origin {
  return { file: span.file, line: span.line, column: span.column };
}

/** From the start of one span to the end of another of the same file. */
export function spanning(first: Span, last: Span): Span {
  return { ...first, endLine: last.endLine, endColumn: last.endColumn };
}
