// Cuts a text into the texts of single constructs and commands, before any grammar looks at them: an error in one of
// them cannot spread into the next. Every character is looked at twice at most.

/** A form in parentheses, or a run of text that stands between forms. Offsets into the text; `end` is behind the last character. */
export type Piece =
  | { readonly kind: 'stray'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'form';
      readonly start: number;
      readonly end: number;
      /** Parentheses left open at its end. */
      readonly open: number;
      /** Where a string begins that is not closed. */
      readonly openString: number | null;
      /** Where parentheses nest deeper than `depthMax`. */
      readonly tooDeep: number | null;
    };

type Form = Extract<Piece, { kind: 'form' }>;

/** Deepest nesting of parentheses: what comes after the reader walks trees by recursion. */
export const depthMax = 100;

// A construct never stands inside another one. Where one begins a line, whatever is still open was left open by mistake.
const constructHead =
  /\((?:deftemplate|deffacts|defglobal|deffunction|defrule|defmodule|defclass|definstances|defgeneric|defmethod|defmessage-handler)(?=[\s"()&|<~;])/y;

const blank = /\s/;

/** All pieces of a text that has ended. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let isMending = false;
  for (let at = 0; ;) {
    const piece = nextPiece(text, at, { isMending });
    if (piece === null) return found;
    if (piece.kind === 'form' && piece.openString !== null && !isMending) {
      // A quote is missing somewhere, and swallowed what follows: read again from here, not trusting strings over constructs.
      isMending = true;
      continue;
    }
    found.push(piece);
    at = piece.end;
  }
}

/**
 * The piece that begins at an offset or behind it, comments and white space skipped; null when there is none. Of a stream
 * that goes on, a form with something open may be incomplete: read on, and ask again from the same offset.
 *
 * `isMending`: a string that runs over the first line of a construct is taken as left open before that line.
 */
export function nextPiece(text: string, from: number, { isMending = false } = {}): Piece | null {
  const start = afterBlank(text, from);
  if (start >= text.length) return null;
  return text[start] === '(' ? formAt(text, start, isMending) : strayAt(text, start);
}

function formAt(text: string, start: number, isMending: boolean): Form {
  let depth = 0;
  let tooDeep: number | null = null;
  let isFirstOnLine = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '(') {
      if (depth > 0 && isFirstOnLine && beginsConstruct(text, at)) {
        return { kind: 'form', start, end: at, open: depth, openString: null, tooDeep };
      }
      depth++;
      if (depth > depthMax) tooDeep ??= at;
    } else if (character === ')') {
      depth--;
      if (depth === 0) return { kind: 'form', start, end: at + 1, open: 0, openString: null, tooDeep };
    } else if (character === '"') {
      const { end, isClosed } = stringAt(text, at, isMending);
      if (!isClosed) return { kind: 'form', start, end, open: depth, openString: at, tooDeep };
      at = end - 1;
    } else if (character === ';') {
      at = lineEnd(text, at) - 1;
    }
    if (character === '\n') isFirstOnLine = true;
    else if (character !== undefined && !blank.test(character)) isFirstOnLine = false;
  }
  return { kind: 'form', start, end: text.length, open: depth, openString: null, tooDeep };
}

/** Everything up to the next form; parentheses that close nothing are a piece of their own. */
function strayAt(text: string, start: number): Piece {
  const isClose = text[start] === ')';
  let end = start;
  const belongs = (character: string | undefined): boolean =>
    isClose ? character === ')' : character !== undefined && character !== '(';
  for (let at = start; belongs(text[at]);) {
    if (text[at] === '"') at = stringAt(text, at, true).end;
    else at += 1;
    end = at;
    at = afterBlank(text, at);
  }
  return { kind: 'stray', start, end };
}

function stringAt(text: string, start: number, isMending: boolean): { end: number; isClosed: boolean } {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '"') return { end: at + 1, isClosed: true };
    else if (character === '\n' && isMending && beginsConstruct(text, at + 1))
      return { end: at, isClosed: false };
  }
  return { end: text.length, isClosed: false };
}

function beginsConstruct(text: string, at: number): boolean {
  constructHead.lastIndex = at;
  return constructHead.test(text);
}

function afterBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === ';') at = lineEnd(text, at);
    else if (blank.test(character)) at++;
    else break;
  }
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
