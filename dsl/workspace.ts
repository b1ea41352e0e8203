import type { Shapes } from '../engine/plan.ts';
import { keyOf, MAIN, type Expression, type FunctionSignature } from '../engine/rule.ts';
import { RuleError, Session, type World } from '../engine/session.ts';
import type { ConstructNode, ExpressionNode } from './ast.ts';
import { checkCommand, checkConstruct } from './check.ts';
import { callableOf, knownFunction } from './check/functions.ts';
import { Scope } from './check/scope.ts';
import { templateOf } from './check/templates.ts';
import { error, type Diagnostic } from './diagnostic.ts';
import { lower, loweredCommand } from './lower.ts';
import type { Definitions, KnownFunction, KnownTemplate, Names } from './names.ts';
import { unreachable } from './unreachable.ts';

export type Kind = ConstructNode['kind'];

/** A construct as it stands in a workspace. */
export interface Standing {
  readonly kind: Kind;
  readonly name: string;
  readonly module: string;
  /** Its source; null for what came without text, as the template of an ordered fact does. */
  readonly node: ConstructNode | null;
}

/** The fact that CLIPS asserts at each reset, as a construct. */
const INITIAL_FACTS: Standing = { kind: 'deffacts', name: 'initial-fact', module: MAIN, node: null };

/**
 * What CLIPS takes and Octopus's policies refuse: purity, types, and slips that have a meaning in CLIPS. In a CLIPS program a
 * wrong argument is told when the call is made.
 */
const toldByPoliciesOnly: ReadonlySet<string> = new Set([
  'DSL2013',
  'DSL2014',
  'DSL2015',
  'DSL2016',
  'DSL2017',
  'DSL2018',
]);

/**
 * A session that is built construct by construct, as a prompt does it: each is checked against what stands, and defined at once.
 * A construct replaces the one of its name; one with an error changes nothing.
 */
export class Workspace {
  readonly session: Session;
  readonly #host: readonly FunctionSignature[];
  readonly #templates = new Map<string, KnownTemplate>();
  readonly #functions = new Map<string, KnownFunction>();
  readonly #globals = new Set<string>();
  readonly #ordered = new Set<string>();
  readonly #names: Names = {
    templates: this.#templates,
    functions: this.#functions,
    globals: this.#globals,
    ordered: this.#ordered,
  };
  /** Sources by kind and key. */
  readonly #sources = new Map<string, ConstructNode>();
  /** Variables of the prompt. */
  #scope = new Scope();

  constructor({ functions, world }: { functions: readonly FunctionSignature[]; world: World }) {
    this.#host = functions;
    const nothing = { templates: [], facts: [], globals: [], functions: [], rules: [] };
    this.session = new Session(nothing, { strategy: 'depth', world, initialFact: true });
    this.#forget();
  }

  /** The slots of the templates that stand. */
  readonly shapes: Shapes = {
    slotAt: (template, slot) =>
      this.session.template(template)?.slots.findIndex(({ name }) => name === slot) ?? -1,
    isMulti: (template, slot) =>
      this.session.template(template)?.slots.some(({ name, multi }) => multi && name === slot) ?? false,
  };

  /** Forgets all constructs and facts. False while rules run: nothing is done then. */
  clear(): boolean {
    if (!this.session.clear()) return false;
    this.#forget();
    return true;
  }

  /** The constructs of a kind, of all modules or of one, in the order in which they were defined. */
  standing(kind: Kind, module?: string): readonly Standing[] {
    const found = this.#definitions(kind, module).map((definition) => ({
      kind,
      name: definition.name,
      module: definition.module ?? MAIN,
      node: this.#sources.get(`${kind} ${keyOf(definition)}`) ?? null,
    }));
    const isFirst = kind === 'deffacts' && (module ?? MAIN) === MAIN;
    return isFirst ? [INITIAL_FACTS, ...found] : found;
  }

  /** The construct of a name, `M::name` or one that the current module has. */
  find(kind: Kind, name: string): Standing | null {
    const [module, plain] = name.includes('::') ? name.split('::') : [this.session.currentModule, name];
    return this.standing(kind, module).find((each) => each.name === plain) ?? null;
  }

  /** Takes a construct away; false when others use it. */
  remove({ kind, name, module }: Standing): boolean {
    const { session } = this;
    const key = keyOf({ name, module });
    switch (kind) {
      case 'defrule':
        session.removeRule(key);
        break;
      case 'deffacts':
        session.removeFacts(key);
        break;
      case 'deftemplate':
        if (key === INITIAL_FACTS.name || session.removeTemplate(key) === 'in-use') return false;
        this.#templates.delete(key);
        break;
      case 'deffunction':
        if (session.removeFunction(key) === 'in-use') return false;
        this.#functions.delete(key);
        break;
      case 'defglobal':
        if (session.removeGlobal(key) === 'in-use') return false;
        this.#globals.delete(key);
        break;
      default:
        return unreachable(kind);
    }
    this.#sources.delete(`${kind} ${key}`);
    return true;
  }

  /** Defines a construct; what is returned are the errors for which it was refused. */
  define(node: ConstructNode): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic): void => {
      if (isTold(diagnostic)) diagnostics.push(diagnostic);
    };
    const takeBack = this.#declare(node, report);
    checkConstruct(node, this.#names, report);
    if (diagnostics.length === 0) {
      try {
        this.#add(node);
      } catch (problem) {
        if (!(problem instanceof RuleError)) throw problem;
        diagnostics.push(error('DSL2016', node.name.span, problem.message));
      }
    }
    if (diagnostics.length > 0) takeBack();
    return diagnostics;
  }

  /** An expression ready to be evaluated, or the errors that it has. */
  command(node: ExpressionNode): { readonly expression: Expression } | readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    checkCommand(node, this.#names, this.#scope, (diagnostic) => {
      if (isTold(diagnostic) && diagnostic.code !== 'DSL2005') diagnostics.push(diagnostic);
    });
    if (diagnostics.length > 0) return diagnostics;
    const { expression, implied } = loweredCommand(node, this.#names);
    for (const template of implied)
      if (this.session.template(keyOf(template)) === undefined) this.session.addTemplate(template);
    return { expression };
  }

  #forget(): void {
    for (const map of [this.#templates, this.#functions, this.#sources]) map.clear();
    this.#globals.clear();
    this.#ordered.clear();
    for (const [name, known] of callableOf(this.#host)) this.#functions.set(name, known);
    this.#scope = new Scope();
  }

  #definitions(kind: Kind, module?: string): readonly { readonly name: string; readonly module?: string }[] {
    const { session } = this;
    switch (kind) {
      case 'defrule':
        return session.rules(module);
      case 'deffacts':
        return session.factsDefinitions(module);
      case 'deftemplate':
        return session.templates(module);
      case 'deffunction':
        return session.functions(module);
      case 'defglobal':
        return session.globals(module);
      default:
        return unreachable(kind);
    }
  }

  #add(node: ConstructNode): void {
    const { session } = this;
    const base = lower(only(node), this.#names);
    for (const template of base.templates)
      if (!template.implied || session.template(keyOf(template)) === undefined) session.addTemplate(template);
    for (const definition of base.facts) session.addFacts(definition);
    for (const definition of base.globals) session.addGlobal(definition);
    for (const definition of base.functions) session.addFunction(definition);
    for (const rule of base.rules) session.addRule(rule);
    this.#sources.set(`${node.kind} ${node.name.text}`, node);
  }

  /** Makes a construct's name known, so that it may name itself; what is returned takes it back. */
  #declare(node: ConstructNode, report: (diagnostic: Diagnostic) => void): () => void {
    const name = node.name.text;
    switch (node.kind) {
      case 'deftemplate':
        return replaced(this.#templates, name, templateOf(node, report));
      case 'deffunction':
        return replaced(this.#functions, name, knownFunction(node, 'anywhere'));
      case 'defglobal': {
        const isNew = !this.#globals.has(name);
        this.#globals.add(name);
        return () => {
          if (isNew) this.#globals.delete(name);
        };
      }
      case 'deffacts':
      case 'defrule':
        return () => undefined;
      default:
        return unreachable(node);
    }
  }
}

const isTold = ({ code, severity }: Diagnostic): boolean =>
  severity === 'error' && !toldByPoliciesOnly.has(code);

function replaced<V>(map: Map<string, V>, name: string, value: V): () => void {
  const earlier = map.get(name);
  map.set(name, value);
  return () => {
    if (earlier === undefined) map.delete(name);
    else map.set(name, earlier);
  };
}

function only(node: ConstructNode): Definitions {
  return {
    templates: node.kind === 'deftemplate' ? [node] : [],
    facts: node.kind === 'deffacts' ? [node] : [],
    globals: node.kind === 'defglobal' ? [node] : [],
    functions: node.kind === 'deffunction' ? [node] : [],
    rules: node.kind === 'defrule' ? [node] : [],
  };
}
