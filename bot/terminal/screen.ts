import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Button, DrawnCard } from '../surface.ts';
import { columnsOf, plainText } from './plain-text.ts';

/** A person at the terminal; `zone` is an IANA time zone. */
export interface TerminalUser {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
}

/** Where cards appear. */
export interface ScreenOptions {
  readonly output: NodeJS.WritableStream;
  readonly interactive: boolean;
  readonly json: boolean;
  readonly users: readonly TerminalUser[];
  /** Seconds since 1970, by the clock of the cloud. */
  now(): number;
}

/** A card that is, or will be, on the screen. */
interface Shown {
  readonly message: string;
  readonly to: string;
  card: DrawnCard;
  printed: boolean;
}

/** Cards that can still be pressed; older ones have scrolled away. */
const KEPT_MAX = 200;

/**
 * The cards of all users of a terminal. Interactive, a card is redrawn in place while it is the last thing on the screen.
 * Otherwise each is printed once: when nothing of it is under way any more, or when `flush` says that nothing will come.
 */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #cards: Shown[] = [];
  /** Who is at the terminal: what is meant for others is marked. */
  reader: string;
  /** Shows the prompt again, under what was printed. */
  prompt: () => void = () => undefined;
  /** The card right above the prompt, and its height in lines. */
  #last: { readonly shown: Shown; readonly height: number } | null = null;

  constructor(options: ScreenOptions, reader: string) {
    this.#options = options;
    this.reader = reader;
  }

  /** Shows a card; under the same message it takes the place of the former one. */
  show(message: string, to: string, card: DrawnCard): void {
    let shown = this.#cards.find((one) => one.message === message);
    if (shown === undefined) {
      shown = { message, to, card, printed: false };
      this.#cards.push(shown);
      if (this.#cards.length > KEPT_MAX) this.#cards.splice(0, this.#cards.length - KEPT_MAX);
    } else shown.card = card;
    if (this.#options.interactive) this.#draw(shown);
    else if (!shown.printed && !isUnderWay(card)) this.#print(shown);
  }

  /** Prints what was held back, in order. */
  flush(): void {
    for (const shown of this.#cards) if (!shown.printed) this.#print(shown);
  }

  /** A line that is no card. Scripts that read JSON get it as a note. */
  say(text: string): void {
    if (this.#options.json)
      this.#write(JSON.stringify({ to: this.reader, at: this.#options.now(), note: text }));
    else this.#write(text);
    this.#last = null;
  }

  /** Somebody has typed a line, so the last card is not right above the prompt any more. */
  scrolled(): void {
    this.#last = null;
  }

  /** The button so labelled on the newest card that a user sees having it. */
  button(
    user: string,
    label: string,
  ): { readonly button: Button; readonly card: DrawnCard; readonly message: string } | null {
    const wanted = label.trim().toLowerCase();
    for (const { card, message, to } of this.#cards.toReversed()) {
      if (to !== user) continue;
      const button = buttonsOf(card).find((one) => one.label.toLowerCase() === wanted);
      if (button !== undefined) return { button, card, message };
    }
    return null;
  }

  /** Labels of all buttons that a user sees, newest card first, each once. */
  labels(user: string): readonly string[] {
    const cards = this.#cards.filter(({ to }) => to === user).toReversed();
    return [...new Set(cards.flatMap(({ card }) => buttonsOf(card).map(({ label }) => label)))];
  }

  #draw(shown: Shown): void {
    const { output } = this.#options;
    if (this.#last?.shown === shown) {
      cursorTo(output, 0);
      moveCursor(output, 0, -this.#last.height);
      clearScreenDown(output);
    } else if (shown.printed && isUnderWay(shown.card)) return;
    shown.printed = true;
    const text = `${this.#text(shown)}\n`;
    this.#write(text);
    this.#last = { shown, height: this.#height(text) };
  }

  /** Rows that a text takes, where the terminal breaks what is wider than itself. */
  #height(text: string): number {
    const { output } = this.#options;
    const columns =
      'columns' in output && typeof output.columns === 'number' ? output.columns : Number.POSITIVE_INFINITY;
    const rows = text.split('\n').map((line) => Math.max(1, Math.ceil(columnsOf(line) / columns)));
    return rows.reduce((sum, one) => sum + one, 0);
  }

  #print(shown: Shown): void {
    shown.printed = true;
    const { card, to } = shown;
    const { json } = this.#options;
    if (json) {
      const { nonce: _nonce, ...said } = card;
      this.#write(JSON.stringify({ to, at: this.#options.now(), ...said }));
    } else this.#write(`${this.#text(shown)}\n`);
  }

  #text({ card, to }: Shown): string {
    const user = this.#options.users.find(({ id }) => id === to);
    const text = plainText(card, user?.zone ?? 'UTC');
    return to === this.reader ? text : `To ${user?.name ?? to}:\n${text}`;
  }

  #write(text: string): void {
    const { output, interactive } = this.#options;
    if (interactive) {
      cursorTo(output, 0);
      clearScreenDown(output);
    }
    output.write(`${text}\n`);
    this.prompt();
  }
}

/** Whether a step of the card is under way, so that another form of it will follow. */
function isUnderWay(card: DrawnCard): boolean {
  return card.blocks.some(
    (block) => block.kind === 'steps' && block.steps.some(({ state }) => state === 'now'),
  );
}

function buttonsOf(card: DrawnCard): readonly Button[] {
  return card.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
}
