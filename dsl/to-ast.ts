import type { CstNode, IToken } from 'chevrotain';
import type { Field } from '../engine/value.ts';
import type {
  AttributeNode,
  BestNode,
  Body,
  CallNode,
  ConditionNode,
  ConstraintNode,
  ExpressionNode,
  FactNode,
  GlobalNode,
  LiteralNode,
  Name,
  PatternNode,
  QueryNode,
  SlotNode,
  SlotPatternNode,
  TermNode,
  VariableNode,
} from './ast.ts';
import { inner, nodes, only, token, tokens } from './cst.ts';
import { error, type Diagnostic, type Span } from './diagnostic.ts';
import { valueOf } from './literal.ts';
import type { Source } from './source.ts';
import { unreachable } from './unreachable.ts';

/** Makes the tree of ast.ts of what the grammar has recognised. One for each piece of a file. */
export class TreeReader {
  readonly #source: Source;
  readonly #base: number;
  readonly #report: (diagnostic: Diagnostic) => void;

  /** `base`: the piece's offset in the file. `report` takes literals that stand for no value. */
  constructor(source: Source, base: number, report: (diagnostic: Diagnostic) => void) {
    this.#source = source;
    this.#base = base;
    this.#report = report;
  }

  spanOf({ startOffset, image }: IToken): Span {
    return this.#span(startOffset, startOffset + image.length);
  }

  name(word: IToken): Name {
    return { text: word.image.replace(/^\$?\?/, ''), span: this.spanOf(word) };
  }

  slot(node: CstNode): SlotNode {
    return {
      name: this.name(token(node, 'name')),
      multi: tokens(node, 'multi').length > 0,
      attributes: nodes(node, 'attribute').map((attribute) => this.attribute(attribute)),
      span: this.#whole(node),
    };
  }

  attribute(node: CstNode): AttributeNode {
    return {
      name: this.name(token(node, 'name')),
      values: this.#expressions(node),
      span: this.#whole(node),
    };
  }

  declaration(node: CstNode): AttributeNode[] {
    return nodes(node, 'attribute').map((attribute) => this.attribute(attribute));
  }

  fact(node: CstNode): FactNode {
    const read = nodes(node, 'factItem').map((item): ExpressionNode => {
      const [slot] = nodes(item, 'slotForm');
      return slot === undefined ? this.#atom(only(item, 'atom')) : this.#slotForm(slot);
    });
    // `=(+ ?x 1)` is the value of an expression, as it is without the sign.
    const items = withoutEqualSigns(read);
    return { name: this.name(token(node, 'name')), items, span: this.#whole(node) };
  }

  global(node: CstNode): { readonly name: Name; readonly value: ExpressionNode } {
    const { name, span } = this.globalNamed(token(node, 'Global'));
    return { name: { text: name, span }, value: this.expression(only(node, 'expression')) };
  }

  parameters(node: CstNode): VariableNode[] {
    return [...tokens(node, 'parameter'), ...tokens(node, 'rest')].map((parameter) =>
      this.#variable(parameter),
    );
  }

  body(node: CstNode): Body {
    return this.#expressions(node);
  }

  action(node: CstNode): ExpressionNode {
    return this.#form(only(node, 'form'));
  }

  condition(node: CstNode): ConditionNode {
    const child = inner(node);
    switch (child.name) {
      case 'addressed':
        return {
          ...this.#pattern(only(child, 'pattern')),
          address: this.name(token(child, 'Variable')),
          span: this.#whole(child),
        };
      case 'test':
        return { kind: 'test', expression: this.#form(only(child, 'form')), span: this.#whole(child) };
      case 'best':
        return this.#best(child);
      case 'negation':
        return {
          kind: 'not',
          of: [this.condition(only(child, 'condition'))],
          span: this.#whole(child),
        };
      case 'group':
        return {
          kind: groupKind(token(child, 'kind').image),
          of: nodes(child, 'condition').map((condition) => this.condition(condition)),
          span: this.#whole(child),
        };
      default:
        return this.#pattern(child);
    }
  }

  expression(node: CstNode): ExpressionNode {
    const [form] = nodes(node, 'form');
    return form === undefined ? this.#atom(only(node, 'atom')) : this.#form(form);
  }

  #best(node: CstNode): BestNode {
    const criteria = nodes(node, 'attribute').map((attribute) => this.attribute(attribute));
    return {
      kind: 'best',
      pattern: this.#pattern(only(node, 'pattern')),
      criteria: criteria.flatMap((criterion) => {
        const [by] = criterion.values;
        const isCriterion = criterion.name.text === 'maximize' || criterion.name.text === 'minimize';
        if (isCriterion && by !== undefined && criterion.values.length === 1) {
          return [{ order: criterion.name, by }];
        }
        this.#report(
          error('DSL1006', criterion.span, 'expected `(maximize …)` or `(minimize …)` with one expression', {
            help: 'the first criterion counts most: `(best (host (name ?h) (load ?l)) (minimize ?l))`',
          }),
        );
        return [];
      }),
      span: this.#whole(node),
    };
  }

  #pattern(node: CstNode): PatternNode {
    const items = nodes(node, 'patternItem').map((item): SlotPatternNode | ConstraintNode => {
      const [slot] = nodes(item, 'slotPattern');
      return slot === undefined ? this.#constraint(only(item, 'constraint')) : this.#slotPattern(slot);
    });
    return {
      kind: 'pattern',
      address: null,
      name: this.name(token(node, 'name')),
      items,
      span: this.#whole(node),
    };
  }

  #slotPattern(node: CstNode): SlotPatternNode {
    return {
      kind: 'slot',
      name: this.name(token(node, 'name')),
      fields: nodes(node, 'constraint').map((constraint) => this.#constraint(constraint)),
      span: this.#whole(node),
    };
  }

  #constraint(node: CstNode): ConstraintNode {
    const alternatives = nodes(node, 'conjunction').map((conjunction) =>
      nodes(conjunction, 'term').map((term) => this.#term(term)),
    );
    const isMultiVariable = alternatives[0]?.some((term) => term.kind === 'variable' && term.multi) ?? false;
    return {
      kind: 'constraint',
      multi: isMultiVariable || tokens(node, 'MultiWildcard').length > 0,
      alternatives: firstBindsAll(alternatives),
      span: this.#whole(node),
    };
  }

  #term(node: CstNode): TermNode {
    const negated = tokens(node, 'Not').length > 0;
    const span = this.#whole(node);
    const [form] = nodes(node, 'form');
    if (form !== undefined) {
      const kind = tokens(node, "':'").length > 0 ? 'predicate' : 'equal';
      return { kind, expression: this.#form(form), negated, span };
    }
    const atom = this.#atom(only(node, 'atom'));
    switch (atom.kind) {
      case 'variable':
        return { kind: 'variable', name: atom.name, multi: atom.multi, negated, span };
      case 'global':
        return { kind: 'global', name: atom.name, negated, span };
      case 'literal':
        return { kind: 'literal', literal: atom, negated, span };
      default:
        return unreachable(atom);
    }
  }

  #form(node: CstNode): ExpressionNode {
    const child = inner(node);
    const span = this.#whole(child);
    switch (child.name) {
      case 'assertForm':
        return { kind: 'assert', facts: nodes(child, 'fact').map((fact) => this.fact(fact)), span };
      case 'changeForm':
        return {
          kind: tokens(child, "'modify'").length > 0 ? 'modify' : 'duplicate',
          fact: this.expression(only(child, 'expression')),
          slots: nodes(child, 'slotForm').map((slot) => this.#slotForm(slot)),
          span,
        };
      case 'bindForm':
        return { kind: 'bind', target: this.#target(child), values: this.#expressions(child), span };
      case 'ifForm':
        return {
          kind: 'if',
          test: this.expression(only(child, 'expression')),
          whenTrue: this.body(only(child, 'then')),
          whenFalse: nodes(child, 'else').flatMap((body) => this.body(body)),
          span,
        };
      case 'whileForm':
        return {
          kind: 'while',
          test: this.expression(only(child, 'expression')),
          do: this.body(only(child, 'body')),
          span,
        };
      case 'countForm':
        return this.#countForm(child);
      case 'foreachForm':
      case 'prognForm': {
        const [variable] = tokens(child, 'Variable');
        return {
          kind: 'foreach',
          variable: variable === undefined ? null : this.name(variable),
          list: this.expression(only(child, 'expression')),
          do: this.body(only(child, 'body')),
          span,
        };
      }
      case 'switchForm': {
        const [otherwise] = nodes(child, 'body');
        return {
          kind: 'switch',
          on: this.expression(only(child, 'expression')),
          cases: nodes(child, 'case').map((one) => ({
            value: this.expression(only(one, 'expression')),
            do: this.body(only(one, 'body')),
          })),
          otherwise: otherwise === undefined ? null : this.body(otherwise),
          span,
        };
      }
      case 'queryForm':
        return this.#query(child);
      case 'returnForm': {
        const [value] = nodes(child, 'expression');
        return { kind: 'return', value: value === undefined ? null : this.expression(value), span };
      }
      case 'breakForm':
        return { kind: 'break', span };
      default:
        return this.#call(child);
    }
  }

  #query(node: CstNode): QueryNode {
    return {
      kind: 'query',
      word: this.name(token(node, "'query'")),
      members: nodes(node, 'queryMember').map((member) => ({
        variable: this.name(token(member, 'Variable')),
        templates: tokens(member, 'template').map((template) => this.name(template)),
      })),
      test: this.expression(only(node, 'expression')),
      do: this.body(only(node, 'body')),
      span: this.#whole(node),
    };
  }

  #countForm(node: CstNode): ExpressionNode {
    const bounds = nodes(node, 'bound').map((bound) => this.expression(bound));
    const to = bounds.at(-1);
    if (to === undefined) throw new Error('a counting loop without its end');
    const [variable] = tokens(node, 'Variable');
    return {
      kind: 'loop-for-count',
      variable: variable === undefined ? null : this.name(variable),
      from: bounds.length === 2 ? (bounds[0] ?? null) : null,
      to,
      do: this.body(only(node, 'body')),
      span: this.#whole(node),
    };
  }

  #target(node: CstNode): VariableNode | GlobalNode {
    const [global] = tokens(node, 'Global');
    return global === undefined ? this.#variable(token(node, 'Variable')) : this.globalNamed(global);
  }

  /** A slot with its values, or a call among the fields of an ordered fact. */
  #slotForm(node: CstNode): CallNode {
    const call = this.#call(node);
    if (call.name.text === 'funcall') return call;
    return { ...call, arguments: withoutEqualSigns(call.arguments) };
  }

  #call(node: CstNode): CallNode {
    return {
      kind: 'call',
      name: this.name(token(node, 'name')),
      arguments: this.#expressions(node),
      span: this.#whole(node),
    };
  }

  #expressions(node: CstNode): ExpressionNode[] {
    return nodes(node, 'expression').map((expression) => this.expression(expression));
  }

  #atom(node: CstNode): LiteralNode | VariableNode | GlobalNode {
    const atom = token(node, 'token');
    switch (atom.tokenType.name) {
      case 'Variable':
      case 'MultiVariable':
        return this.#variable(atom);
      case 'Global':
        return this.globalNamed(atom);
      default:
        return { kind: 'literal', value: this.#value(atom), text: atom.image, span: this.spanOf(atom) };
    }
  }

  #variable(atom: IToken): VariableNode {
    const { text, span } = this.name(atom);
    return { kind: 'variable', name: text, multi: atom.image.startsWith('$'), span };
  }

  globalNamed(atom: IToken): GlobalNode {
    return {
      kind: 'global',
      name: atom.image.replace(/^\$?\?\*/, '').slice(0, -1),
      span: this.spanOf(atom),
    };
  }

  #value(atom: IToken): Field {
    const reading = valueOf(atom);
    if (reading.wrong !== null)
      this.#report(error('DSL1009', this.spanOf(atom), reading.wrong, { help: reading.help }));
    return reading.value;
  }

  #whole(node: CstNode): Span {
    return this.#span(node.location?.startOffset ?? 0, (node.location?.endOffset ?? 0) + 1);
  }

  #span(start: number, end: number): Span {
    return this.#source.span(this.#base + start, this.#base + end);
  }
}

/**
 * `?x&red|blue` means `?x&(red|blue)`, the one exception to `&` binding tighter than `|` (Basic Programming Guide,
 * 5.4.1.2): the leading variable goes into every alternative.
 */
function firstBindsAll(alternatives: readonly (readonly TermNode[])[]): readonly (readonly TermNode[])[] {
  const [first, ...others] = alternatives;
  const [leader] = first ?? [];
  if (first === undefined || leader?.kind !== 'variable' || leader.negated || first.length < 2)
    return alternatives;
  return [first, ...others.map((terms) => Array.of<TermNode>(leader).concat(terms))];
}

/** Values without the `=` that may stand before an expression. */
function withoutEqualSigns(values: readonly ExpressionNode[]): ExpressionNode[] {
  return values.filter((value, at) => {
    const isSign = value.kind === 'literal' && value.text === '=';
    const next = values[at + 1]?.kind;
    return !(isSign && next !== undefined && next !== 'literal' && next !== 'variable' && next !== 'global');
  });
}

function groupKind(word: string): 'and' | 'or' | 'exists' | 'logical' | 'forall' {
  switch (word) {
    case 'and':
    case 'or':
    case 'exists':
    case 'logical':
    case 'forall':
      return word;
    default:
      throw new Error(`no group of conditions is called ${word}`);
  }
}
