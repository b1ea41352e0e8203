/** A file that a program has opened. */
export interface OpenFile {
  /** What is left to read of it. */
  read(): string;
  write(text: string): void;
  close(): void;
}

/** Where a program's text comes from and goes to: a terminal and files. Nothing in this folder opens either. */
export interface ConsoleWorld {
  /** Text for the terminal. */
  write(text: string): void;
  /** Asks for a command. */
  prompt(text: string): void;
  /** The next line that is typed, with its line end; null when there is no more. */
  read(): string | null;
  /** Opens a file; null when that is not possible. `r` reads, `w` begins it anew, `a` goes on at its end. */
  open(name: string, mode: 'r' | 'w' | 'a'): OpenFile | null;
  /** Deletes a file; false when that is not possible. */
  remove(name: string): boolean;
  rename(from: string, to: string): boolean;
}

/** Names under which the terminal is written to. */
const terminal: ReadonlySet<string> = new Set([
  't',
  'stdout',
  'wprompt',
  'wdialog',
  'wdisplay',
  'werror',
  'wwarning',
  'wtrace',
]);

/** Routes text by logical names: to the terminal, or to a file that was opened under that name. */
export class Routers {
  readonly #world: ConsoleWorld;
  readonly #files = new Map<string, OpenFile>();

  constructor(world: ConsoleWorld) {
    this.#world = world;
  }

  /** Writes to the terminal. */
  print(text: string): void {
    this.#world.write(text);
  }

  /** Asks the terminal for a command. */
  prompt(text: string): void {
    this.#world.prompt(text);
  }

  write(name: string, text: string): void {
    if (terminal.has(name)) this.print(text);
    else if (this.#files.has(name)) this.#files.get(name)?.write(text);
    else this.print(`[ROUTER1] Logical name ${name} was not recognized by any routers\n`);
  }
}
