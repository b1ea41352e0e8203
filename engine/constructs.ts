import type { Agenda } from './agenda.ts';
import { compileBody } from './compile.ts';
import { Frame, LocalScope, type Evaluate } from './frame.ts';
import type { Difference } from './difference.ts';
import { RuleError } from './functions/builtin.ts';
import { FACT_INDEX, FACT_SUPPORTS, NIL } from './heap.ts';
import { callsOut, type Library } from './library.ts';
import type { Modules } from './modules.ts';
import type { Network } from './network/network.ts';
import type { Fabric } from './network/node.ts';
import type { CompiledRule, TerminalNode } from './network/terminal.ts';
import { arePlain } from './plain-actions.ts';
import { placeNow } from './places.ts';
import { planOf, type Shapes } from './plan.ts';
import { mentions } from './references.ts';
import {
  keyOf,
  MAIN,
  type Expression,
  type FactsDefinition,
  type FunctionDefinition,
  type GlobalDefinition,
  type Origin,
  type Rule,
  type RuleBase,
  type SharedKind,
  type Slot,
  type Template,
} from './rule.ts';
import type { Field } from './value.ts';
import type { WorkingMemory } from './working-memory.ts';

/** What became of a construct that was to be removed; what others use stays. */
export type Removal = 'removed' | 'unknown' | 'in-use';

const SALIENCE_MAX = 10_000;

/** Everything that was defined: what is added replaces what has its key, and what others use cannot be taken away. */
export class Constructs {
  readonly #fabric: Fabric;
  readonly #network: Network;
  readonly #library: Library;
  readonly #memory: WorkingMemory;
  readonly #agenda: Agenda;
  readonly #modules: Modules;
  readonly #rules = new Map<string, CompiledRule>();
  readonly #facts = new Map<string, { readonly definition: FactsDefinition; readonly assertAll: Evaluate }>();
  #rulesDefined = 0;

  constructor(
    fabric: Fabric,
    network: Network,
    library: Library,
    memory: WorkingMemory,
    agenda: Agenda,
    modules: Modules,
  ) {
    this.#fabric = fabric;
    this.#network = network;
    this.#library = library;
    this.#memory = memory;
    this.#agenda = agenda;
    this.#modules = modules;
  }

  readonly shapes: Shapes = {
    slotAt: (template, slot) => {
      const at = this.#fabric.facts.relation(template).slotAt.get(slot);
      if (at === undefined) throw new TypeError(`template \`${template}\` has no slot \`${slot}\``);
      return at;
    },
    isMulti: (template, slot) => {
      const { template: found } = this.#fabric.facts.relation(template);
      return found.slots[this.shapes.slotAt(template, slot)]?.multi ?? false;
    },
  };

  /** Throws a RuleError when there is one of that name and something uses it. */
  addTemplate(written: Template): void {
    const key = keyOf(written);
    if (this.#fabric.facts.has(key) && this.removeTemplate(key) === 'in-use')
      throw new RuleError(`template \`${key}\` is in use, it cannot be defined anew`);
    const isSettled = written.slots.every((slot) => slot.default.kind !== 'once');
    const template = isSettled
      ? written
      : { ...written, slots: written.slots.map((slot) => this.#settled(slot)) };
    this.#fabric.facts.define(template);
    const dynamic = new Map<string, Evaluate>();
    for (const slot of template.slots) {
      if (slot.default.kind !== 'dynamic') continue;
      dynamic.set(slot.name, this.#library.closed(slot.default.expression));
    }
    this.#memory.setDefaults(template, dynamic);
  }

  removeTemplate(key: string): Removal {
    const { facts } = this.#fabric;
    if (!facts.has(key)) return 'unknown';
    const relation = facts.relation(key);
    if (relation.first !== NIL || this.#isMentioned('deftemplate', key)) return 'in-use';
    facts.undefine(key);
    this.#memory.forgetDefaults(relation.template);
    return 'removed';
  }

  template(key: string): Template | undefined {
    return this.#fabric.facts.has(key) ? this.#fabric.facts.relation(key).template : undefined;
  }

  templates(module?: string): Template[] {
    return inModule(
      this.#fabric.facts.relations().map(({ template }) => template),
      module,
    );
  }

  /**
   * Adds a rule; facts that stand are matched. One of the same name is replaced: it moves behind all others, and only its place for
   * the canonical strategy is kept.
   */
  addRule(rule: Rule): void {
    const known = this.#rules.get(keyOf(rule));
    this.#addRule(rule, known?.place ?? this.#rulesDefined);
    if (known === undefined) this.#rulesDefined += 1;
  }

  #addRule(rule: Rule, place: number): void {
    const branches = planOf(rule, this.shapes);
    const key = keyOf(rule);
    const evaluate = this.#library.closed(rule.salience);
    const salience = evaluate(new Frame());
    if (typeof salience !== 'number') throw new TypeError(`the salience of \`${key}\` is no integer`);
    this.removeRule(key);
    const compiled: CompiledRule = {
      ...this.#actionsOf(rule),
      matched: rule,
      module: rule.module ?? MAIN,
      salience: bounded(salience),
      evaluated: () => this.#salience(rule, evaluate),
      place,
      waitsIn: null,
    };
    this.#rules.set(key, compiled);
    this.#memory.matching(() => this.#network.add(compiled, branches));
  }

  /** Takes a rule away with its activations. */
  removeRule(key: string): boolean {
    const compiled = this.#rules.get(key);
    if (compiled === undefined) return false;
    this.#rules.delete(key);
    this.#removeRules([compiled]);
    return true;
  }

  /** As in CLIPS, what the rules supported stands by itself from here on; under `canonical`, where nothing outlives its reason, it goes. */
  #removeRules(rules: readonly CompiledRule[]): void {
    const { supports } = this.#fabric;
    supports.isReleasing = this.#agenda.strategy !== 'canonical';
    this.#memory.matching(() => {
      for (const compiled of rules) this.#network.remove(compiled);
    });
    supports.isReleasing = false;
    this.#memory.retractOrphans();
  }

  #actionsOf(rule: Rule): Pick<CompiledRule, 'rule' | 'body' | 'locals' | 'showsFiring' | 'isPlain'> {
    const scope = new LocalScope();
    const body = compileBody(rule.then, scope, this.#library.environment);
    return {
      rule,
      body,
      locals: scope.names,
      showsFiring: callsOut(rule.then),
      isPlain: arePlain(rule.then),
    };
  }

  /** Where a part of a rule's conditions stands, which may have moved since they were compiled. */
  placeOf(key: string, origin: Origin): Origin {
    const compiled = this.#rules.get(key);
    if (compiled === undefined) return origin;
    const place = placeNow(origin, compiled.matched, compiled.rule);
    if (place !== undefined) return place;
    // It stands in a function, or in a rule that has left a node behind: then the head of this one is nearer.
    const isInFunction = this.#library.functions().some((each) => placeNow(origin, each, each) !== undefined);
    return isInFunction ? origin : compiled.rule.origin;
  }

  /** Takes over another rule base by what differs: see `Session.become`. */
  become(base: RuleBase, { goes, comes, moved }: Difference, keeps: (index: number) => boolean): void {
    const { facts } = this.#fabric;
    const old = goes.rules.flatMap((key) => this.#rules.get(key) ?? []);
    for (const key of goes.rules) this.#rules.delete(key);
    // While all names mean what they meant, a new rule can share the nodes of the old one, which therefore goes last.
    const sharesNodes = goes.templates.length + goes.functions.length + goes.globals.length === 0;
    if (!sharesNodes) this.#removeRules(old);

    for (const key of goes.templates) {
      const relation = facts.relation(key);
      while (relation.first !== NIL) this.#memory.retract(relation.first);
      facts.undefine(key);
      this.#memory.forgetDefaults(relation.template);
    }
    for (const key of goes.functions) this.#library.removeFunction(key);
    for (const key of goes.globals) this.#library.removeGlobal(key);
    for (const template of comes.templates) this.addTemplate(template);
    for (const definition of [...comes.functions, ...moved.functions]) this.addFunction(definition);
    for (const definition of comes.globals) this.addGlobal(definition);
    this.#library.resetGlobals();
    this.#facts.clear();
    for (const definition of base.facts) this.addFacts(definition);
    this.#standByThemselves(keeps);

    const places = new Map(base.rules.map((rule, place) => [keyOf(rule), place]));
    this.#agenda.rearrange(() => {
      for (const [key, compiled] of this.#rules) compiled.place = places.get(key) ?? compiled.place;
      for (const rule of moved.rules) {
        const compiled = this.#rules.get(keyOf(rule));
        if (compiled !== undefined) Object.assign(compiled, this.#actionsOf(rule));
      }
    });
    this.#rulesDefined = base.rules.length;
    for (const rule of comes.rules) this.#addRule(rule, places.get(keyOf(rule)) as number);
    if (sharesNodes) this.#removeRules(old);
  }

  /** Asserts the deffacts, and retracts what stands by itself without being one of them or being kept. */
  #standByThemselves(keeps: (index: number) => boolean): void {
    const { facts, heap } = this.#fabric;
    const { words } = heap;
    const strangers = facts
      .relations()
      .flatMap((relation) => facts.of(relation))
      .filter((fact) => words[fact + FACT_SUPPORTS] === NIL)
      .map((fact) => words[fact + FACT_INDEX] as number)
      .filter((index) => !keeps(index));
    const unclaimed = new Set(strangers);
    this.#memory.claimed = (fact): void => {
      unclaimed.delete(heap.words[fact + FACT_INDEX] as number);
    };
    this.assertFacts();
    this.#memory.claimed = null;
    for (const index of unclaimed) {
      const fact = facts.at(index);
      if (fact !== NIL) this.#memory.retract(fact);
    }
  }

  rule(key: string): Rule | undefined {
    return this.#rules.get(key)?.rule;
  }

  /** Rules as the session runs them, in order of definition. */
  compiled(): readonly CompiledRule[] {
    return [...this.#rules.values()];
  }

  rules(module?: string): Rule[] {
    return inModule(
      [...this.#rules.values()].map(({ rule }) => rule),
      module,
    );
  }

  /** Puts the activations of a rule that have fired back on the agenda. */
  refresh(key: string): boolean {
    const compiled = this.#rules.get(key);
    if (compiled === undefined) return false;
    for (const terminal of this.#network.terminals(compiled)) {
      for (const token of Array.from(terminal.tokens())) this.#agenda.refresh(token);
    }
    return true;
  }

  /** The ends of a rule's branches; none when there is no such rule. */
  terminals(key: string): readonly TerminalNode[] {
    const compiled = this.#rules.get(key);
    return compiled === undefined ? [] : this.#network.terminals(compiled);
  }

  addFunction(definition: FunctionDefinition): void {
    this.#library.addFunction(definition);
  }

  removeFunction(key: string): Removal {
    if (!this.#library.functions().some((each) => keyOf(each) === key)) return 'unknown';
    if (this.#isMentioned('deffunction', key)) return 'in-use';
    this.#library.removeFunction(key);
    return 'removed';
  }

  functions(module?: string): FunctionDefinition[] {
    return inModule(this.#library.functions(), module);
  }

  addGlobal(definition: GlobalDefinition): void {
    this.#library.addGlobal(definition);
  }

  removeGlobal(key: string): Removal {
    if (this.#library.globalValue(key) === undefined) return 'unknown';
    if (this.#isMentioned('defglobal', key)) return 'in-use';
    this.#library.removeGlobal(key);
    return 'removed';
  }

  globals(module?: string): GlobalDefinition[] {
    return inModule(
      this.#library.globals().map(({ definition }) => definition),
      module,
    );
  }

  /** Adds facts that every reset from now on asserts. */
  addFacts(definition: FactsDefinition): void {
    const form: Expression = { kind: 'assert', facts: definition.facts };
    const key = keyOf(definition);
    this.#facts.delete(key);
    this.#facts.set(key, { definition, assertAll: this.#library.closed(form) });
  }

  removeFacts(key: string): Removal {
    return this.#facts.delete(key) ? 'removed' : 'unknown';
  }

  facts(module?: string): FactsDefinition[] {
    return inModule(
      [...this.#facts.values()].map(({ definition }) => definition),
      module,
    );
  }

  /** Asserts the facts of all deffacts, module by module. */
  assertFacts(): void {
    for (const module of this.#modules.names) {
      for (const { definition, assertAll } of this.#facts.values())
        if ((definition.module ?? MAIN) === module) assertAll(new Frame());
    }
  }

  /** Forgets everything. There are no facts any more. */
  clear(): void {
    for (const key of this.#rules.keys()) this.removeRule(key);
    this.#facts.clear();
    this.#library.clear();
    for (const template of this.templates()) {
      this.#fabric.facts.undefine(keyOf(template));
      this.#memory.forgetDefaults(template);
    }
    this.#rulesDefined = 0;
  }

  /** A slot whose default is evaluated when it is defined. */
  #settled(slot: Slot): Slot {
    if (slot.default.kind !== 'once') return slot;
    const value = this.#library.closed(slot.default.expression)(new Frame());
    const fields = slot.multi && !Array.isArray(value) ? [value as Field] : value;
    return { ...slot, default: { kind: 'static', value: fields } };
  }

  /** Evaluates a salience anew. What meets an error, or is no integer, is told and counts as 0. */
  #salience(rule: Rule, evaluate: Evaluate): number {
    try {
      const salience = evaluate(new Frame());
      if (typeof salience === 'number') return bounded(salience);
      throw new RuleError('the salience is no integer');
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      this.#fabric.report(keyOf(rule), rule.origin, problem);
      return 0;
    }
  }

  #isMentioned(kind: SharedKind, key: string): boolean {
    const others = this.functions().filter((each) => kind !== 'deffunction' || keyOf(each) !== key);
    const globals = this.globals().filter((each) => kind !== 'defglobal' || keyOf(each) !== key);
    return mentions([this.rules(), this.facts(), others, globals], kind, key);
  }
}

const bounded = (salience: number): number => Math.max(-SALIENCE_MAX, Math.min(SALIENCE_MAX, salience));

function inModule<T extends { readonly module?: string }>(all: readonly T[], module?: string): T[] {
  return all.filter((each) => module === undefined || (each.module ?? MAIN) === module);
}
