/** A file that a program has opened. */
export interface OpenFile {
  /** All of it. */
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
  open(name: string, mode: FileMode): OpenFile | null;
  /** Deletes a file; false when that is not possible. */
  remove(name: string): boolean;
  rename(from: string, to: string): boolean;
  /** Seconds on a clock, for `time`. */
  now(): number;
  /** As in `World` of the engine. */
  readonly nestingMax?: number;
  isInterrupted?(): boolean;
}

export type FileMode = 'r' | 'w' | 'a';

/** A file that is read word by word or line by line. */
export interface Reading {
  readonly text: string;
  at: number;
}

/** Names under which the terminal is written to. `stdin` takes everything and shows nothing. */
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

/** Names under which nobody can open a file. */
const reserved: ReadonlySet<string> = new Set([...terminal, 'stdin', 'nil']);

interface Open {
  readonly file: OpenFile;
  readonly mode: FileMode;
  readonly reading: Reading;
}

/** Routes text by logical names: to the terminal, or to a file that was opened under that name. */
export class Routers {
  readonly #world: ConsoleWorld;
  readonly #files = new Map<string, Open>();
  #dribble: OpenFile | null = null;

  constructor(world: ConsoleWorld) {
    this.#world = world;
  }

  /** Writes to the terminal. */
  print(text: string): void {
    if (text === '') return;
    this.#dribble?.write(text);
    this.#world.write(text);
  }

  /** Asks the terminal for a command. */
  prompt(text: string): void {
    this.#dribble?.write(text);
    this.#world.prompt(text);
  }

  /** The next line that is typed, or null. */
  ask(): string | null {
    return this.#world.read();
  }

  /** Something typed was taken: a dribble file has it too. */
  heard(text: string): void {
    this.#dribble?.write(text);
  }

  /** Writes to whatever has the name; a name that nothing has is told. */
  write(name: string, text: string): void {
    if (terminal.has(name)) this.print(text);
    else if (!reserved.has(name)) {
      const open = this.#files.get(name);
      if (open === undefined) this.unknown(name);
      else if (open.mode !== 'r') open.file.write(text);
    }
  }

  /** Says that nothing has a logical name. */
  unknown(name: string): void {
    this.print(`[ROUTER1] Logical name ${name} was not recognized by any routers\n`);
  }

  /** Whether a logical name is taken. */
  isTaken(name: string): boolean {
    return this.#files.has(name);
  }

  /** Opens a file under a logical name. */
  open(name: string, file: string, mode: FileMode): boolean {
    const opened = this.#world.open(file, mode);
    if (opened === null) return false;
    this.#files.set(name, {
      file: opened,
      mode,
      reading: { text: mode === 'r' ? opened.read() : '', at: 0 },
    });
    return true;
  }

  /** Closes the file of a name, or all of them. False when there is none. */
  close(name: string | null): boolean {
    const names = name === null ? [...this.#files.keys()] : [name];
    let hasClosed = false;
    for (const each of names) {
      this.#files.get(each)?.file.close();
      if (this.#files.delete(each)) hasClosed = true;
    }
    return hasClosed;
  }

  /** What is left to read under a name; null: nothing is open under it. */
  reading(name: string): Reading | null {
    return this.#files.get(name)?.reading ?? null;
  }

  /** A whole file; null when it cannot be read. */
  readFile(name: string): string | null {
    const file = this.#world.open(name, 'r');
    if (file === null) return null;
    const text = file.read();
    file.close();
    return text;
  }

  /** Begins a file anew with a text; false when that is not possible. */
  writeFile(name: string, text: string): boolean {
    const file = this.#world.open(name, 'w');
    file?.write(text);
    file?.close();
    return file !== null;
  }

  remove(name: string): boolean {
    return this.#world.remove(name);
  }

  rename(from: string, to: string): boolean {
    return this.#world.rename(from, to);
  }

  /** From here on everything that is shown and typed goes into a file too, instead of into one that was named before. */
  dribbleTo(name: string): boolean {
    this.dribbleOff();
    this.#dribble = this.#world.open(name, 'w');
    return this.#dribble !== null;
  }

  dribbleOff(): void {
    this.#dribble?.close();
    this.#dribble = null;
  }
}
