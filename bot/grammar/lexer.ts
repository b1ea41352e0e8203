/** A word of a sentence, and where it stands in it (an index into `Line.text`). */
export interface Word {
  /** As written, without the quotes around it. */
  readonly text: string;
  /** In lower case, for comparing. */
  readonly key: string;
  readonly at: number;
  readonly end: number;
}

/** A sentence as we read it: one line, plain spaces, straight quotes, plain dashes. */
export interface Line {
  readonly text: string;
  readonly words: readonly Word[];
}

/** Words of one sentence that are looked at; nothing that we understand is nearly as long. */
const WORDS_MAX = 200;
/** Words that are written as one. */
const PIECES_MAX = 8;

/** Cuts a sentence into words. Any text will do. */
export function lex(text: string): Line {
  const line = normalised(text);
  const words: Word[] = [];
  const piece = /(["'])((?:(?!\1).)*)\1(?=[\s,;]|$)|\S+/gu;
  for (const match of line.matchAll(piece)) {
    if (words.length >= WORDS_MAX) break;
    if (match[2] !== undefined) words.push(word(match[2], match.index, match.index + match[0].length));
    else words.push(...pieces(match[0], match.index));
  }
  return { text: line, words };
}

/** What phones and word processors make of plain text, made plain again; what cannot be seen is dropped. */
function normalised(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u{200B}-\u{200D}\u{2060}\u{FEFF}\u{AD}]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\u{201C}\u{201D}\u{201E}\u{201F}\u{AB}\u{BB}\u{2033}]/gu, '"')
    .replaceAll(/[\u{2018}\u{2019}\u{201A}\u{201B}\u{B4}\u{2032}]/gu, "'")
    .replaceAll(/[\u{2014}\u{2015}]/gu, '--')
    .replaceAll(/[\u{2010}-\u{2013}\u{2212}]/gu, '-')
    .trim();
}

/** `4c/8g`, `4c,8g` and `name=x` are several words each; a full stop or a comma at the end is not part of a word. */
function pieces(text: string, at: number): readonly Word[] {
  const found: Word[] = [];
  let start = 0;
  while (start < text.length && found.length < PIECES_MAX) {
    const rest = text.slice(start);
    const cut = /^\d[^/,;]*(?=[/,;])/u.exec(rest) ?? /^-{0,2}[a-z]{1,20}(?==.)/iu.exec(rest);
    const bare = (cut?.[0] ?? rest).replace(/(?!^\?$)[.,;!?:]+$/u, '');
    if (bare !== '') found.push(word(bare, at + start, at + start + bare.length));
    start += cut === null ? rest.length : cut[0].length + 1;
  }
  return found;
}

function word(text: string, at: number, end: number): Word {
  return { text, key: text.toLowerCase(), at, end };
}
