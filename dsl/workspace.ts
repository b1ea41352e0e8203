import type { Shapes } from '../engine/plan.ts';
import {
  keyOf,
  MAIN,
  type Expression,
  type FunctionSignature,
  type SharedKind,
  type Template,
} from '../engine/rule.ts';
import { RuleError, Session, type Removal, type World } from '../engine/session.ts';
import type { ConstructNode, ExpressionNode } from './ast.ts';
import { checkCommand, checkConstruct } from './check.ts';
import { callableOf, knownFunction } from './check/functions.ts';
import { moduleOf } from './check/modules.ts';
import { Scope } from './check/scope.ts';
import { knownTemplate, templateOf } from './check/templates.ts';
import { error, type Diagnostic } from './diagnostic.ts';
import { homeOf, lower, loweredCommand } from './lower.ts';
import type { Definitions, KnownFunction, KnownTemplate, Names } from './names.ts';
import { Seen } from './seen.ts';
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
const INITIAL_FACTS = { name: 'initial-fact' };

/**
 * What CLIPS takes and Octopus's policies refuse: purity, types, and slips that have a meaning in CLIPS. In a CLIPS program a
 * wrong argument is told when the call is made.
 */
const toldByPoliciesOnly: ReadonlySet<string> = new Set(['DSL2014', 'DSL2015', 'DSL2017', 'DSL2018']);

/** Types, values and counts of literals. */
const toldOfLiterals: ReadonlySet<string> = new Set(['DSL2010', 'DSL2011']);

/**
 * A session that is built construct by construct, as a prompt does it: each is checked against what stands, and defined at once.
 * A construct replaces the one of its name; one with an error changes nothing. Constructs are known by their keys (`keyOf`).
 */
export class Workspace {
  readonly session: Session;
  readonly #templates = new Map<string, KnownTemplate>();
  /** Functions of the language and of the host, which every module sees. */
  readonly #common: ReadonlyMap<string, KnownFunction>;
  readonly #functions = new Map<string, KnownFunction>();
  readonly #globals = new Map<string, string>();
  /** Sources by kind and key. */
  readonly #sources = new Map<string, ConstructNode>();
  /** Whether `$?x` among the arguments of a call stands for its fields: set-sequence-operator-recognition. */
  spreadsMultifields = false;
  /** Whether literals that break the constraints of their slots are told: set-static-constraint-checking. */
  checksLiterals = true;
  /** Whether the text of constructs is kept, to show and to save it: conserve-mem. */
  keepsText = true;
  /** Variables of the prompt. */
  #scope = new Scope();

  constructor({ functions, world }: { functions: readonly FunctionSignature[]; world: World }) {
    this.#common = callableOf(functions);
    const nothing = { templates: [], facts: [], globals: [], functions: [], rules: [] };
    this.session = new Session(nothing, { strategy: 'depth', world, initialFact: true });
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
    for (const map of [this.#templates, this.#functions, this.#globals, this.#sources]) map.clear();
    this.#scope = new Scope();
    return true;
  }

  /** The constructs of a kind, of all modules or of one, in the order in which they were defined. */
  standing(kind: Kind, module?: string): readonly Standing[] {
    return this.#definitions(kind, module).map((definition) => this.#standing(kind, definition));
  }

  /** The construct that a name means in the current module: its own, or one that it imports. */
  find(kind: Kind, name: string): Standing | null {
    const { module, plain } = split(name, this.session.currentModule);
    if (kind === 'defmodule') return this.standing(kind).find((each) => each.name === name) ?? null;
    const key = isShared(kind)
      ? this.#visible(kind, name, this.session.currentModule)
      : keyOf({ name: plain, module });
    return this.standing(kind).find((each) => keyOf(each) === key) ?? null;
  }

  /** Takes a construct away; false when others use it. */
  remove({ kind, name, module }: Standing): boolean {
    const key = keyOf({ name, module });
    if (this.#removed(kind, key) === 'in-use') return false;
    this.#sources.delete(`${kind} ${key}`);
    if (kind === 'deftemplate') this.#templates.delete(key);
    if (kind === 'deffunction') this.#functions.delete(key);
    if (kind === 'defglobal') this.#globals.delete(key);
    return true;
  }

  /** Defines a construct, and makes its module the current one; what is returned are the errors for which it was refused. */
  define(written: ConstructNode): readonly Diagnostic[] {
    return this.#taken(written, true);
  }

  /** The errors for which a construct would be refused. */
  check(written: ConstructNode): readonly Diagnostic[] {
    const { currentModule } = this.session;
    const diagnostics = this.#taken(written, false);
    this.session.currentModule = currentModule;
    return diagnostics;
  }

  /** Adds a template that was made without text. Throws a RuleError when there is one of that name and something uses it. */
  addTemplate(template: Template): void {
    this.session.addTemplate(template);
    this.#templates.set(keyOf(template), knownTemplate(template));
  }

  /** An expression ready to be evaluated, or the errors that it has. */
  command(node: ExpressionNode): { readonly expression: Expression } | readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    const names = this.#namesOf(this.session.currentModule);
    checkCommand(node, names, this.#scope, (diagnostic) => {
      if (this.#isTold(diagnostic) && diagnostic.code !== 'DSL2005') diagnostics.push(diagnostic);
    });
    if (diagnostics.length > 0) return diagnostics;
    const { expression, implied } = loweredCommand(node, names);
    for (const template of implied) this.session.addTemplate(template);
    return { expression };
  }

  #taken(written: ConstructNode, isToStay: boolean): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic): void => {
      if (this.#isTold(diagnostic)) diagnostics.push(diagnostic);
    };
    if (written.kind === 'defmodule') {
      this.#defineModule(written, isToStay, report);
      return diagnostics;
    }
    const { module, node } = placed(written, this.session.currentModule);
    if (this.session.module(module) === undefined) return [unknownModule(written, module)];
    this.session.currentModule = module;
    const names = this.#namesOf(module);
    const key = keyOf({ ...homeOf(module), name: node.name.text });
    const taken = this.#takenBy(node, module, key);
    if (taken !== null) return [conflict(node, taken)];
    if (node.kind === 'deffunction' && this.#common.has(node.name.text)) return [ofTheLanguage(node)];
    const takeBack = this.#declare(node, key, names, report);
    checkConstruct(node, names, report);
    if (diagnostics.length === 0 && isToStay) this.#build(node, key, names, report);
    if (diagnostics.length > 0 || !isToStay) takeBack();
    return diagnostics;
  }

  #build(node: ConstructNode, key: string, names: Names, report: (diagnostic: Diagnostic) => void): void {
    const { session } = this;
    const base = lower(only(node), names);
    try {
      for (const template of base.templates) session.addTemplate(template);
      for (const definition of base.facts) session.addFacts(definition);
      for (const definition of base.globals) session.addGlobal(definition);
      for (const definition of base.functions) session.addFunction(definition);
      for (const rule of base.rules) session.addRule(rule);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      report(error('DSL2028', node.name.span, problem.message));
      return;
    }
    if (this.keepsText) this.#sources.set(`${node.kind} ${key}`, node);
    else this.#sources.delete(`${node.kind} ${key}`);
  }

  #defineModule(
    node: Extract<ConstructNode, { kind: 'defmodule' }>,
    isToStay: boolean,
    report: (diagnostic: Diagnostic) => void,
  ): void {
    const definition = moduleOf(
      node,
      (name) => this.session.module(name),
      (module, kind, name) => this.#visible(kind, name, module) !== null,
      report,
    );
    if (definition === null || !isToStay) return;
    try {
      this.session.addModule(definition);
      this.#sources.set(`defmodule ${definition.name}`, node);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      report(error('DSL2028', node.name.span, problem.message));
    }
  }

  #standing(kind: Kind, definition: { readonly name: string; readonly module?: string }): Standing {
    const { name, module = MAIN } = definition;
    return { kind, name, module, node: this.#sources.get(`${kind} ${keyOf({ name, module })}`) ?? null };
  }

  #definitions(kind: Kind, module?: string): readonly { readonly name: string; readonly module?: string }[] {
    const { session } = this;
    switch (kind) {
      case 'defrule':
        return session.rules(module);
      case 'deffacts': {
        const isFirst = session.assertsInitialFact && (module ?? MAIN) === MAIN;
        return isFirst
          ? [INITIAL_FACTS, ...session.factsDefinitions(module)]
          : session.factsDefinitions(module);
      }
      case 'deftemplate':
        return session.templates(module);
      case 'deffunction':
        return session.functions(module);
      case 'defglobal':
        return session.globals(module);
      case 'defmodule':
        return session.modules().map((name) => ({ name }));
      default:
        return unreachable(kind);
    }
  }

  #removed(kind: Kind, key: string): Removal {
    switch (kind) {
      case 'deftemplate':
        return key === 'initial-fact' ? 'in-use' : this.session.removeTemplate(key);
      case 'deffacts':
        if (key !== 'initial-fact') return this.session.removeFacts(key);
        this.session.assertsInitialFact = false;
        return 'removed';
      case 'defglobal':
        return this.session.removeGlobal(key);
      case 'deffunction':
        return this.session.removeFunction(key);
      case 'defrule':
        return this.session.removeRule(key) ? 'removed' : 'unknown';
      case 'defmodule':
        return 'in-use';
      default:
        return unreachable(kind);
    }
  }

  #isTold({ code, severity }: Diagnostic): boolean {
    if (severity !== 'error' || toldByPoliciesOnly.has(code)) return false;
    return this.checksLiterals || !toldOfLiterals.has(code);
  }

  /** What can be named in a module. */
  #namesOf(module: string): Names {
    return {
      dialect: 'clips',
      spreads: this.spreadsMultifields,
      module,
      templates: new Seen(this.#templates, (name) => this.#visible('deftemplate', name, module)),
      functions: new Seen(
        this.#functions,
        (name) => this.#visible('deffunction', name, module),
        this.#common,
      ),
      globals: new Seen(this.#globals, (name) => this.#visible('defglobal', name, module)),
      ordered: new Set(),
      orderedKey: (name) => this.#visible('deftemplate', name, module),
    };
  }

  #visible(kind: SharedKind, name: string, from: string): string | null {
    const declared = { deftemplate: this.#templates, defglobal: this.#globals, deffunction: this.#functions }[
      kind
    ];
    const isStanding = (key: string): boolean => declared.has(key) || this.#stands(kind, key);
    return this.session.visible(kind, name, from, isStanding);
  }

  /** The key of another construct of the name that the module, or one that would see the new one, sees already. */
  #takenBy({ kind, name: { text: name } }: ConstructNode, module: string, key: string): string | null {
    if (!isShared(kind)) return null;
    for (const other of this.session.modules()) {
      if (other !== module && !this.session.reaches(kind, name, module, other)) continue;
      const seen = this.#visible(kind, name, other);
      if (seen !== null && seen !== key) return seen;
    }
    return null;
  }

  /** Whether the session knows a construct; those without a source are templates of ordered facts. */
  #stands(kind: SharedKind, key: string): boolean {
    return kind === 'deftemplate' && this.session.template(key) !== undefined;
  }

  /** Makes a construct's name known, so that it may name itself; what is returned takes it back. */
  #declare(
    node: ConstructNode,
    key: string,
    names: Names,
    report: (diagnostic: Diagnostic) => void,
  ): () => void {
    switch (node.kind) {
      case 'deftemplate':
        return replaced(this.#templates, key, templateOf(node, report, names));
      case 'deffunction':
        return replaced(this.#functions, key, knownFunction(node, 'anywhere', key));
      case 'defglobal':
        return replaced(this.#globals, key, key);
      case 'deffacts':
      case 'defrule':
      case 'defmodule':
        return () => undefined;
      default:
        return unreachable(node);
    }
  }
}

const isShared = (kind: Kind): kind is SharedKind =>
  kind === 'deftemplate' || kind === 'defglobal' || kind === 'deffunction';

/** A name with or without its module. */
function split(name: string, current: string): { readonly module: string; readonly plain: string } {
  const [, module = current, plain = name] = /^(.+?)::(.+)$/.exec(name) ?? [];
  return { module, plain };
}

/** A construct without its module in its name, and the module that it belongs to. */
function placed(
  node: ConstructNode,
  current: string,
): { readonly module: string; readonly node: ConstructNode } {
  if (node.kind === 'defglobal') return { module: node.module ?? current, node };
  const { module, plain } = split(node.name.text, current);
  return { module, node: { ...node, name: { ...node.name, text: plain } } };
}

/** DSL2026: a construct of a module that there is not. */
function unknownModule({ name }: ConstructNode, module: string): Diagnostic {
  return error('DSL2026', name.span, `there is no module \`${module}\``, {
    help: `define it first: \`(defmodule ${module})\``,
  });
}

/** DSL2016: a function that would take the place of one of the language. */
function ofTheLanguage({ name }: ConstructNode): Diagnostic {
  return error('DSL2016', name.span, `\`${name.text}\` is a function of the language already`, {
    help: 'choose another name',
  });
}

/** DSL2027: a construct whose name another module brings already. */
function conflict({ name }: ConstructNode, taken: string): Diagnostic {
  return error('DSL2027', name.span, `\`${name.text}\` would meet \`${taken}\` in one module`, {
    help: 'choose another name, or import less',
  });
}

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
    modules: [],
  };
}
