import { RuleError, type Session } from '../engine/session.ts';
import { NOTHING, type Value } from '../engine/value.ts';
import { CommandScanner } from './command-scanner.ts';
import { commands } from './commands/index.ts';
import { completion, type Completion } from './completion.ts';
import type { Console } from './commands/command.ts';
import { fieldText } from './commands/texts.ts';
import { rendered, type Diagnostic } from './diagnostic.ts';
import { kinds } from './forms.ts';
import { constructsNotYet } from './not-yet.ts';
import { parse, parseCommand } from './parse.ts';
import { nextPiece } from './reader.ts';
import { Routers, type ConsoleWorld, type OpenFile } from './routers.ts';
import { Source } from './source.ts';
import { clipsLexer } from './tokens.ts';
import { Watches } from './watches.ts';
import { Workspace } from './workspace.ts';

const PROMPT = 'CLIPS> ';
const BANNER = '         CLIPS (6.30 3/17/15)\n';

/** A prompt: text in, text out. It knows no terminal; whoever has one feeds it with lines. */
export class Repl implements Console {
  readonly routers: Routers;
  readonly watches: Watches;
  readonly #scanner = new CommandScanner();
  #workspace: Workspace;
  #status: number | null = null;

  constructor(world: ConsoleWorld) {
    this.routers = new Routers(world);
    this.watches = new Watches((text) => this.routers.print(text));
    this.#workspace = this.#emptyWorkspace();
  }

  get workspace(): Workspace {
    return this.#workspace;
  }

  get session(): Session {
    return this.#workspace.session;
  }

  /** What `exit` was given; null while nobody has called it. */
  get exitStatus(): number | null {
    return this.#status;
  }

  exit(status: number): void {
    this.#status = status;
    this.session.halt();
  }

  /** Whether a command was begun and is not complete. */
  get isAmidCommand(): boolean {
    return this.#scanner.isOpen;
  }

  /** Forgets what was begun, and asks again. */
  abandon(): void {
    this.#scanner.clear();
    this.routers.prompt(PROMPT);
  }

  /** What may stand at the end of a line. */
  complete(line: string): Completion {
    return completion(line, this.#workspace);
  }

  clear(): void {
    this.#workspace = this.#emptyWorkspace();
  }

  /** Runs a text's commands one after the other, without a prompt and without showing values. */
  runQuietly(text: string): void {
    const scanner = new CommandScanner();
    for (const character of text) {
      const command = scanner.take(character);
      if (command !== null) this.#route(command, false);
      if (this.#status !== null) return;
    }
  }

  /** Says hello, and asks for the first command. */
  begin(banner = BANNER): void {
    this.routers.print(banner);
    this.routers.prompt(PROMPT);
  }

  /** Takes typed text; each command runs when its line has ended, and its value is shown. */
  take(text: string): void {
    for (const character of text) {
      const command = this.#scanner.take(character);
      if (command === null) continue;
      this.#route(command, true);
      if (this.#status !== null) return;
      this.routers.prompt(PROMPT);
    }
  }

  #emptyWorkspace(): Workspace {
    const workspace = new Workspace({
      functions: commands,
      world: {
        functions: new Map(
          commands.map(({ name, call }) => [name, (values: readonly Value[]) => call(values, this)]),
        ),
        write: (router, text) => this.routers.write(router, text),
      },
    });
    workspace.session.listen(this.watches.listener);
    return workspace;
  }

  /** Runs the first form or word of a text. */
  #route(text: string, showsValue: boolean): void {
    const piece = nextPiece(text, 0);
    if (piece === null) return;
    const source = new Source('prompt', text);
    if (piece.kind === 'stray' && !showsValue) return;
    const { tokens } = clipsLexer().tokenize(text.slice(piece.start, piece.end));
    const head = piece.kind === 'form' ? (tokens[1]?.image ?? '') : '';
    if (kinds.some((kind) => kind === head) || constructsNotYet.has(head)) {
      this.#construct(new Source('prompt', text.slice(0, piece.end)));
      return;
    }
    const { node, diagnostics } = parseCommand(source, piece, clipsLexer());
    if (node === null) {
      this.#refuse(diagnostics, source);
      return;
    }
    const command = this.#workspace.command(node);
    if (!('expression' in command)) {
      this.#refuse(command, source);
      return;
    }
    try {
      const value = this.session.evaluate(command.expression);
      if (showsValue && value !== NOTHING && this.#status === null)
        this.routers.print(`${fieldText(value)}\n`);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      this.routers.print(`${problem.message}\n`);
      if (showsValue) this.routers.print('FALSE\n');
    }
  }

  #construct(source: Source): void {
    const { constructs, diagnostics } = parse(source, clipsLexer());
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      this.#refuse(errors, source);
      return;
    }
    for (const node of constructs) {
      const refused = this.#workspace.define(node);
      if (refused.length > 0) this.#refuse(refused, source);
    }
  }

  #refuse(diagnostics: readonly Diagnostic[], source: Source): void {
    this.routers.print(`${rendered(diagnostics, [source])}\n`);
  }
}

/** What a program that runs in memory has around it. */
export interface ProgramOptions {
  /** What is typed after the program has run. Without it nothing is asked for. */
  readonly input?: string;
  /** Hears the output while it comes. */
  readonly write?: (text: string) => void;
  /** Files by name: read and written here. */
  readonly files?: Map<string, string>;
}

/** Runs a whole program as `clips -f2` does and gives its output: the program, then the input at the prompt, until `(exit)`. */
export function runProgram(
  text: string,
  { input = '', write = () => undefined, files = new Map<string, string>() }: ProgramOptions = {},
): string {
  let output = '';
  const lines = input.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const world: ConsoleWorld = {
    write: (piece) => {
      output += piece;
      write(piece);
    },
    prompt: (piece) => world.write(piece),
    read: () => lines.shift() ?? null,
    remove: (name) => files.delete(name),
    rename: (from, to) => {
      const content = files.get(from);
      if (content !== undefined) files.set(to, content);
      return files.delete(from);
    },
    open: (name, mode) => openInMemory(files, name, mode),
  };
  const repl = new Repl(world);
  repl.runQuietly(text);
  if (repl.exitStatus === null) converse(repl, world);
  return output;
}

/** A prompt that takes what its world reads, line by line, until `exit` or the end of input. */
export function converse(repl: Repl, world: ConsoleWorld): void {
  repl.begin();
  for (let line = world.read(); line !== null; line = world.read()) {
    repl.take(line);
    if (repl.exitStatus !== null) return;
  }
}

function openInMemory(files: Map<string, string>, name: string, mode: 'r' | 'w' | 'a'): OpenFile | null {
  if (mode === 'r' && !files.has(name)) return null;
  if (mode !== 'r') files.set(name, mode === 'a' ? (files.get(name) ?? '') : '');
  return {
    read: () => files.get(name) ?? '',
    write: (text) => files.set(name, (files.get(name) ?? '') + text),
    close: () => undefined,
  };
}
