import { MAIN, type FunctionSignature } from '../engine/rule.ts';
import type {
  AttributeNode,
  ConstructNode,
  ExpressionNode,
  FactNode,
  FunctionNode,
  RuleNode,
} from './ast.ts';
import { checkConditions } from './check/conditions.ts';
import type { Context } from './check/context.ts';
import { checkBody, checkExpression, checkValue } from './check/expressions.ts';
import { checkFact } from './check/facts.ts';
import { functionsOf } from './check/functions.ts';
import { Scope } from './check/scope.ts';
import { templateOf } from './check/templates.ts';
import { error, warning, type Diagnostic, type Span } from './diagnostic.ts';
import { definitionsOf, type Definitions, type KnownTemplate, type Names } from './names.ts';
import { didYouMean } from './suggest.ts';
import { unreachable } from './unreachable.ts';
import { walk } from './walk.ts';

const salienceMax = 10_000;

export interface Checked {
  readonly definitions: Definitions;
  readonly names: Names;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks names and types of all constructs together. `functions` are those of the host. */
export function check(
  constructs: readonly ConstructNode[],
  functions: readonly FunctionSignature[],
): Checked {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const definitions = definitionsOf(constructs, report);
  const templates = new Map<string, KnownTemplate>();
  for (const node of definitions.templates) {
    const known = templateOf(node, report);
    if (!templates.has(known.template.name)) templates.set(known.template.name, known);
  }
  const names: Names = {
    templates,
    functions: functionsOf(definitions.functions, functions, report),
    globals: new Map(definitions.globals.map(({ name }) => [name.text, name.text])),
    ordered: orderedFacts(constructs, templates),
    dialect: 'policy',
    spreads: false,
    module: MAIN,
    orderedKey: () => null,
  };
  const checking = new Checking(names, report);
  for (const node of definitions.modules) report(noModules(node.name.span));
  for (const node of definitions.templates) for (const slot of node.slots) checking.defaults(slot.attributes);
  for (const node of definitions.globals) checking.value(node.value);
  for (const node of definitions.facts) for (const fact of node.facts) checking.fact(fact, node.broken);
  for (const node of definitions.functions) checking.function(node);
  for (const node of definitions.rules) checking.rule(node);
  return { definitions, names, diagnostics };
}

/** Checks one construct against the names that stand, its own among them: a prompt defines one after the other. */
export function checkConstruct(
  node: ConstructNode,
  names: Names,
  report: (diagnostic: Diagnostic) => void,
): void {
  const checking = new Checking(names, report);
  switch (node.kind) {
    case 'deftemplate':
      for (const slot of node.slots) checking.defaults(slot.attributes);
      return;
    case 'deffacts':
      for (const fact of node.facts) checking.fact(fact, node.broken);
      return;
    case 'defglobal':
      checking.value(node.value);
      return;
    case 'deffunction':
      checking.function(node);
      return;
    case 'defrule':
      checking.rule(node);
      return;
    case 'defmodule':
      return;
    default:
      unreachable(node);
  }
}

/** Checks an expression that is to be evaluated by itself. `scope` holds what earlier ones have bound. */
export function checkCommand(
  node: ExpressionNode,
  names: Names,
  scope: Scope,
  report: (diagnostic: Diagnostic) => void,
): void {
  new Checking(names, report).command(node, scope);
}

class Checking {
  readonly #names: Names;
  readonly #report: (diagnostic: Diagnostic) => void;

  constructor(names: Names, report: (diagnostic: Diagnostic) => void) {
    this.#names = names;
    this.#report = report;
  }

  /** Defaults that are computed; the literal ones were checked against their slot. */
  defaults(attributes: readonly AttributeNode[]): void {
    for (const { name, values } of attributes) {
      if (name.text !== 'default' && name.text !== 'default-dynamic') continue;
      const isWord = values.length === 1 && values[0]?.kind === 'variable';
      if (!isWord) for (const value of values) this.value(value);
    }
  }

  value(node: ExpressionNode): void {
    checkValue(node, this.#context('value', new Scope(), false));
  }

  command(node: ExpressionNode, scope: Scope): void {
    checkExpression(node, this.#context('action', scope, false));
  }

  fact(node: FactNode, broken: boolean): void {
    checkFact(node, this.#context('value', new Scope(), broken));
  }

  function(node: FunctionNode): void {
    const scope = new Scope();
    for (const { name, span, multi } of node.parameters) {
      if (scope.get(name) !== undefined) {
        this.#report(
          error('DSL2016', span, `parameter \`?${name}\` is named twice`, {
            help: 'give one of them another name',
          }),
        );
      }
      scope.bind({ name, span, types: null, multi });
    }
    checkBody(node.body, this.#context('function', scope, node.broken));
  }

  rule(node: RuleNode): void {
    const scope = new Scope();
    for (const declaration of node.declarations) this.#declaration(declaration);
    checkConditions(node.conditions, this.#context('condition', scope, node.broken));
    const context = this.#context('action', scope, node.broken);
    for (const action of node.actions) checkExpression(action, context);
    if (node.broken) return;
    for (const { shown, span } of scope.usedOnce()) {
      this.#report(
        warning('DSL3001', span, `\`${shown}\` is used once`, {
          help: `write \`${shown.startsWith('$') ? '$?' : '?'}\` when the value does not matter, or begin its name with \`_\``,
        }),
      );
    }
  }

  /** DSL2019: a salience that CLIPS does not take. DSL2024: a declaration that there is not. */
  #declaration({ name, values, span }: AttributeNode): void {
    if (name.text === 'auto-focus') {
      this.#autoFocus(name.span, values);
      return;
    }
    if (name.text !== 'salience') {
      this.#report(
        error('DSL2024', name.span, `a rule has no declaration \`${name.text}\``, {
          help: didYouMean(name.text, ['salience', 'auto-focus']) ?? 'a rule declares its `salience`',
        }),
      );
      return;
    }
    const [value] = values;
    const help = `it goes from -${salienceMax} to ${salienceMax}, and is 0 when it is not declared`;
    if (value === undefined || values.length > 1) {
      this.#report(error('DSL2019', span, '`salience` takes one integer', { help }));
      return;
    }
    const types = checkValue(value, this.#context('value', new Scope(), false));
    const isInteger = types === 'any' || (typeof types !== 'string' && types.includes('INTEGER'));
    const number = value.kind === 'literal' && typeof value.value === 'number' ? value.value : 0;
    if (!isInteger) this.#report(error('DSL2019', value.span, '`salience` takes an integer', { help }));
    else if (Math.abs(number) > salienceMax) {
      this.#report(error('DSL2019', value.span, `salience ${number} is out of range`, { help }));
    }
  }

  /** DSL1004 in a policy, which has no modules; DSL2024: not TRUE or FALSE. */
  #autoFocus(span: Span, values: readonly ExpressionNode[]): void {
    if (this.#names.dialect === 'policy') {
      this.#report(noModules(span));
      return;
    }
    const [value] = values;
    const isTruth = value?.kind === 'literal' && (value.text === 'TRUE' || value.text === 'FALSE');
    if (values.length === 1 && isTruth) return;
    this.#report(
      error('DSL2024', span, '`auto-focus` is TRUE or FALSE', { help: 'FALSE when it is not declared' }),
    );
  }

  #context(place: Context['place'], scope: Scope, broken: boolean): Context {
    return {
      names: this.#names,
      report: this.#report,
      scope,
      place,
      broken,
      inLoop: false,
      valueOf: checkValue,
      expressionOf: checkExpression,
    };
  }
}

/** DSL1004: a policy has no modules. */
function noModules(span: Span): Diagnostic {
  return error('DSL1004', span, 'modules of CLIPS are not part of policies', {
    help: 'leave them out: order rules by `(declare (salience …))`',
  });
}

/** Names of the facts without a template that are made somewhere. */
function orderedFacts(
  constructs: readonly ConstructNode[],
  templates: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const made = new Set<string>(['initial-fact']);
  const add = ({ name }: FactNode): void => {
    if (!templates.has(name.text)) made.add(name.text);
  };
  for (const construct of constructs) {
    if (construct.kind === 'deffacts') for (const fact of construct.facts) add(fact);
    const body =
      construct.kind === 'defrule'
        ? construct.actions
        : construct.kind === 'deffunction'
          ? construct.body
          : [];
    for (const node of walk(body)) if (node.kind === 'assert') for (const fact of node.facts) add(fact);
  }
  return made;
}
