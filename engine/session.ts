import { Agenda, type Strategy } from './agenda.ts';
import { Atoms, type Atom } from './atoms.ts';
import { compile, compileBody, Frame, LocalScope, LocatedError, type Evaluate } from './compile.ts';
import { fitsShape, slotValue, type PlainValue } from './convert.ts';
import { FactStore, type Relation } from './facts.ts';
import { RuleError } from './functions/builtin.ts';
import { FACT_INDEX, Heap, NIL, type Address } from './heap.ts';
import { callsOut, Library } from './library.ts';
import { activationView, Listeners, type Listener } from './listener.ts';
import { Network } from './network/network.ts';
import type { Fabric } from './network/node.ts';
import type { CompiledRule, TerminalNode } from './network/terminal.ts';
import { planOf, type Shapes } from './plan.ts';
import { printed } from './printed.ts';
import type {
  Expression,
  FactsDefinition,
  FunctionDefinition,
  GlobalDefinition,
  Origin,
  Rule,
  RuleBase,
  Template,
} from './rule.ts';
import { Supports } from './support.ts';
import { Transaction } from './transaction.ts';
import { FactAddress, FALSE, type Value } from './value.ts';

export type { Strategy } from './agenda.ts';
export type { PlainValue } from './convert.ts';
export { RuleError } from './functions/builtin.ts';

/** What a host function gets to know of the rule that calls it. */
export interface Firing {
  readonly rule: Rule;
  /** The facts that matched, in the order of the conditions; null for one that matched by absence. */
  readonly facts: readonly (Fact | null)[];
}

/** A fact as seen from outside. */
export interface Fact {
  readonly index: number;
  readonly template: Template;
  /** Values by slot, in the template's order. */
  readonly slots: Readonly<Record<string, Value>>;
}

/**
 * A function of the host. It may assert and retract in the session, and what it asserts stands by itself even when the rule
 * that calls it has `logical` conditions; what it returns is the call's value. What it throws is
 * collected as a problem of the rule that called it, a RuleError with its plain message.
 */
export type HostFunction = (values: readonly Value[], firing: Firing | null, session: Session) => Value;

/** What a session needs of the world outside of it. */
export interface World {
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** Where `printout` goes. */
  write(router: string, text: string): void;
}

export interface RunResult {
  readonly fired: number;
  /** `firingsMax` stopped the run while there was still something to fire. */
  readonly limitReached: boolean;
  readonly halted: boolean;
  /** Errors that right-hand sides or tests met, `(/ 1 0)` for example; the firing that met one was cut short. */
  readonly problems: readonly RuntimeProblem[];
}

export interface RuntimeProblem {
  readonly rule: string;
  readonly origin: Origin;
  readonly message: string;
}

export interface Activation {
  readonly rule: Rule;
  readonly salience: number;
  readonly facts: readonly (Fact | null)[];
}

/** What a session holds, counted. After everything was retracted `tokens` is 1, the root's, and the rest is as in the beginning. */
export interface Statistics {
  readonly facts: number;
  readonly tokens: number;
  readonly entries: number;
  readonly supports: number;
  readonly atoms: number;
  /** Words of the heap in use, tables included. */
  readonly words: number;
}

/** Rounds of loops and calls of functions that one firing may take, unless `run` is told otherwise. */
const STEPS_MAX = 10_000_000;

const INITIAL_FACT: Template = {
  name: 'initial-fact',
  comment: null,
  slots: [
    {
      name: 'implied',
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
  origin: { file: '', line: 1, column: 1 },
};

/** A rule base at work on facts: matches, agenda and globals follow every change at once. */
export class Session {
  readonly #world: World;
  readonly #hasInitialFact: boolean;
  readonly #heap = new Heap();
  readonly #atoms = new Atoms();
  readonly #facts = new FactStore(this.#heap, this.#atoms);
  readonly #supports = new Supports(this.#heap);
  readonly #listeners = new Listeners(this.#facts);
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #network: Network;
  readonly #library: Library;
  readonly #factsDefinitions: { readonly name: string; readonly assertAll: Evaluate }[] = [];
  readonly #rules = new Map<string, CompiledRule>();
  /** Default values that are evaluated at each assert, by template and slot. */
  readonly #dynamicDefaults = new Map<Template, Map<string, Evaluate>>();
  #problems: RuntimeProblem[] = [];
  #transaction: Transaction | null = null;
  #firing: Firing | null = null;
  #rulesDefined = 0;
  /** Variables that expressions of `evaluate` have bound. */
  readonly #promptScope = new LocalScope();
  readonly #promptLocals: (Value | undefined)[] = [];
  /** The network is at work: conditions can't change what they are matched against. */
  #isMatching = false;
  #isHalted = false;

  /** `initialFact`: every reset asserts `(initial-fact)` first, with the index 0, as in CLIPS. */
  constructor(
    base: RuleBase,
    options: { readonly strategy: Strategy; readonly world: World; readonly initialFact?: boolean },
  ) {
    this.#world = options.world;
    this.#hasInitialFact = options.initialFact ?? false;
    this.#library = this.#makeLibrary();
    this.#fabric = {
      heap: this.#heap,
      atoms: this.#atoms,
      facts: this.#facts,
      supports: this.#supports,
      environment: this.#library.environment,
      nodes: [null],
      constants: new Set(),
      frame: new Frame(),
      report: (rule, origin, problem) => this.#problems.push({ rule, origin, message: problem.message }),
      made: null,
      tokens: 0,
      entries: 0,
      keepsOrder: options.strategy !== 'canonical',
    };
    const { nodes } = this.#fabric;
    this.#agenda = new Agenda(this.#heap, this.#atoms, this.#facts, nodes, options.strategy, this.#listeners);
    this.#network = new Network(this.#fabric, this.#agenda);
    if (this.#hasInitialFact) this.addTemplate(INITIAL_FACT);
    for (const template of base.templates) this.addTemplate(template);
    for (const definition of base.functions) this.addFunction(definition);
    for (const definition of base.globals) this.addGlobal(definition);
    for (const definition of base.facts) this.addFacts(definition);
    for (const rule of base.rules) this.addRule(rule);
    this.reset();
  }

  /** Retracts everything, sets globals anew, and asserts the deffacts. A new session is already reset. */
  reset(): void {
    this.#refuseInTransaction('reset');
    for (const relation of this.#facts.relations()) {
      while (relation.first !== NIL) this.#retract(relation.first);
    }
    this.#facts.nextIndex = this.#hasInitialFact ? 0 : 1;
    this.#library.resetGlobals();
    this.#matching(() => this.#network.root.restart());
    if (this.#hasInitialFact) this.assert(INITIAL_FACT.name, {});
    for (const { assertAll } of this.#factsDefinitions) assertAll(new Frame());
  }

  /**
   * Asserts a fact of plain values, converted by the template's slot types: a JavaScript string becomes a symbol where
   * the slot does not take STRING, a number an integer or float, a boolean TRUE or FALSE, an array a multislot. Slots left out take their
   * defaults. Null when an equal fact is there already. Throws a TypeError that names template and slot for a value that does not fit.
   */
  assert(template: string, slots: Readonly<Record<string, PlainValue>>): Fact | null {
    const relation = this.#facts.relation(template);
    for (const name of Object.keys(slots)) {
      if (!relation.slotAt.has(name)) throw new TypeError(`template \`${template}\` has no slot \`${name}\``);
    }
    const values = relation.template.slots.map((slot) => {
      const plain = Object.hasOwn(slots, slot.name) ? slots[slot.name] : undefined;
      return plain === undefined
        ? this.#defaultOf(relation.template, slot.name)
        : slotValue(relation.template, slot, plain);
    });
    const fact = this.#assert(relation, values, false);
    return fact === NIL ? null : this.#facts.view(fact);
  }

  /** Retracts a fact by its index; false when there is none. */
  retract(index: number): boolean {
    const fact = this.#facts.at(index);
    if (fact === NIL) return false;
    this.#retract(fact);
    return true;
  }

  /**
   * Retracts a fact and asserts it again, with a new index and some slots changed. Null when there is no such fact, or when
   * the changed one is there already.
   */
  modify(index: number, slots: Readonly<Record<string, PlainValue>>): Fact | null {
    const fact = this.fact(index);
    if (fact === undefined) return null;
    this.retract(index);
    return this.assert(fact.template.name, { ...fact.slots, ...slots });
  }

  /**
   * Fires activations until none is left, or the bound is reached, or a rule says halt. `stepsMax` bounds the rounds of loops
   * and the calls of functions within one firing; what goes beyond is a problem of its rule. `haltsOnProblem`: a problem ends
   * the run, as in CLIPS.
   */
  run(
    options: {
      readonly firingsMax?: number;
      readonly stepsMax?: number;
      readonly haltsOnProblem?: boolean;
    } = {},
  ): RunResult {
    const { firingsMax = Infinity, stepsMax = STEPS_MAX, haltsOnProblem = false } = options;
    this.#library.stepsMax = stepsMax;
    this.#isHalted = false;
    let fired = 0;
    let token = this.#agenda.first();
    while (token !== NIL && fired < firingsMax && !this.#isHalted) {
      this.#fire(token);
      fired += 1;
      if (haltsOnProblem && this.#problems.length > 0) this.#isHalted = true;
      token = this.#agenda.first();
    }
    const problems = this.#problems;
    this.#problems = [];
    return { fired, limitReached: token !== NIL && !this.#isHalted, halted: this.#isHalted, problems };
  }

  /**
   * Evaluates an expression by itself, as a prompt does; variables that it binds stand for the next one. Throws a RuleError for
   * what can't be done, and a TypeError for names that nobody defines.
   */
  evaluate(expression: Expression): Value {
    const evaluate = compile(expression, this.#promptScope, this.#library.environment);
    const frame = new Frame(this.#promptLocals);
    this.#library.beginFiring();
    const value = evaluate(frame);
    return frame.signal === 'return' ? frame.result : value;
  }

  /** Ends the run under way after the firing under way. */
  halt(): void {
    this.#isHalted = true;
  }

  /** All facts, or those of one template, oldest first. */
  *facts(template?: string): Generator<Fact> {
    if (template !== undefined) {
      for (const fact of this.#facts.of(this.#facts.relation(template))) yield this.#facts.view(fact);
      return;
    }
    const all = this.#facts.relations().flatMap((relation) => this.#facts.of(relation));
    const index = (fact: Address): number => this.#heap.words[fact + FACT_INDEX] as number;
    for (const fact of all.toSorted((a, b) => index(a) - index(b))) yield this.#facts.view(fact);
  }

  fact(index: number): Fact | undefined {
    const fact = this.#facts.at(index);
    return fact === NIL ? undefined : this.#facts.view(fact);
  }

  /** What waits to fire, in firing order. */
  agenda(): readonly Activation[] {
    return this.#agenda
      .all()
      .map((token) => activationView(this.#facts, token, this.#agenda.terminalOf(token)));
  }

  /** From here on every change of facts and globals can be taken back. Transactions do not nest, and rules stay as they are. */
  begin(): void {
    this.#refuseInTransaction('begin');
    this.#transaction = new Transaction(this.#fabric);
    this.#agenda.transaction = this.#transaction;
    this.#supports.transaction = this.#transaction;
    this.#library.changing = (cell) => this.#transaction?.globalSet(cell);
  }

  /** Keeps what was done since `begin`. */
  commit(): void {
    this.#openTransaction('commit').close(this.#atoms);
    this.#endTransaction();
  }

  /** Facts (with their indexes), supports, globals and agenda are again as at `begin`. */
  rollBack(): void {
    const transaction = this.#openTransaction('rollBack');
    this.#listeners.mute(() =>
      this.#matching(() => transaction.undo(this.#network, this.#facts, this.#agenda, this.#supports)),
    );
    this.#endTransaction();
  }

  /** Adds a rule, behind all others; one of the same name is replaced, and its place is kept. Facts that stand are matched. */
  addRule(rule: Rule): void {
    this.#refuseInTransaction('addRule');
    const scope = new LocalScope();
    const body = compileBody(rule.then, scope, this.#library.environment);
    const branches = planOf(rule, this.#shapes);
    const salience = this.#library.closed(rule.salience)(new Frame());
    if (typeof salience !== 'number') throw new TypeError(`the salience of \`${rule.name}\` is no integer`);
    const place = this.#rules.get(rule.name)?.place ?? this.#rulesDefined;
    if (!this.removeRule(rule.name)) this.#rulesDefined += 1;
    const compiled: CompiledRule = {
      rule,
      salience,
      place,
      body,
      locals: scope.names,
      showsFiring: callsOut(rule.then),
    };
    this.#rules.set(rule.name, compiled);
    this.#matching(() => this.#network.add(compiled, branches));
  }

  /** Removes a rule and its activations; facts that only it supported logically go. False when there is none of that name. */
  removeRule(name: string): boolean {
    this.#refuseInTransaction('removeRule');
    if (!this.#rules.delete(name)) return false;
    this.#matching(() => this.#network.remove(name));
    this.#retractOrphans();
    return true;
  }

  addTemplate(template: Template): void {
    this.#facts.define(template);
    const dynamic = new Map<string, Evaluate>();
    for (const slot of template.slots) {
      if (slot.default.kind !== 'dynamic') continue;
      dynamic.set(slot.name, this.#library.closed(slot.default.expression));
    }
    this.#dynamicDefaults.set(template, dynamic);
  }

  /** Adds a function, or replaces the one of that name for whoever calls it from now on for the first time. */
  addFunction(definition: FunctionDefinition): void {
    this.#library.addFunction(definition);
  }

  addGlobal(definition: GlobalDefinition): void {
    this.#library.addGlobal(definition);
  }

  /** Adds facts that every reset from now on asserts. */
  addFacts(definition: FactsDefinition): void {
    const form: Expression = { kind: 'assert', facts: definition.facts };
    this.#factsDefinitions.push({ name: definition.name, assertAll: this.#library.closed(form) });
  }

  global(name: string): Value | undefined {
    return this.#library.globalValue(name);
  }

  /** Tells a listener what happens from now on; what it returns stops that. */
  listen(listener: Listener): () => void {
    return this.#listeners.add(listener);
  }

  statistics(): Statistics {
    return {
      facts: this.#facts.count,
      tokens: this.#fabric.tokens,
      entries: this.#fabric.entries,
      supports: this.#supports.count,
      atoms: this.#atoms.size,
      words: this.#heap.used,
    };
  }

  readonly #shapes: Shapes = {
    slotAt: (template, slot) => {
      const at = this.#facts.relation(template).slotAt.get(slot);
      if (at === undefined) throw new TypeError(`template \`${template}\` has no slot \`${slot}\``);
      return at;
    },
    isMulti: (template, slot) => {
      const { template: found } = this.#facts.relation(template);
      return found.slots[this.#shapes.slotAt(template, slot)]?.multi ?? false;
    },
  };

  #fire(token: Address): void {
    const terminal = this.#agenda.terminalOf(token);
    const { compiled } = terminal;
    const frame = new Frame(terminal.bindings(token));
    if (compiled.showsFiring) this.#firing = this.#firingOf(token, terminal);
    this.#supports.isLogical = terminal.branch.logical > 0;
    this.#supports.supporter = terminal.supporterOf(token);
    this.#library.beginFiring();
    if (this.#listeners.size > 0) this.#listeners.fired(token, terminal);
    this.#agenda.fire(token, terminal);
    try {
      compiled.body(frame);
    } catch (problem) {
      if (!(problem instanceof RuleError) && !(problem instanceof RangeError)) throw problem;
      const origin = problem instanceof LocatedError ? problem.origin : compiled.rule.origin;
      this.#problems.push({ rule: compiled.rule.name, origin, message: problem.message });
    } finally {
      this.#firing = null;
      this.#supports.isLogical = false;
      this.#supports.supporter = NIL;
    }
  }

  #makeLibrary(): Library {
    return new Library(
      {
        assertFact: (template, slots) => {
          const relation = this.#facts.relation(template);
          const fact = this.#assert(relation, this.#valuesOf(relation, slots), true);
          return fact === NIL ? FALSE : this.#addressOf(fact);
        },
        alterFact: (kind, value, slots) => this.#alter(kind, value, slots),
        isMulti: (template, slot) => this.#shapes.isMulti(template, slot),
      },
      {
        fact: (index) => this.fact(index),
        facts: (template) => this.facts(template),
        retract: (index) => this.retract(index),
        write: (router, text) => {
          if (router !== 'nil') this.#world.write(router, text);
        },
        halt: () => {
          this.#isHalted = true;
        },
        counter: 1,
        seed: 1,
      },
      (name) => {
        const host = this.#world.functions.get(name);
        return host && ((values) => this.#callHost(name, host, values));
      },
    );
  }

  #firingOf(token: Address, terminal: TerminalNode): Firing {
    const { rule, facts } = activationView(this.#facts, token, terminal);
    return { rule, facts };
  }

  /** Asserts values that have the shape of their slots; NIL when the fact is there already or has lost its support. */
  #assert(relation: Relation, values: readonly Value[], mayBeLogical: boolean): Address {
    if (this.#isMatching) throw new RuleError('a condition can not assert or retract');
    const isLogical = mayBeLogical && this.#supports.isLogical;
    const { supporter } = this.#supports;
    const atoms = values.map((value) => this.#atoms.intern(value));
    const standing = this.#facts.find(relation, atoms);
    if (standing !== NIL || (isLogical && supporter === NIL)) {
      this.#releaseAll(atoms);
      if (standing !== NIL) this.#assertAgain(standing, isLogical);
      return NIL;
    }
    const index = this.#facts.nextIndex;
    this.#facts.nextIndex += 1;
    this.#transaction?.factAsserted(index);
    const fact = this.#facts.add(relation, atoms, index);
    if (isLogical) this.#supports.add(supporter, fact);
    if (this.#listeners.size > 0) this.#listeners.asserted(fact);
    this.#matching(() => this.#network.assert(relation, fact));
    this.#retractOrphans();
    return this.#facts.at(index);
  }

  /** A fact is asserted that stands already: one more support, or from now on none is needed. */
  #assertAgain(fact: Address, isLogical: boolean): void {
    if (!isLogical) this.#supports.clear(fact);
    else if (this.#supports.supporter !== NIL && this.#supports.of(fact).length > 0) {
      this.#supports.add(this.#supports.supporter, fact);
    }
  }

  #retract(fact: Address): void {
    if (this.#isMatching) throw new RuleError('a condition can not assert or retract');
    this.#retractOne(fact);
    this.#retractOrphans();
  }

  #retractOne(fact: Address): void {
    if (this.#listeners.size > 0) this.#listeners.retracted(fact);
    this.#transaction?.factRetracted(fact);
    this.#supports.clear(fact);
    this.#matching(() => this.#network.retract(fact));
  }

  /** Retracts what has lost its last support, and what that supported in turn. */
  #retractOrphans(): void {
    const { orphans } = this.#supports;
    for (let index = orphans.shift(); index !== undefined; index = orphans.shift()) {
      const fact = this.#facts.at(index);
      if (fact !== NIL && this.#supports.of(fact).length === 0) this.#retractOne(fact);
    }
  }

  #matching(work: () => void): void {
    this.#isMatching = true;
    try {
      work();
    } catch (problem) {
      // Half a change stands in the network now: this is no matter for a list of problems.
      if (problem instanceof RangeError) throw new Error('the network ran out of stack', { cause: problem });
      throw problem;
    } finally {
      this.#isMatching = false;
      this.#agenda.settle();
    }
  }

  #defaultOf(template: Template, name: string): Value {
    const slot = template.slots.find((each) => each.name === name);
    const given = slot?.default;
    if (given?.kind === 'static') return given.value;
    const dynamic = this.#dynamicDefaults.get(template)?.get(name);
    if (dynamic === undefined) throw new TypeError(`slot \`${name}\` of \`${template.name}\` needs a value`);
    return dynamic(new Frame());
  }

  /** The values of a fact that the language asserts, defaults filled in. */
  #valuesOf(relation: Relation, given: ReadonlyMap<string, Value>): Value[] {
    const { template } = relation;
    return template.slots.map((slot) => {
      const value = given.get(slot.name);
      if (value === undefined) {
        if (slot.default.kind !== 'none') return this.#defaultOf(template, slot.name);
        throw new RuleError(`slot \`${slot.name}\` of \`${template.name}\` needs a value`);
      }
      if (slot.multi && !Array.isArray(value)) return [value as Exclude<Value, readonly unknown[]>] as Value;
      if (fitsShape(slot, value)) return value;
      throw new RuleError(
        `slot \`${slot.name}\` of \`${template.name}\` takes one value, not ${printed(value)}`,
      );
    });
  }

  #releaseAll(atoms: readonly Atom[]): void {
    for (const atom of atoms) this.#atoms.release(atom);
  }

  #refuseInTransaction(what: string): void {
    if (this.#transaction !== null) throw new Error(`${what} is not possible inside a transaction`);
  }

  #openTransaction(what: string): Transaction {
    if (this.#transaction === null) throw new Error(`${what} without begin`);
    return this.#transaction;
  }

  #endTransaction(): void {
    this.#transaction = null;
    this.#agenda.transaction = null;
    this.#supports.transaction = null;
    this.#library.changing = null;
  }

  #callHost(name: string, host: HostFunction, values: readonly Value[]): Value {
    try {
      return host(values, this.#firing, this);
    } catch (problem) {
      if (problem instanceof RuleError) throw problem;
      const message = problem instanceof Error ? problem.message : String(problem);
      throw new RuleError(`\`${name}\`: ${message}`, { cause: problem });
    }
  }

  #alter(kind: 'modify' | 'duplicate', value: Value, slots: ReadonlyMap<string, Value>): Value {
    const index = value instanceof FactAddress ? value.index : value;
    const fact = typeof index === 'number' ? this.#facts.at(index) : NIL;
    if (fact === NIL) throw new RuleError(`\`${kind}\`: the fact is gone`);
    const relation = this.#facts.relationOf(fact);
    for (const name of slots.keys()) {
      if (!relation.slotAt.has(name))
        throw new RuleError(`template \`${relation.template.name}\` has no slot \`${name}\``);
    }
    const given = new Map<string, Value>(Object.entries(this.#facts.view(fact).slots));
    for (const [name, changed] of slots) given.set(name, this.#unwrapped(relation, name, changed));
    const values = this.#valuesOf(relation, given);
    if (kind === 'modify') this.#retract(fact);
    const made = this.#assert(relation, values, true);
    return made === NIL ? FALSE : this.#addressOf(made);
  }

  /** `modify` does not know its template before it runs, so a single slot's value may come as a multifield of one. */
  #unwrapped(relation: Relation, name: string, value: Value): Value {
    const slot = relation.template.slots[relation.slotAt.get(name) as number];
    return slot?.multi === false && Array.isArray(value) && value.length === 1 ? (value[0] as Value) : value;
  }

  #addressOf(fact: Address): FactAddress {
    return new FactAddress(this.#heap.words[fact + FACT_INDEX] as number);
  }
}
