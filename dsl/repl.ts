import { builtins } from '../engine/functions/index.ts';
import { keyOf, type Expression, type Rule } from '../engine/rule.ts';
import { INTERRUPTED, RuleError, type RuntimeProblem, type Session } from '../engine/session.ts';
import { NOTHING, type Value } from '../engine/value.ts';
import { valueAfter } from './after-errors.ts';
import type { ConstructNode } from './ast.ts';
import { clipped } from './clipped.ts';
import { CommandScanner } from './command-scanner.ts';
import { commands } from './commands/index.ts';
import { completion, type Completion } from './completion.ts';
import { checkTypes, type Console } from './commands/command.ts';
import { fieldText } from './commands/texts.ts';
import { excerpts, type Diagnostic } from './diagnostic.ts';
import { kinds } from './forms.ts';
import { constructsNotYet } from './not-yet.ts';
import { parseCommand, parseConstruct } from './parse.ts';
import { Input } from './input.ts';
import { joinsShown } from './joins.ts';
import { nextPiece, pieces, type Piece } from './reader.ts';
import { Routers, type ConsoleWorld } from './routers.ts';
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
  readonly input: Input;
  readonly breaks = new Set<string>();
  readonly remembered = new Map<string, Value>();
  readonly callable = commands;
  readonly #scanner = new CommandScanner();
  readonly workspace: Workspace;
  readonly #isInterrupted: () => boolean;
  #status: number | null = null;
  /** Whether it was said that somebody has interrupted the program. */
  #isEndTold = false;

  constructor(world: ConsoleWorld) {
    this.routers = new Routers(world);
    this.#isInterrupted = () => world.isInterrupted?.() ?? false;
    this.input = new Input(this.routers, () => this.exit(1));
    this.watches = new Watches(
      (text) => this.routers.print(text),
      () => ({ facts: this.session.statistics().facts, activations: this.session.agenda().length }),
    );
    this.workspace = new Workspace({
      functions: commands,
      world: {
        functions: new Map(
          commands.map((each) => [
            each.name,
            (values: readonly Value[]) => {
              checkTypes(each, values);
              return each.call(values, this);
            },
          ]),
        ),
        write: (router, text) => this.routers.write(router, text),
        now: () => world.now(),
        isInterrupted: this.#isInterrupted,
        ...(world.nestingMax !== undefined && { nestingMax: world.nestingMax }),
      },
    });
    this.session.listen(this.watches.listener);
    this.session.listen({
      problem: (problem) => {
        this.#isEndTold ||= problem.message === INTERRUPTED;
        if (!this.isLeaving()) this.routers.print(problemText(problem, this.watches.firingRule));
      },
    });
  }

  get session(): Session {
    return this.workspace.session;
  }

  /** What `exit` was given; null while nobody has called it. */
  get exitStatus(): number | null {
    return this.#status;
  }

  exit(status: number): never {
    this.#status = status;
    this.session.halt();
    throw new RuleError('the program ends');
  }

  readonly isLeaving = (): boolean => this.#status !== null;

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
    return completion(line, this.workspace);
  }

  runQuietly(text: string, file: string): void {
    const source = new Source(file, text);
    const scanner = new CommandScanner();
    let end = 0;
    for (const character of text) {
      end += character.length;
      const command = scanner.take(character);
      if (command === null) continue;
      this.#route(source, end - command.length, false);
      if (this.#status !== null) return;
      if (this.#isInterrupted()) {
        // Told already where it ended a command that was under way.
        if (!this.#isEndTold) this.routers.print(`${INTERRUPTED}\n`);
        return;
      }
      this.session.forgetVariables();
    }
  }

  /** Says hello, and asks for the first command. */
  begin(banner = BANNER): void {
    this.routers.print(banner);
    this.routers.prompt(PROMPT);
  }

  /** Takes typed text; each command runs when its line has ended, and its value is shown. */
  take(text: string): void {
    this.input.type(text);
    while (this.input.isReady()) {
      const character = this.input.next();
      const command = character === null ? null : this.#scanner.take(character);
      if (command === null) continue;
      this.#route(new Source('prompt', command), 0, true);
      if (this.#status !== null) return;
      if (this.#isInterrupted()) this.input.forgetBatches();
      this.routers.prompt(PROMPT);
    }
  }

  assertFact(source: Source, piece: Piece): Value | null {
    const expression = this.#expression(source, piece, 'fact');
    return expression === null ? null : this.session.evaluate(expression);
  }

  /** A piece of text as an expression that can be evaluated; null: it cannot, which is told. */
  #expression(source: Source, piece: Piece, phrase: 'action' | 'fact' = 'action'): Expression | null {
    const { node, diagnostics } = parseCommand(source, piece, clipsLexer(), phrase);
    const wrong = clipped(diagnostics, (text) => this.routers.print(text));
    const command = node === null ? wrong : this.workspace.command(node);
    if ('expression' in command) return command.expression;
    this.#refuse(command, source);
    return null;
  }

  /** Runs the form or word that comes first behind an offset. */
  #route(source: Source, from: number, showsValue: boolean): void {
    const piece = nextPiece(source.text, from);
    if (piece === null) return;
    if (piece.kind === 'stray' && !showsValue) return;
    if (piece.kind === 'form' && isConstruct(source.text, piece)) {
      this.#construct(source, piece, false);
      return;
    }
    const expression = this.#expression(source, piece);
    if (expression === null) return;
    try {
      const value = this.session.evaluate(expression);
      if (showsValue && value !== NOTHING) this.routers.print(`${fieldText(value)}\n`);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      if (this.isLeaving()) return;
      this.#isEndTold ||= problem.message === INTERRUPTED;
      this.routers.print(`${problem.message}\n`);
      const value = valueAfter(problem, expression, this.session);
      if (expression.kind === 'bind') this.#bind(expression, value);
      if (showsValue && !isSilent(expression)) this.routers.print(`${fieldText(value)}\n`);
    }
  }

  /** As in CLIPS, what an error leaves is bound all the same. */
  #bind(expression: Extract<Expression, { kind: 'bind' }>, value: Value): void {
    this.session.evaluate({ ...expression, values: [{ kind: 'value', value }] });
  }

  load(text: string, file: string, isShown: boolean): boolean {
    const source = new Source(file, text);
    let isSound = true;
    let isStray = false;
    for (const piece of pieces(text)) {
      // What is no construct is told once, however much of it there is.
      if (piece.kind === 'form' && isConstruct(text, piece)) {
        isStray = false;
        if (!this.#construct(source, piece, isShown)) isSound = false;
        continue;
      }
      if (!isStray) this.routers.print('\n[CSTRCPSR1] Expected the beginning of a construct.\n');
      isStray = true;
      isSound = false;
    }
    if (isShown && !this.watches.has('compilations')) this.routers.print('\n');
    return isSound;
  }

  /** Defines what a form declares; false when it is refused. */
  #construct(source: Source, piece: Form, isShown: boolean): boolean {
    const { constructs, diagnostics } = parseConstruct(source, piece, clipsLexer());
    const wrong = clipped(diagnostics, (text) => this.routers.print(text));
    const errors = wrong.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      this.#refuse(errors, source);
      return false;
    }
    for (const node of constructs) {
      if (isShown) this.#announce(node);
      const refused = this.workspace.define(node);
      if (refused.length > 0) {
        this.#refuse(refused, source);
        return false;
      }
      if (isShown && this.watches.has('compilations')) this.routers.print(`${this.#joins(node)}\n`);
    }
    return true;
  }

  /** The joins of a rule that has just been defined. */
  #joins({ kind, name }: ConstructNode): string {
    const found = kind === 'defrule' ? this.workspace.find(kind, name.text) : null;
    const rule = found === null ? undefined : this.session.rule(keyOf(found));
    return rule === undefined ? '' : ` ${joinsShown(rule, this.session.rules(), this.workspace.shapes)}`;
  }

  /** Says what is being defined, as `load` does. */
  #announce({ kind, name: { text } }: ConstructNode): void {
    const name = text.replace(/^.*::/, '');
    if (!this.watches.has('compilations')) {
      this.routers.print(marks[kind]);
      return;
    }
    const isKnown = this.workspace.find(kind, text) !== null;
    this.routers.print(
      isKnown ? `\n[CSTRCPSR1] WARNING: Redefining ${kind}: ${name}` : `Defining ${kind}: ${name}`,
    );
  }

  #refuse(diagnostics: readonly Diagnostic[], source: Source): void {
    this.routers.print(`\n${excerpts(diagnostics, [source])}\n`);
  }
}

/** An error of a rule: what, where, and that it ends what is under way. */
function problemText({ rule, origin, message }: RuntimeProblem, firing: Rule | null): string {
  const isAction = firing !== null && keyOf(firing) === rule;
  const place =
    rule === '' || isAction
      ? ''
      : `   in a condition of rule \`${rule}\`, ${origin.file}:${origin.line}:${origin.column}\n`;
  const end =
    firing === null ? '' : `[PRCCODE4] Execution halted during the actions of defrule ${firing.name}.\n`;
  return `${message}\n${place}${end}`;
}

/** Whether an expression is the call of a command without a value. */
function isSilent(expression: Expression): boolean {
  if (expression.kind !== 'call') return false;
  const { name } = expression;
  const called = builtins.get(name) ?? commands.find((each) => each.name === name);
  return called?.returns === 'nothing';
}

type Form = Extract<Piece, { kind: 'form' }>;

/** What \`load\` shows for each construct when compilations are not watched. */
const marks: Readonly<Record<ConstructNode['kind'], string>> = {
  deftemplate: '%',
  deffacts: '$',
  defglobal: ':',
  deffunction: '!',
  defrule: '*',
  defmodule: '+',
};

const headPattern = /\(\s*([^\s()"&|~;<]+)/y;

/** Whether a form begins with the word of a construct, be it one that this language leaves out. */
function isConstruct(text: string, { start }: Form): boolean {
  headPattern.lastIndex = start;
  const head = headPattern.exec(text)?.[1] ?? '';
  return kinds.some((kind) => kind === head) || constructsNotYet.has(head);
}
