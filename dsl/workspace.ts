import type { Expression, FunctionSignature } from '../engine/rule.ts';
import { Session, type World } from '../engine/session.ts';
import type { ConstructNode, ExpressionNode } from './ast.ts';
import { checkCommand, checkConstruct } from './check.ts';
import { callableOf, knownFunction } from './check/functions.ts';
import { Scope } from './check/scope.ts';
import { templateOf } from './check/templates.ts';
import type { Diagnostic } from './diagnostic.ts';
import { lower, loweredCommand } from './lower.ts';
import type { Definitions, KnownFunction, KnownTemplate, Names } from './names.ts';
import { unreachable } from './unreachable.ts';

/** A construct as it stands in a workspace. */
export interface Standing {
  readonly kind: ConstructNode['kind'];
  readonly name: string;
  /** Its source; null for what came without text, as the template of an ordered fact does. */
  readonly node: ConstructNode | null;
}

type Kind = ConstructNode['kind'];

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
  readonly #templates = new Map<string, KnownTemplate>();
  readonly #functions: Map<string, KnownFunction>;
  readonly #globals = new Set<string>();
  readonly #ordered = new Set<string>();
  readonly #names: Names;
  /** Variables of the prompt. */
  readonly #scope = new Scope();
  readonly #standing: Readonly<Record<Kind, Map<string, Standing>>> = {
    deftemplate: new Map(),
    deffacts: new Map(),
    defglobal: new Map(),
    deffunction: new Map(),
    defrule: new Map(),
  };

  constructor({ functions, world }: { functions: readonly FunctionSignature[]; world: World }) {
    this.#functions = callableOf(functions);
    this.#names = {
      templates: this.#templates,
      functions: this.#functions,
      globals: this.#globals,
      ordered: this.#ordered,
    };
    const nothing = { templates: [], facts: [], globals: [], functions: [], rules: [] };
    this.session = new Session(nothing, { strategy: 'depth', world, initialFact: true });
    this.#stand({ kind: 'deftemplate', name: 'initial-fact', node: null });
    this.#stand({ kind: 'deffacts', name: 'initial-fact', node: null });
  }

  /** The constructs of a kind in the order in which they were defined. */
  standing(kind: Kind): readonly Standing[] {
    return [...this.#standing[kind].values()];
  }

  find(kind: Kind, name: string): Standing | null {
    return this.#standing[kind].get(name) ?? null;
  }

  /** Defines a construct; what is returned are the errors for which it was refused. */
  define(node: ConstructNode): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic): void => {
      if (isTold(diagnostic)) diagnostics.push(diagnostic);
    };
    const takeBack = this.#declare(node, report);
    checkConstruct(node, this.#names, report);
    if (diagnostics.length > 0) {
      takeBack();
      return diagnostics;
    }
    const base = lower(only(node), this.#names);
    const { session } = this;
    for (const template of base.templates) {
      if (this.find('deftemplate', template.name) !== null) continue;
      session.addTemplate(template);
      this.#stand({ kind: 'deftemplate', name: template.name, node: template.implied ? null : node });
    }
    for (const definition of base.facts) session.addFacts(definition);
    for (const definition of base.globals) session.addGlobal(definition);
    for (const definition of base.functions) session.addFunction(definition);
    for (const rule of base.rules) session.addRule(rule);
    if (node.kind !== 'deftemplate') this.#stand({ kind: node.kind, name: node.name.text, node });
    return [];
  }

  /** An expression ready to be evaluated, or the errors that it has. */
  command(node: ExpressionNode): { readonly expression: Expression } | readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    checkCommand(node, this.#names, this.#scope, (diagnostic) => {
      if (isTold(diagnostic) && diagnostic.code !== 'DSL2005') diagnostics.push(diagnostic);
    });
    if (diagnostics.length > 0) return diagnostics;
    const { expression, implied } = loweredCommand(node, this.#names);
    for (const template of implied) {
      if (this.find('deftemplate', template.name) !== null) continue;
      this.session.addTemplate(template);
      this.#stand({ kind: 'deftemplate', name: template.name, node: null });
    }
    return { expression };
  }

  #stand(standing: Standing): void {
    const all = this.#standing[standing.kind];
    all.delete(standing.name);
    all.set(standing.name, standing);
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
