import type { Expression } from '../../engine/rule.ts';
import { RuleError } from '../../engine/session.ts';
import { FALSE, symbol, TRUE, type Value } from '../../engine/value.ts';
import { valueAfter } from '../after-errors.ts';
import { clipped } from '../clipped.ts';
import { excerpts, type Diagnostic } from '../diagnostic.ts';
import { kinds } from '../forms.ts';
import { parseCommand, parseConstruct } from '../parse.ts';
import { nextPiece, type Piece } from '../reader.ts';
import { Source } from '../source.ts';
import { clipsLexer } from '../tokens.ts';
import { command, nameOf, truth, type Command, type Console } from './command.ts';

const TEXT = [['SYMBOL', 'STRING'] as const];
const STRING = [['STRING'] as const];

/** Text that is made while a program runs, taken as a part of it. */
export const evaluating: readonly Command[] = [
  command(
    'eval',
    [1, 1],
    TEXT,
    'any',
    'the value of an expression that is written as text',
    ([text], console) => {
      const source = new Source('eval', nameOf(text));
      const piece = nextPiece(source.text, 0);
      if (piece === null) return refused([], source, console);
      const { node, diagnostics } = parseCommand(source, piece, clipsLexer());
      const wrong = clipped(diagnostics, (warning) => console.routers.print(warning));
      const found = node === null ? wrong : console.workspace.command(node);
      if (!('expression' in found)) return refused(found, source, console);
      return evaluated(found.expression, console);
    },
  ),
  command(
    'build',
    [1, 1],
    TEXT,
    ['SYMBOL'],
    'defines the construct that is written as text',
    ([text], console) => {
      const source = new Source('build', nameOf(text));
      const piece = nextPiece(source.text, 0);
      if (piece?.kind !== 'form' || !isConstruct(source.text, piece)) return FALSE;
      const { constructs, diagnostics } = parseConstruct(source, piece, clipsLexer());
      const unread = clipped(diagnostics, (warning) => console.routers.print(warning));
      const wrong = unread.length > 0 ? unread : constructs.flatMap((each) => console.workspace.define(each));
      return wrong.length > 0 ? refused(wrong, source, console) : TRUE;
    },
  ),
  // The second one is what it was called before CLIPS 6.
  ...['assert-string', 'str-assert'].map((name) =>
    command(name, [1, 1], STRING, 'any', 'asserts the fact that is written as text', ([text], console) => {
      const source = new Source(name, nameOf(text));
      const piece = nextPiece(source.text, 0);
      if (piece?.kind !== 'form') return refused([], source, console);
      return console.assertFact(source, piece) ?? FALSE;
    }),
  ),
  command(
    'check-syntax',
    [1, 1],
    STRING,
    'any',
    'FALSE for a construct or call that is well written, else what is wrong',
    ([text], { workspace }) => {
      const source = new Source('check-syntax', nameOf(text));
      const piece = nextPiece(source.text, 0);
      if (piece?.kind !== 'form') return symbol('MISSING-LEFT-PARENTHESIS');
      if (nextPiece(source.text, piece.end) !== null)
        return symbol('EXTRANEOUS-INPUT-AFTER-LAST-PARENTHESIS');
      const wrong = isConstruct(source.text, piece)
        ? wrongConstruct(source, piece, workspace)
        : wrongCall(source, piece, workspace);
      return wrong.length === 0 ? FALSE : [excerpts(wrong, [source]), FALSE];
    },
  ),
  command(
    'set-sequence-operator-recognition',
    [1, 1],
    ['any'],
    ['SYMBOL'],
    'whether `$?x` among the arguments of a call stands for its fields',
    ([value], { workspace }) => {
      const before = truth(workspace.spreadsMultifields);
      workspace.spreadsMultifields = value !== FALSE;
      return before;
    },
  ),
  command(
    'get-sequence-operator-recognition',
    [0, 0],
    [],
    ['SYMBOL'],
    'whether it does',
    (_, { workspace }) => truth(workspace.spreadsMultifields),
  ),
];

function evaluated(expression: Expression, { session }: Console): Value {
  try {
    return session.evaluate(expression);
  } catch (problem) {
    if (!(problem instanceof RuleError)) throw problem;
    throw new RuleError(problem.message, { value: valueAfter(problem, expression, session) });
  }
}

function wrongConstruct(
  source: Source,
  piece: Extract<Piece, { kind: 'form' }>,
  workspace: Console['workspace'],
): readonly Diagnostic[] {
  const { constructs, diagnostics } = parseConstruct(source, piece, clipsLexer());
  return diagnostics.length > 0 ? diagnostics : constructs.flatMap((each) => workspace.check(each));
}

function wrongCall(source: Source, piece: Piece, workspace: Console['workspace']): readonly Diagnostic[] {
  const { node, diagnostics } = parseCommand(source, piece, clipsLexer());
  if (node === null) return diagnostics;
  const found = workspace.command(node);
  return 'expression' in found ? [] : found;
}

/** Tells what is wrong, as CLIPS does without ending what is under way. */
function refused(diagnostics: readonly Diagnostic[], source: Source, { routers }: Console): Value {
  if (diagnostics.length > 0) routers.print(`\n${excerpts(diagnostics, [source])}\n`);
  else routers.print('\n[EXPRNPSR2] Expected a constant, variable, or expression.\n');
  return FALSE;
}

function isConstruct(text: string, piece: Piece): boolean {
  const { tokens } = clipsLexer().tokenize(text.slice(piece.start, piece.end));
  return kinds.some((kind) => kind === tokens[1]?.image);
}
