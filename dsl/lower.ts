import {
  keyOf,
  MAIN,
  type Condition,
  type Expression,
  type FactForm,
  type FieldPattern,
  type FunctionDefinition,
  type Pattern,
  type QueryWord,
  type Rule,
  type RuleBase,
  type SlotForm,
  type SlotPattern,
  type Template,
  type Term,
} from '../engine/rule.ts';
import type {
  CallNode,
  ConditionNode,
  ConstraintNode,
  ExpressionNode,
  FactNode,
  FunctionNode,
  Name,
  PatternNode,
  RuleNode,
  TermNode,
} from './ast.ts';
import type { Definitions, Names } from './names.ts';
import { originOf } from './source.ts';
import { unreachable } from './unreachable.ts';

// Checked trees to the data that the engine compiles. Nothing here can fail: what could is told by the checks before.

/** The slot that holds the fields of an ordered fact. */
const implied = 'implied';

/** The rule base of constructs that have passed all checks. */
export function lower(definitions: Definitions, names: Names): RuleBase {
  const templates = definitions.templates.flatMap((node) => {
    const known = names.templates.get(node.name.text);
    return known === undefined ? [] : [known.template];
  });
  const lowering = new Lowering(names);
  const home = homeOf(names.module);
  const facts = definitions.facts.map((node) => ({
    ...home,
    name: node.name.text,
    facts: node.facts.map((fact) => lowering.fact(fact)),
    origin: originOf(node.span),
  }));
  const functions = definitions.functions.map((node) => ({ ...home, ...lowering.function(node) }));
  const rules = definitions.rules.map((node) => ({ ...home, ...lowering.rule(node) }));
  return {
    templates: [...templates, ...lowering.implied.values()],
    facts,
    globals: definitions.globals.map((node) => ({
      ...home,
      name: node.name.text,
      value: lowering.expression(node.value),
      origin: originOf(node.span),
    })),
    functions,
    rules,
  };
}

/** An expression that stands by itself, and the templates of the ordered facts that it makes. */
export function loweredCommand(
  node: ExpressionNode,
  names: Names,
): { readonly expression: Expression; readonly implied: readonly Template[] } {
  const lowering = new Lowering(names);
  const expression = lowering.expression(node);
  return { expression, implied: [...lowering.implied.values()] };
}

/** An expression that makes no facts: a slot's default. Without `names` it calls what is in MAIN. */
export function lowered(node: ExpressionNode, names: Names | null = null): Expression {
  return new Lowering(names).expression(node);
}

/** Which module a construct is in; MAIN goes without saying. */
export const homeOf = (module: string): { readonly module?: string } => (module === MAIN ? {} : { module });

class Lowering {
  /** Templates of the ordered facts that were met. */
  readonly implied = new Map<string, Template>();
  readonly #names: Names | null;

  constructor(names: Names | null) {
    this.#names = names;
  }

  rule(node: RuleNode): Rule {
    const salience = node.declarations.find((declaration) => declaration.name.text === 'salience');
    const [value] = salience?.values ?? [];
    const autoFocus = node.declarations.find((declaration) => declaration.name.text === 'auto-focus');
    const [isEager] = autoFocus?.values ?? [];
    return {
      name: node.name.text,
      comment: node.comment,
      salience: value === undefined ? { kind: 'value', value: 0 } : this.expression(value),
      ...(isEager?.kind === 'literal' && isEager.text === 'TRUE' ? { autoFocus: true } : {}),
      when: node.conditions.map((condition) => this.#condition(condition)),
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
      then: this.#body(node.actions),
      origin: originOf(node.span),
    };
  }

  function(node: FunctionNode): FunctionDefinition {
    const rest = node.parameters.find((parameter) => parameter.multi);
    return {
      name: node.name.text,
      parameters: node.parameters.filter((parameter) => !parameter.multi).map((parameter) => parameter.name),
      rest: rest?.name ?? null,
      body: this.#body(node.body),
      origin: originOf(node.span),
    };
  }

  fact(node: FactNode): FactForm {
    const origin = originOf(node.span);
    const explicit = this.#explicit(node.name.text);
    if (explicit !== null) {
      const slots = node.items.filter((item) => item.kind === 'call').map((item) => this.#slot(item));
      return { template: explicit, slots, origin };
    }
    const template = this.#ordered(node.name);
    return { template, slots: [{ slot: implied, values: this.#body(node.items) }], origin };
  }

  expression(node: ExpressionNode): Expression {
    switch (node.kind) {
      case 'literal':
        return { kind: 'value', value: node.value };
      case 'variable':
        return { kind: 'variable', name: node.name, multi: node.multi };
      case 'global':
        return { kind: 'global', name: this.#global(node.name) };
      case 'call':
        return {
          kind: 'call',
          name: this.#names?.functions.get(node.name.text)?.key ?? node.name.text,
          arguments: node.arguments.map((argument) => this.#argument(argument)),
          origin: originOf(node.span),
        };
      case 'assert':
        return { kind: 'assert', facts: node.facts.map((fact) => this.fact(fact)) };
      case 'modify':
      case 'duplicate':
        return {
          kind: node.kind,
          fact: this.expression(node.fact),
          slots: node.slots.map((slot) => this.#slot(slot)),
        };
      case 'bind':
        return {
          kind: 'bind',
          name: node.target.kind === 'global' ? this.#global(node.target.name) : node.target.name,
          global: node.target.kind === 'global',
          values: this.#body(node.values),
        };
      case 'if':
        return {
          kind: 'if',
          test: this.expression(node.test),
          // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
          then: this.#body(node.whenTrue),
          else: this.#body(node.whenFalse),
        };
      case 'while':
        return { kind: 'while', test: this.expression(node.test), do: this.#body(node.do) };
      case 'loop-for-count':
        return {
          kind: 'loop-for-count',
          variable: node.variable?.text ?? null,
          from: node.from === null ? { kind: 'value', value: 1 } : this.expression(node.from),
          to: this.expression(node.to),
          do: this.#body(node.do),
        };
      case 'foreach':
        // `progn$` may go without a variable; no text can name the empty one.
        return {
          kind: 'foreach',
          variable: node.variable?.text ?? '',
          list: this.expression(node.list),
          do: this.#body(node.do),
        };
      case 'switch':
        return {
          kind: 'switch',
          on: this.expression(node.on),
          cases: node.cases.map((one) => ({ value: this.expression(one.value), do: this.#body(one.do) })),
          otherwise: node.otherwise === null ? null : this.#body(node.otherwise),
        };
      case 'query':
        return {
          kind: 'query',
          word: node.word.text as QueryWord,
          members: node.members.map(({ variable, templates }) => ({
            variable: variable.text,
            templates: templates.map((each) => this.#explicit(each.text) ?? this.#ordered(each)),
          })),
          test: this.expression(node.test),
          do: this.#body(node.do),
          origin: originOf(node.span),
        };
      case 'return':
        return { kind: 'return', value: node.value === null ? null : this.expression(node.value) };
      case 'break':
        return { kind: 'break' };
      default:
        return unreachable(node);
    }
  }

  #body(nodes: readonly ExpressionNode[]): Expression[] {
    return nodes.map((node) => this.expression(node));
  }

  #argument(node: ExpressionNode): Expression {
    const argument = this.expression(node);
    if (this.#names?.spreads !== true || node.kind !== 'variable' || !node.multi) return argument;
    return { kind: 'call', name: 'expand$', arguments: [argument], origin: originOf(node.span) };
  }

  #slot(node: CallNode): SlotForm {
    return { slot: node.name.text, values: this.#body(node.arguments) };
  }

  #condition(node: ConditionNode): Condition {
    switch (node.kind) {
      case 'pattern':
        return this.#pattern(node);
      case 'test':
        return { kind: 'test', expression: this.expression(node.expression) };
      case 'best':
        return {
          kind: 'best',
          pattern: this.#pattern(node.pattern),
          criteria: node.criteria.map(({ order, by }) => ({
            order: order.text === 'maximize' ? 'maximize' : 'minimize',
            by: this.expression(by),
          })),
          origin: originOf(node.span),
        };
      case 'forall': {
        const [each, ...also] = node.of.map((condition) => this.#condition(condition));
        if (each === undefined) throw new Error('forall without conditions');
        return { kind: 'forall', each, also };
      }
      case 'and':
      case 'or':
      case 'not':
      case 'exists':
      case 'logical':
        return { kind: node.kind, of: node.of.map((condition) => this.#condition(condition)) };
      default:
        return unreachable(node);
    }
  }

  #pattern(node: PatternNode): Pattern {
    const fields = node.items.filter((item) => item.kind === 'constraint');
    const explicit = this.#explicit(node.name.text);
    const slots = node.items
      .filter((item) => item.kind === 'slot')
      .map((item) => ({ slot: item.name.text, fields: item.fields.map((field) => this.#field(field)) }));
    const ordered: SlotPattern = { slot: implied, fields: fields.map((field) => this.#field(field)) };
    return {
      kind: 'pattern',
      template: explicit ?? this.#ordered(node.name),
      slots: explicit !== null ? slots : [ordered],
      address: node.address?.text ?? null,
      origin: originOf(node.span),
    };
  }

  #field(node: ConstraintNode): FieldPattern {
    return {
      multi: node.multi,
      alternatives: node.alternatives.map((terms) => terms.map((term) => this.#term(term))),
    };
  }

  #term(node: TermNode): Term {
    const { negated } = node;
    switch (node.kind) {
      case 'literal':
        return { kind: 'value', value: node.literal.value, negated };
      case 'variable':
        return { kind: 'variable', name: node.name, multi: node.multi, negated };
      case 'global':
        return { kind: 'equal', expression: { kind: 'global', name: this.#global(node.name) }, negated };
      case 'predicate':
      case 'equal':
        return { kind: node.kind, expression: this.expression(node.expression), negated };
      default:
        return unreachable(node);
    }
  }

  #global(name: string): string {
    return this.#names?.globals.get(name) ?? name;
  }

  /** The key of a template with slots; null: there is none of that name. */
  #explicit(name: string): string | null {
    const known = this.#names?.templates.get(name);
    return known === undefined ? null : keyOf(known.template);
  }

  /** The key of an ordered fact's template. One that is met first is the module's own. */
  #ordered({ text: name, span }: Name): string {
    const known = this.#names?.orderedKey(name) ?? null;
    if (known !== null) return known;
    const home = homeOf(this.#names?.module ?? MAIN);
    const key = keyOf({ ...home, name });
    if (this.implied.has(key)) return key;
    this.implied.set(key, {
      ...home,
      name,
      comment: null,
      slots: [
        {
          name: implied,
          multi: true,
          types: null,
          allowed: null,
          range: null,
          cardinality: null,
          default: { kind: 'static', value: [] },
          comment: null,
        },
      ],
      implied: true,
      origin: originOf(span),
    });
    return key;
  }
}
