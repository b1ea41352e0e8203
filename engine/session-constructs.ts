import type { Removal } from './constructs.ts';
import type { Parts } from './fork.ts';
import {
  keyOf,
  type FactsDefinition,
  type FunctionDefinition,
  type GlobalDefinition,
  type ModuleDefinition,
  type Rule,
  type SharedKind,
  type Template,
} from './rule.ts';
import { unreachable } from './unreachable.ts';
import type { Value } from './value.ts';

/** What is defined in a session, and the modules that it is defined in. */
export abstract class SessionConstructs {
  protected abstract readonly parts: Parts;

  rule(key: string): Rule | undefined {
    return this.parts.constructs.rule(key);
  }

  /** Rules, of all modules or of one, in order of definition; the same goes for the constructs below. */
  rules(module?: string): readonly Rule[] {
    return this.parts.constructs.rules(module);
  }

  /** Adds a template. Throws a RuleError when there is one of that name and something uses it. */
  addTemplate(template: Template): void {
    this.parts.constructs.addTemplate(template);
  }

  removeTemplate(key: string): Removal {
    return this.parts.constructs.removeTemplate(key);
  }

  template(key: string): Template | undefined {
    return this.parts.constructs.template(key);
  }

  /** What a slot gets that is left out. Throws a TypeError when a value must be given, or there is no such slot. */
  defaultOf(template: Template, name: string): Value {
    const slot = template.slots.find((each) => each.name === name);
    if (slot === undefined) throw new TypeError(`template \`${template.name}\` has no slot \`${name}\``);
    return this.parts.memory.defaultOf(template, slot);
  }

  templates(module?: string): readonly Template[] {
    return this.parts.constructs.templates(module);
  }

  /** Adds a function, or replaces the one of that name for everybody who calls it. */
  addFunction(definition: FunctionDefinition): void {
    this.parts.constructs.addFunction(definition);
  }

  removeFunction(key: string): Removal {
    return this.parts.constructs.removeFunction(key);
  }

  functions(module?: string): readonly FunctionDefinition[] {
    return this.parts.constructs.functions(module);
  }

  /** Adds a global; one of the same name gets a new value. */
  addGlobal(definition: GlobalDefinition): void {
    this.parts.constructs.addGlobal(definition);
  }

  removeGlobal(key: string): Removal {
    return this.parts.constructs.removeGlobal(key);
  }

  globals(module?: string): readonly GlobalDefinition[] {
    return this.parts.constructs.globals(module);
  }

  global(key: string): Value | undefined {
    return this.parts.library.globalValue(key);
  }

  /** Adds facts that every reset from now on asserts; those of the same name are replaced. */
  addFacts(definition: FactsDefinition): void {
    this.parts.constructs.addFacts(definition);
  }

  removeFacts(key: string): Removal {
    return this.parts.constructs.removeFacts(key);
  }

  factsDefinitions(module?: string): readonly FactsDefinition[] {
    return this.parts.constructs.facts(module);
  }

  /** Adds a module, and makes it the current one. Throws a RuleError when there is one of that name; MAIN alone can be defined anew. */
  addModule(definition: ModuleDefinition): void {
    this.parts.modules.define(definition);
  }

  module(name: string): ModuleDefinition | undefined {
    return this.parts.modules.get(name);
  }

  /** Names of all modules, in order of definition. */
  modules(): readonly string[] {
    return this.parts.modules.names;
  }

  /** The module that constructs and commands belong to which name none. Setting one that there is not throws a RuleError. */
  get currentModule(): string {
    return this.parts.modules.current;
  }

  set currentModule(name: string) {
    this.parts.modules.current = name;
  }

  /** Key of what a name means in a module, its own or imported; null: it sees nothing of that name. */
  visible(
    kind: SharedKind,
    name: string,
    from: string = this.currentModule,
    exists = (key: string): boolean => this.#exists(kind, key),
  ): string | null {
    return this.parts.modules.visible(kind, name, from, exists);
  }

  /** Whether a module would see a construct of another one, by what they export and import. */
  reaches(kind: SharedKind, name: string, giver: string, taker: string): boolean {
    return this.parts.modules.reaches(kind, name, giver, taker);
  }

  /** The stack of focuses, the top first. */
  focusStack(): readonly string[] {
    return this.parts.modules.stack;
  }

  /** Gives modules the focus; the first one named has it in the end. Throws a RuleError for a module that there is not. */
  focus(...modules: readonly string[]): void {
    for (const module of modules.toReversed()) this.parts.modules.push(module);
  }

  /** Takes the focus from the module that has it; null: none had it. */
  popFocus(): string | null {
    return this.parts.modules.pop();
  }

  clearFocus(): void {
    this.parts.modules.clearStack();
  }

  #exists(kind: SharedKind, key: string): boolean {
    switch (kind) {
      case 'deftemplate':
        return this.parts.fabric.facts.has(key);
      case 'defglobal':
        return this.parts.library.globalValue(key) !== undefined;
      case 'deffunction':
        return this.parts.library.functions().some((each) => keyOf(each) === key);
      default:
        return unreachable(kind);
    }
  }
}
