import { formOf, wordOf, type Form, type Item, type Word } from './items.ts';
import { Writer } from './writer.ts';

/** Lines are this long at most, unless one word is longer. */
export const WIDTH = 120;
/** Loops and branches longer than this stand on several lines. */
const CONTROL_WIDTH = 80;
/** Arguments stand below the first of them, unless that leaves less than this. */
const ROOM_MIN = 50;
const INDENT = 2;

/** Forms whose parts stand one below the other when they do not fit on a line. */
const stacked: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'exists',
  'forall',
  'logical',
  'best',
  'test',
  'assert',
  'progn',
  'declare',
]);

/** Forms with a body, and how many words or forms stand on the line of their head. */
const bodied: ReadonlyMap<string, number> = new Map([
  ['while', 1],
  ['loop-for-count', 1],
  ['foreach', 2],
  ['progn$', 1],
  ['switch', 1],
  ['case', 2],
  ['default', 0],
  ['do-for-fact', 2],
  ['do-for-all-facts', 2],
  ['delayed-do-for-all-facts', 2],
]);

/** One construct in the house format, without a line break at its end; comments before it are left to the caller. */
export function laidOut(item: Item): string {
  const writer = new Writer();
  new Layout(writer).construct(item);
  return writer.text;
}

class Layout {
  readonly #writer: Writer;
  readonly #flat = new Map<Form, string | null>();

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  construct(item: Item): void {
    const writer = this.#writer;
    const form = formOf(item);
    if (form === null) this.#parts(item, 0);
    else if (wordOf(form.items[0]) === 'defglobal') this.#globals(form);
    else if (wordOf(form.items[0])?.startsWith('def') === true) this.#definition(form);
    else this.#form(form, 0);
    if (item.after !== null) writer.end(item.after);
  }

  /** The name, parameters and comment stand on the first line; everything else has a line of its own. */
  #definition(form: Form): void {
    const writer = this.#writer;
    const { items } = form;
    writer.put('(');
    let at = 0;
    for (; at < items.length && isHeader(items, at); at += 1) {
      const item = items[at] as Item;
      const isTooLong = writer.column + (this.#flatOf(item)?.length ?? 0) + 1 > WIDTH;
      if (at > 1 && isTooLong && !isMultiline(item)) writer.newLine(INDENT);
      else if (at > 0 && !writer.isClosed) writer.put(' ');
      this.#item(item, INDENT, 0);
    }
    this.#stack(items.slice(at), INDENT, 1);
    this.#close(form, INDENT, 0);
  }

  #globals(form: Form): void {
    const writer = this.#writer;
    const first = form.items.findIndex((item) => item.parts.length > 1);
    const head = first < 0 ? form.items : form.items.slice(0, first);
    writer.put('(');
    for (const [at, item] of head.entries()) {
      if (at > 0 && !writer.isClosed) writer.put(' ');
      this.#item(item, INDENT, 0);
    }
    const indent = writer.isClosed ? INDENT : writer.column + 1;
    if (!writer.isClosed && head.length < form.items.length) writer.put(' ');
    for (const [at, item] of form.items.slice(head.length).entries()) {
      if (at > 0 || writer.isClosed) this.#nextLine(item, indent);
      this.#item(item, indent, at === form.items.length - head.length - 1 ? 1 : 0);
    }
    this.#close(form, indent, 0);
  }

  /** Items one below the other, each on its line. `closers`: how many parentheses follow the last one. */
  #stack(items: readonly Item[], indent: number, closers: number): void {
    for (const [at, item] of items.entries()) {
      this.#nextLine(item, indent);
      this.#item(item, indent, at === items.length - 1 ? closers : 0);
    }
  }

  /** A new line for an item; a blank line before it is kept. */
  #nextLine(item: Item, indent: number): void {
    if (item.blank && item.lead.length === 0) this.#writer.newLine(0);
    this.#writer.newLine(indent);
  }

  /** An item with its comments; it begins where the writer stands. */
  #item(item: Item, indent: number, closers: number): void {
    const writer = this.#writer;
    if (item.lead.length > 0 || writer.isClosed) {
      writer.freshLine(indent);
      const [first, ...others] = item.lead;
      if (first !== undefined) writer.comments([first, ...others], indent);
      if (item.blank && item.lead.length > 0) writer.newLine(indent);
    }
    this.#parts(item, closers);
    if (item.after !== null) writer.end(item.after);
  }

  #parts(item: Item, closers: number): void {
    const writer = this.#writer;
    const whole = this.#flatOf(item);
    if (whole !== null && this.#fits(whole.length + closers) && !this.#isTooControlled(item, whole)) {
      writer.put(whole);
      return;
    }
    const start = writer.column;
    for (const [at, part] of item.parts.entries()) {
      const isLast = at === item.parts.length - 1;
      if (at > 0 && item.spaced) writer.put(' ');
      if (part.kind === 'form') {
        this.#form(part, isLast ? closers : 0);
        continue;
      }
      // A long choice of values goes on below its begin, with its `|` in front.
      if (part.text === '|' && !item.spaced && !this.#fits(this.#stretch(item, at) + closers)) {
        writer.newLine(start);
      }
      writer.put(part.text);
    }
  }

  /** The length from a connective up to the next one, in which nothing may break. */
  #stretch(item: Item, from: number): number {
    let length = 0;
    for (let at = from; at < item.parts.length; at += 1) {
      const part = item.parts[at] as Word | Form;
      if (at > from && part.kind === 'word' && part.text === '|') break;
      length += part.kind === 'word' ? part.text.length : (this.#flatForm(part)?.length ?? 0);
    }
    return length;
  }

  #form(form: Form, closers: number): void {
    const flat = this.#flatForm(form);
    if (flat !== null && this.#fits(flat.length + closers) && !isTooLongControl(form, flat)) {
      this.#writer.put(flat);
      return;
    }
    const word = wordOf(form.items[0]) ?? '';
    const header = bodied.get(word);
    if (word === 'if') this.#branches(form, closers);
    else if (header !== undefined) this.#bodied(form, header, closers);
    else this.#call(form, stacked.has(word), closers);
  }

  /** `(if TEST` with `then` and `else` below. */
  #branches(form: Form, closers: number): void {
    const writer = this.#writer;
    const start = writer.column;
    writer.put('(');
    let indent = start + 4;
    for (const [at, item] of form.items.entries()) {
      const word = wordOf(item);
      const isKeyword = word === 'then' || word === 'else';
      const before = wordOf(form.items[at - 1]);
      const isAfterKeyword = before === 'then' || before === 'else';
      const isInline = at > 0 && (at === 1 || isAfterKeyword) && !writer.isClosed;
      if (isKeyword) {
        this.#nextLine(item, start + 1);
        indent = start + 1 + word.length + 1;
      } else if (isInline) writer.put(' ');
      else if (at > 0) writer.newLine(indent);
      this.#item(item, isKeyword ? start + 1 : indent, at === form.items.length - 1 ? closers + 1 : 0);
    }
    this.#close(form, indent, start);
  }

  #bodied(form: Form, header: number, closers: number): void {
    const writer = this.#writer;
    const start = writer.column;
    const indent = start + INDENT;
    const { items } = form;
    let at = 1;
    let left = header;
    writer.put('(');
    if (items[0] !== undefined) this.#item(items[0], indent, 0);
    for (; at < items.length; at += 1) {
      const item = items[at] as Item;
      const isDo = wordOf(item) === 'do' && left === 0;
      if (!isDo && left === 0) break;
      if (!isDo) left -= 1;
      if (!writer.isClosed) writer.put(' ');
      this.#item(item, indent, at === items.length - 1 ? closers + 1 : 0);
      if (isDo) {
        at += 1;
        break;
      }
    }
    this.#stack(items.slice(at), indent, closers + 1);
    this.#close(form, indent, start);
  }

  /** Arguments below the first of them that is a form: one on each line, or as many as go. */
  #call(form: Form, isStacked: boolean, closers: number): void {
    const writer = this.#writer;
    const start = writer.column;
    const { items } = form;
    writer.put('(');
    const leading = this.#leading(items);
    for (const [at, item] of items.slice(0, leading).entries()) {
      if (at > 0 && !writer.isClosed) writer.put(' ');
      this.#item(item, start + INDENT, at === items.length - 1 ? closers + 1 : 0);
    }
    const beside = writer.column + 1;
    const isBeside = !writer.isClosed && (WIDTH - beside >= ROOM_MIN || beside - start <= 8);
    const indent = isBeside ? beside : start + INDENT;
    let wasBroken = false;
    for (const [index, item] of items.slice(leading).entries()) {
      const isLast = leading + index === items.length - 1;
      const after = isLast ? closers + 1 : 0;
      const flat = this.#flatOf(item);
      const goesOn =
        index === 0
          ? isBeside
          : !isStacked && !wasBroken && flat !== null && this.#fits(flat.length + 1 + after);
      if (goesOn && item.lead.length === 0 && !writer.isClosed) writer.put(' ');
      else writer.newLine(indent);
      const lines = writer.lines;
      this.#item(item, indent, after);
      wasBroken = writer.lines > lines;
    }
    this.#close(form, indent, start);
  }

  /** How many items stay on the head's line whatever comes: the head, and names before the first form. */
  #leading(items: readonly Item[]): number {
    const firstForm = items.findIndex((item) => item.parts.some((part) => part.kind === 'form'));
    const isNamed = firstForm > 1 && firstForm <= 3 && items.slice(0, firstForm).every(isName);
    return isNamed ? firstForm : Math.min(1, items.length);
  }

  #close(form: Form, indent: number, start: number): void {
    const writer = this.#writer;
    for (const { text, blank } of form.dangling) {
      writer.newLine(blank ? 0 : indent);
      if (blank) writer.newLine(indent);
      writer.put(text);
    }
    if (form.dangling.length > 0 || writer.isClosed) writer.newLine(start);
    writer.put(')');
  }

  #fits(length: number): boolean {
    return this.#writer.column + length <= WIDTH;
  }

  #isTooControlled(item: Item, flat: string): boolean {
    const form = formOf(item);
    return form !== null && isTooLongControl(form, flat);
  }

  /** An item on one line; null when a comment or a line break forbids it. */
  #flatOf(item: Item): string | null {
    if (item.lead.length > 0 || item.after !== null) return null;
    const parts = item.parts.map((part) => (part.kind === 'form' ? this.#flatForm(part) : flatWord(part)));
    return parts.every((part) => part !== null) ? parts.join(item.spaced ? ' ' : '') : null;
  }

  #flatForm(form: Form): string | null {
    const known = this.#flat.get(form);
    if (known !== undefined) return known;
    const parts = form.dangling.length > 0 ? [null] : form.items.map((item) => this.#flatOf(item));
    const isTooDeep = form.items.some((item) => {
      const inner = formOf(item);
      return inner !== null && isTooLongControl(inner, this.#flatForm(inner) ?? '');
    });
    const flat = isTooDeep || !parts.every((part) => part !== null) ? null : `(${parts.join(' ')})`;
    this.#flat.set(form, flat);
    return flat;
  }
}

/** Items on the first line of a definition: its word, its name, parameters of a function, and the comment. */
function isHeader(items: readonly Item[], at: number): boolean {
  if (at < 2) return true;
  const isFunction = wordOf(items[0]) === 'deffunction';
  const parameters = isFunction ? items.findIndex((item, index) => index >= 2 && formOf(item) !== null) : -1;
  if (at === parameters) return at <= 3;
  return isComment(items[at]) && (at === 2 || (at === 3 && parameters === 2));
}

function isMultiline(item: Item): boolean {
  return item.parts.some((part) => part.kind === 'word' && part.text.includes('\n'));
}

function isTooLongControl(form: Form, flat: string): boolean {
  const word = wordOf(form.items[0]) ?? '';
  return (word === 'if' || bodied.has(word)) && flat.length > CONTROL_WIDTH;
}

function flatWord({ text }: Word): string | null {
  return text.includes('\n') ? null : text;
}

function isComment(item: Item | undefined): boolean {
  const [only] = item?.parts ?? [];
  return item?.parts.length === 1 && only?.kind === 'word' && only.type === 'string';
}

/** A word that is no string, or such words glued. */
function isName(item: Item): boolean {
  return item.parts.every((part) => part.kind === 'word' && part.type === 'other');
}
