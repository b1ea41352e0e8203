import { EOF, type CstNode, type IToken, type Lexer } from 'chevrotain';
import type { ConstructNode, ExpressionNode, GlobalDefinitionNode } from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';
import {
  chunks,
  closed,
  collect,
  Forms,
  invoke,
  isWord,
  kinds,
  normalised,
  type Kind,
  type Phrase,
} from './forms.ts';
import { grammar } from './grammar.ts';
import { textOf } from './literal.ts';
import { pieces, type Piece } from './reader.ts';
import type { Source } from './source.ts';
import { closest } from './suggest.ts';
import {
  leftOpen,
  missingArrow,
  openString,
  strangeCharacter,
  strayText,
  tooDeep,
  unexpected,
  unknownConstruct,
  type Failure,
} from './syntax-errors.ts';
import { TreeReader } from './to-ast.ts';
import * as t from './tokens.ts';
import { unreachable } from './unreachable.ts';

// Text to trees. The parentheses are balanced before the grammar sees them, so recovery goes by form: when a construct does
// not parse, each form of it is parsed alone, the good ones are kept, and of each bad one its first error is told. Nothing is
// guessed, so no error follows from another one, and no token is read more than twice.

export interface Parsed {
  readonly constructs: readonly ConstructNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All constructs of a file, and everything that is wrong with its form. */
export function parse(source: Source, lexer: Lexer = t.lexer): Parsed {
  const constructs: ConstructNode[] = [];
  const diagnostics: Diagnostic[] = [];
  let isBehindUnknown = false;
  for (const piece of pieces(source.text)) {
    if (piece.kind === 'form') {
      const read = new FormParser(source, piece, diagnostics, lexer).constructs();
      constructs.push(...read);
      isBehindUnknown = read.length === 0;
      continue;
    }
    diagnostics.push(strayText(source, piece));
    // A form without a construct, then a parenthesis that closes nothing: the construct before was closed too early.
    const last = isBehindUnknown && source.text[piece.start] === ')' ? constructs.pop() : undefined;
    if (last !== undefined) constructs.push({ ...last, broken: true });
  }
  return { constructs, diagnostics };
}

/** The construct of one form. */
export function parseConstruct(
  source: Source,
  piece: Extract<Piece, { kind: 'form' }>,
  lexer: Lexer,
): Parsed {
  const diagnostics: Diagnostic[] = [];
  return { constructs: new FormParser(source, piece, diagnostics, lexer).constructs(), diagnostics };
}

/**
 * A whole form, or the first word of a text without one, as an expression, as a prompt takes it. `fact`: the form is a fact, and the
 * expression asserts it.
 */
export function parseCommand(
  source: Source,
  piece: Piece,
  lexer: Lexer,
  phrase: 'action' | 'fact' = 'action',
): { readonly node: ExpressionNode | null; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  if (piece.kind === 'form')
    return { node: new FormParser(source, piece, diagnostics, lexer).command(phrase), diagnostics };
  const reader = new TreeReader(source, piece.start, (diagnostic) => diagnostics.push(diagnostic));
  grammar.input = lexer.tokenize(source.text.slice(piece.start, piece.end)).tokens.slice(0, 1);
  const words = grammar.body();
  const [node] = grammar.errors.length > 0 ? [] : reader.body(words);
  if (node === undefined) diagnostics.push(strayText(source, piece));
  return { node: node ?? null, diagnostics };
}

class FormParser {
  readonly #source: Source;
  readonly #piece: Extract<Piece, { kind: 'form' }>;
  readonly #diagnostics: Diagnostic[];
  readonly #reader: TreeReader;
  readonly #lexer: Lexer;

  constructor(
    source: Source,
    piece: Extract<Piece, { kind: 'form' }>,
    diagnostics: Diagnostic[],
    lexer: Lexer,
  ) {
    this.#source = source;
    this.#lexer = lexer;
    this.#piece = piece;
    this.#diagnostics = diagnostics;
    this.#reader = new TreeReader(source, piece.start, (diagnostic) => diagnostics.push(diagnostic));
  }

  /** The form as an expression to be evaluated, or as a fact to be asserted; null when it is none. */
  command(phrase: 'action' | 'fact'): ExpressionNode | null {
    const source = this.#source;
    const { start, end } = this.#piece;
    const { tokens, errors } = this.#lexer.tokenize(source.text.slice(start, end));
    for (const { offset } of errors) this.#diagnostics.push(strangeCharacter(source, start + offset));
    if (this.#piece.tooDeep !== null) this.#diagnostics.push(tooDeep(source, this.#piece.tooDeep));
    if (this.#diagnostics.length > 0) return null;
    let command: ExpressionNode | null = null;
    const failure = this.#try(phrase, tokens, (node) => {
      if (phrase === 'action') command = this.#reader.action(node);
      else command = { kind: 'assert', facts: [this.#reader.fact(node)], span: source.span(start, end) };
    });
    if (failure !== null) this.#diagnostics.push(this.#unexpected(failure, tokens));
    return command;
  }

  /** The construct, or several for a defglobal; none when there is not even a name. */
  constructs(): ConstructNode[] {
    const source = this.#source;
    const { start, end } = this.#piece;
    const { tokens, errors } = this.#lexer.tokenize(source.text.slice(start, this.#piece.openString ?? end));
    const head = tokens[1];
    const kind = kinds.find((known) => known === head?.image) ?? null;
    if (kind === null) this.#diagnostics.push(unknownConstruct(source, this.#piece, head));
    // A misspelt construct is read as what it was meant to be, so that what it declares is known.
    const meant = kind ?? kinds.find((known) => known === closest(head?.image ?? '', kinds)) ?? null;
    if (head === undefined || meant === null) return [];
    if (kind === null) tokens[1] = t.respelt(head, meant);
    if (this.#piece.tooDeep !== null) {
      this.#diagnostics.push(tooDeep(source, this.#piece.tooDeep));
      return [];
    }
    for (const { offset } of errors) this.#diagnostics.push(strangeCharacter(source, start + offset));
    if (this.#piece.openString !== null) this.#diagnostics.push(openString(source, this.#piece.openString));
    else if (this.#piece.open > 0) this.#diagnostics.push(leftOpen(source, this.#piece, tokens));
    const isMended = this.#piece.openString !== null || this.#piece.open > 0 || errors.length > 0;
    return this.#read(meant, isMended ? closed(tokens) : tokens, isMended);
  }

  /** `isMended`: parentheses were added, or characters left out. What does not parse then is told already. */
  #read(kind: Kind, tokens: readonly IToken[], isMended: boolean): ConstructNode[] {
    const forms = new Forms();
    const failure = this.#try(kind, tokens, (whole) => collect(forms, whole));
    forms.broken = failure !== null || isMended;
    if (failure !== null) {
      const name =
        kind === 'defrule' && !tokens.some(({ tokenType }) => tokenType === t.Arrow) ? tokens[2] : undefined;
      const isMissingArrow = name !== undefined && isWord(name);
      if (!isMended) {
        const rule = isMissingArrow ? missingArrow(tokens, (token) => this.#reader.spanOf(token)) : null;
        this.#diagnostics.push(rule ?? this.#unexpected(failure, tokens));
      }
      if (!isMissingArrow) this.#salvage(forms, kind, tokens, isMended ? null : failure.token);
    }
    return this.#built(kind, tokens, forms);
  }

  /** Parses each form alone: keeps those that are good, and tells the error of each other one, but for the one told already. */
  #salvage(forms: Forms, kind: Kind, tokens: readonly IToken[], told: IToken | null): void {
    for (const { phrase, tokens: chunk, next } of chunks(kind, tokens)) {
      const failure = this.#try(phrase, chunk, (node) => forms.add(phrase, node));
      if (failure !== null) forms.failed.push(...chunk);
      if (failure === null || told === null || told === next || chunk.includes(told)) continue;
      this.#diagnostics.push(this.#unexpected(failure, chunk));
    }
  }

  #unexpected(failure: Failure, tokens: readonly IToken[]): Diagnostic {
    return unexpected(failure, tokens, (token) => this.#reader.spanOf(token));
  }

  #try(phrase: Kind | Phrase, tokens: readonly IToken[], accept: (node: CstNode) => void): Failure | null {
    grammar.input = [...tokens];
    const node = invoke(grammar, phrase);
    const [failure] = grammar.errors;
    if (failure === undefined) {
      accept(node);
      return null;
    }
    const last = tokens.at(-1);
    const isAtEnd = failure.token.tokenType === EOF && last !== undefined;
    return { message: failure.message, token: isAtEnd ? last : failure.token };
  }

  #built(kind: Kind, tokens: readonly IToken[], forms: Forms): ConstructNode[] {
    if (kind === 'defglobal') {
      const [, , word] = tokens;
      return this.#globals(forms, word !== undefined && isWord(word) ? word.image : null);
    }
    const reader = this.#reader;
    const [, , named, second] = tokens;
    if (named === undefined || !isWord(named)) return [];
    const whole = {
      name: reader.name(named),
      comment: second?.tokenType === t.Text ? textOf(second) : null,
      broken: forms.broken,
      span: this.#source.span(this.#piece.start, this.#piece.end),
      text: normalised(tokens),
    };
    switch (kind) {
      case 'deftemplate':
        return [{ ...whole, kind, slots: forms.of('slotDefinition').map((slot) => reader.slot(slot)) }];
      case 'deffacts':
        return [{ ...whole, kind, facts: forms.of('fact').map((fact) => reader.fact(fact)) }];
      case 'deffunction':
        return [
          {
            ...whole,
            kind,
            parameters: forms.of('parameters').flatMap((parameters) => reader.parameters(parameters)),
            body: forms.of('body').flatMap((body) => reader.body(body)),
          },
        ];
      case 'defrule':
        return [
          {
            ...whole,
            kind,
            declarations: forms.of('declaration').flatMap((declaration) => reader.declaration(declaration)),
            conditions: forms.of('condition').map((condition) => reader.condition(condition)),
            actions: forms.of('action').map((action) => reader.action(action)),
          },
        ];
      case 'defmodule':
        return [{ ...whole, kind, ports: forms.of('attribute').map((port) => reader.attribute(port)) }];
      default:
        return unreachable(kind);
    }
  }

  #globals(forms: Forms, module: string | null): GlobalDefinitionNode[] {
    const reader = this.#reader;
    const { start } = this.#piece;
    // Globals whose value could not be read are known all the same.
    const unread = forms.failed
      .filter((token) => token.tokenType === t.Global)
      .map((token): GlobalDefinitionNode => {
        const { name, span } = reader.globalNamed(token);
        const value = { kind: 'literal', value: 0, text: '0', span } as const;
        return {
          kind: 'defglobal',
          module,
          name: { text: name, span },
          value,
          comment: null,
          broken: true,
          span,
          text: token.image,
        };
      });
    const read = forms.of('globalDefinition').map((node): GlobalDefinitionNode => {
      const { name, value } = reader.global(node);
      const from = start + (node.location?.startOffset ?? 0);
      const to = start + (node.location?.endOffset ?? 0) + 1;
      const { tokens } = this.#lexer.tokenize(this.#source.text.slice(from, to));
      const span = this.#source.span(from, to);
      return {
        kind: 'defglobal',
        module,
        name,
        value,
        comment: null,
        broken: false,
        span,
        text: normalised(tokens),
      };
    });
    return [...read, ...unread];
  }
}
