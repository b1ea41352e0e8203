import { Agenda, type Strategy } from './agenda.ts';
import { Atoms } from './atoms.ts';
import { compile } from './compile.ts';
import { Constructs } from './constructs.ts';
import { slotValue, type PlainValue } from './convert.ts';
import { differenceOf } from './difference.ts';
import type { NewFact, TypedTemplate } from './define.ts';
import { FactStore } from './facts.ts';
import { copyState, type Parts } from './fork.ts';
import { RuleError } from './functions/builtin.ts';
import { LazyFiring } from './firing.ts';
import { Frame, LocalScope, LocatedError } from './frame.ts';
import { Heap, NIL, type Address } from './heap.ts';
import { INTERRUPTED, Library } from './library.ts';
import { Listeners, type Listener } from './listener.ts';
import { Modules } from './modules.ts';
import { Network } from './network/network.ts';
import type { Fabric } from './network/node.ts';
import { SessionView } from './session-view.ts';
import { keyOf, MAIN, type Expression, type Rule, type RuleBase, type Template } from './rule.ts';
import { Supports } from './support.ts';
import { Transaction } from './transaction.ts';
import { FALSE, type Value } from './value.ts';
import { WorkingMemory } from './working-memory.ts';
import type { Fact, HostFunction, RunResult, RuntimeProblem, World } from './world.ts';

export { strategies, type Strategy } from './strategy.ts';
export type { SalienceEvaluation } from './agenda.ts';
export type { BranchMatches, PartialMatch, Unit } from './matches.ts';
export type { Removal } from './constructs.ts';
export type { PlainValue } from './convert.ts';
export { RuleError } from './functions/builtin.ts';
export { INTERRUPTED } from './library.ts';
export type * from './world.ts';

export interface SessionOptions {
  readonly strategy: Strategy;
  readonly world: World;
  /** As CLIPS has it: every reset asserts `(initial-fact)` with the index 0. Without it facts count from 1. */
  readonly initialFact?: boolean;
  /** Facts asserted and matches made before the network goes on as source; Infinity: it never does. */
  readonly sourceAfter?: number;
}

/** Rounds of loops and calls of functions that one firing may take, unless `run` is told otherwise. */
const STEPS_MAX = 10_000_000;

/** A firing ends because of an error that is told already. */
class Halted extends LocatedError {
  constructor() {
    super('the firing ends', INITIAL_FACT.origin);
  }
}

/** A rule base at work on facts: matches, agenda and globals follow every change at once. */
export class Session extends SessionView {
  readonly #world: World;
  readonly #heap = new Heap();
  readonly #atoms = new Atoms();
  readonly #facts = new FactStore(this.#heap, this.#atoms);
  readonly #supports = new Supports(this.#heap);
  readonly #listeners = new Listeners(this.#facts);
  readonly #modules = new Modules(this.#listeners);
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #network: Network;
  readonly #library: Library;
  readonly #memory: WorkingMemory;
  readonly #constructs: Constructs;
  protected override readonly parts: Parts;
  #problems: RuntimeProblem[] = [];
  #transaction: Transaction | null = null;
  #firing: LazyFiring | null = null;
  #base: RuleBase;
  #isRunning = false;
  #isHalted = false;
  /** How many problems there may be before what is under way ends; null: as many as there are. */
  #problemsMax: number | null = null;
  /** Variables that commands have bound. */
  #commandScope = new LocalScope();
  #commandLocals: (Value | undefined)[] = [];
  /** Whether a reset asserts `(initial-fact)`. */
  assertsInitialFact: boolean;
  readonly #countsFromZero: boolean;
  /** Whether a reset gives globals their first values again. */
  resetsGlobals = true;

  constructor(base: RuleBase, options: SessionOptions) {
    super();
    this.#world = options.world;
    this.assertsInitialFact = options.initialFact ?? false;
    this.#countsFromZero = this.assertsInitialFact;
    this.#library = this.#makeLibrary();
    this.#library.calling = (what, definition, values, depth) => {
      if (this.#listeners.hears(what)) this.#listeners.calling(what, definition, values, depth);
    };
    this.#library.globalSet = (definition, value, before) => {
      if (this.#listeners.hears('globalSet')) this.#listeners.globalSet(definition, value, before);
    };
    this.#fabric = {
      heap: this.#heap,
      atoms: this.#atoms,
      facts: this.#facts,
      supports: this.#supports,
      environment: this.#library.environment,
      nodes: [null],
      constants: new Set(),
      frame: new Frame(),
      report: (rule, origin, { message }) =>
        this.#report({
          rule: rule ?? '',
          origin: rule === null ? origin : this.#constructs.placeOf(rule, origin),
          message,
        }),
      made: null,
      entries: 0,
      keepsOrder: options.strategy !== 'canonical',
    };
    const { nodes } = this.#fabric;
    this.#agenda = new Agenda(
      this.#heap,
      this.#atoms,
      this.#facts,
      nodes,
      options.strategy,
      this.#listeners,
      this.#modules,
    );
    this.#network = new Network(this.#fabric, this.#agenda, options.sourceAfter);
    this.#memory = new WorkingMemory(this.#fabric, this.#network, this.#agenda, this.#listeners);
    this.#memory.beforeRetract = (): void => {
      this.#firing?.look();
    };
    this.#constructs = new Constructs(
      this.#fabric,
      this.#network,
      this.#library,
      this.#memory,
      this.#agenda,
      this.#modules,
    );
    this.parts = {
      fabric: this.#fabric,
      network: this.#network,
      agenda: this.#agenda,
      memory: this.#memory,
      constructs: this.#constructs,
      library: this.#library,
      modules: this.#modules,
    };
    this.#base = base;
    this.#define(base);
    this.#modules.current = MAIN;
    this.reset();
  }

  /** Retracts everything, sets globals anew, gives MAIN the focus, and asserts the deffacts. A new session is already reset. */
  reset(): void {
    this.refuseInTransaction('reset');
    this.#modules.reset();
    this.forgetVariables();
    this.#memory.matching(() => this.#network.root.clear());
    this.#memory.retractOrphans();
    for (const fact of this.#facts.all()) {
      if (this.#facts.isStanding(fact)) this.#memory.retract(fact);
    }
    if (this.resetsGlobals) this.#library.resetGlobals();
    this.#facts.nextIndex = this.#countsFromZero ? 0 : 1;
    this.#memory.matching(() => this.#network.root.restart());
    if (this.assertsInitialFact) this.#memory.assert(this.#facts.relation(INITIAL_FACT.name), [[]], false);
    this.#constructs.assertFacts();
    // Rules with auto-focus may have got the focus, but what is defined next belongs to MAIN.
    this.#modules.current = MAIN;
  }

  /** Forgets all constructs and facts; settings stay. False while rules run: nothing is done then. */
  clear(): boolean {
    this.refuseInTransaction('clear');
    if (this.#isRunning) return false;
    for (const fact of this.#facts.all()) if (this.#facts.isStanding(fact)) this.#memory.retract(fact);
    this.#constructs.clear();
    this.#modules.clear();
    this.assertsInitialFact = this.#countsFromZero;
    this.#define({ templates: [], facts: [], globals: [], functions: [], rules: [] });
    this.reset();
    return true;
  }

  /**
   * Asserts a fact of plain values, converted by the template's slot types: a JavaScript string becomes a symbol where
   * the slot does not take STRING, a number an integer or float, a boolean TRUE or FALSE, an array a multislot. Slots left out take their
   * defaults. Null when an equal fact is there already. Throws a TypeError that names template and slot for a value that does not fit.
   * Of a template that `template` has made the compiler knows the types.
   */
  assert<T extends TypedTemplate>(template: T, slots: NewFact<T>): Fact | null;
  assert(template: string, slots: Readonly<Record<string, PlainValue>>): Fact | null;
  assert(template: string | Template, slots: Readonly<Record<string, PlainValue>>): Fact | null {
    const key = typeof template === 'string' ? template : keyOf(template);
    const relation = this.#facts.relation(key);
    for (const name of Object.keys(slots)) {
      if (!relation.slotAt.has(name)) throw new TypeError(`template \`${key}\` has no slot \`${name}\``);
    }
    const values = relation.template.slots.map((slot) => {
      const plain = Object.hasOwn(slots, slot.name) ? slots[slot.name] : undefined;
      return plain === undefined
        ? this.#memory.defaultOf(relation.template, slot)
        : slotValue(relation.template, slot, plain);
    });
    const fact = this.#memory.assert(relation, values, false);
    return fact === NIL ? null : this.#facts.view(fact);
  }

  /** Retracts a fact by its index; false when there is none. */
  retract(index: number): boolean {
    const fact = this.#facts.at(index);
    if (fact === NIL) return false;
    this.#memory.retract(fact);
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
    return this.assert(keyOf(fact.template), { ...fact.slots, ...slots });
  }

  /**
   * Fires activations until none is left, or the bound is reached, or a rule says halt: those of the module that has the focus, and
   * when none is left there, of the module below it. `stepsMax` bounds the rounds of loops and the calls of functions within
   * one firing; what goes beyond is a problem of its rule. `haltsOnProblem`: a problem ends the run, as in CLIPS. `breaksAt`: asked, once a
   * rule has fired, whether to end before the next one. A run within a run fires nothing.
   */
  run(
    options: {
      readonly firingsMax?: number;
      readonly stepsMax?: number;
      readonly haltsOnProblem?: boolean;
      readonly breaksAt?: (rule: Rule) => boolean;
    } = {},
  ): RunResult {
    const { firingsMax = Infinity, stepsMax = STEPS_MAX, haltsOnProblem = false, breaksAt } = options;
    if (this.#isRunning) return { fired: 0, limitReached: false, halted: false, problems: [] };
    this.#library.stepsMax = stepsMax;
    this.#isHalted = false;
    this.#isRunning = true;
    let fired = 0;
    let token: Address = NIL;
    try {
      token = this.#next();
      while (token !== NIL && fired < firingsMax && !this.#isHalted) {
        const before = this.#problems.length;
        this.#problemsMax = haltsOnProblem ? before : null;
        this.#fire(token);
        fired += 1;
        if (this.#problems.length > before) this.#isHalted ||= haltsOnProblem;
        else if (this.#world.isInterrupted?.() === true) this.#interrupt();
        this.#problemsMax = null;
        token = this.#isHalted ? NIL : this.#next();
        if (token === NIL || breaksAt === undefined) continue;
        if (breaksAt(this.#agenda.terminalOf(token).compiled.rule)) break;
        // Whoever was asked may have looked at the agenda, or changed it.
        token = this.#next();
      }
    } finally {
      this.#isRunning = false;
      this.settle();
    }
    const problems = this.#problems;
    this.#problems = [];
    return { fired, limitReached: token !== NIL, halted: this.#isHalted, problems };
  }

  /** Ends the run after the firing that is under way. */
  halt(): void {
    this.#isHalted = true;
  }

  /**
   * Evaluates an expression as a command: variables that it binds stand until the next reset. Throws a RuleError for what it
   * cannot do.
   */
  evaluate(expression: Expression): Value {
    if (!this.#isRunning) this.#library.beginFiring();
    const evaluate = compile(expression, this.#commandScope, this.#library.environment);
    const frame = new Frame(this.#commandLocals);
    const value = evaluate(frame);
    return frame.signal === 'return' ? frame.result : value;
  }

  /** Forgets the variables that commands have bound. */
  forgetVariables(): void {
    this.#commandScope = new LocalScope();
    this.#commandLocals = [];
  }

  /** From here on every change of facts and globals can be taken back. Transactions do not nest, and rules stay as they are. */
  begin(): void {
    this.refuseInTransaction('begin');
    this.settle();
    this.#setTransaction(new Transaction(this.#fabric));
  }

  /** Keeps what was done since `begin`. */
  commit(): void {
    this.#openTransaction('commit').close(this.#atoms);
    this.#setTransaction(null);
  }

  /** Facts (with their indexes), supports, globals and agenda are again as at `begin`. */
  rollBack(): void {
    const transaction = this.#openTransaction('rollBack');
    this.#listeners.mute(() =>
      this.#memory.matching(() => transaction.undo(this.#network, this.#facts, this.#agenda, this.#supports)),
    );
    this.#setTransaction(null);
  }

  /**
   * Runs another rule base from here on, by difference: a rule that says what it said keeps its matches and what has fired.
   * Facts for which `keeps` holds stay, and so do those that still have a logical support; of the others exactly those
   * stand afterwards that the new deffacts assert, and globals are as defined. So, under `canonical`, the agenda is that
   * of a session built anew, less what has fired already. What was added since the last rule base came is not looked at.
   * False: the modules differ, and nothing is done.
   */
  become(base: RuleBase, keeps: (index: number) => boolean): boolean {
    this.refuseInTransaction('become');
    const difference = differenceOf(this.#base, base);
    if (difference === null) return false;
    this.#base = base;
    this.#constructs.become(base, difference, keeps);
    return true;
  }

  /**
   * A session with the same constructs, settings and state, that goes its own way from here: nothing that happens in one is seen by the other. It
   * lives in the same world unless it is given another one; nobody listens to it. It costs what building the session anew costs. Conditions are
   * matched anew, so one that reads a global which has changed since is matched by its value now; and under strategies that go by age,
   * activations that come later may stand in another order among themselves. Not possible inside a transaction or a run.
   */
  fork(world: World = this.#world): Session {
    this.refuseInTransaction('fork');
    if (this.#isRunning) throw new Error('fork is not possible while rules run');
    const base = {
      modules: this.modules().flatMap((name) => this.module(name) ?? []),
      templates: this.templates().filter(({ name }) => !this.#countsFromZero || name !== INITIAL_FACT.name),
      facts: [],
      globals: this.globals(),
      functions: this.functions(),
      rules: this.rules(),
    };
    const { strategy } = this;
    const twin = new Session(base, { strategy, world, initialFact: this.#countsFromZero });
    for (const definition of this.factsDefinitions()) twin.addFacts(definition);
    copyState(this.parts, twin.parts);
    twin.resetsGlobals = this.resetsGlobals;
    twin.#commandScope = new LocalScope(this.#commandScope.names);
    twin.#commandLocals = [...this.#commandLocals];
    twin.#problems = [];
    return twin;
  }

  /** Adds a rule, behind all others; one of the same name is replaced. Facts that stand are matched. */
  addRule(rule: Rule): void {
    this.refuseInTransaction('addRule');
    this.#constructs.addRule(rule);
  }

  /**
   * Removes a rule and its activations. What it supported logically goes under `canonical`, and stands by itself under other
   * strategies, as in CLIPS. False when there is none of that name.
   */
  removeRule(key: string): boolean {
    this.refuseInTransaction('removeRule');
    return this.#constructs.removeRule(key);
  }

  /** Puts the activations of a rule that have fired back on the agenda. False when there is none of that name. */
  refresh(key: string): boolean {
    this.settle();
    return this.#constructs.refresh(key);
  }

  /** Tells a listener what happens from now on; what it returns stops that. */
  listen(listener: Listener): () => void {
    this.settle();
    return this.#listeners.add(listener);
  }

  #define(base: RuleBase): void {
    if (this.#countsFromZero) this.addTemplate(INITIAL_FACT);
    for (const definition of base.modules ?? []) this.addModule(definition);
    for (const template of base.templates) this.addTemplate(template);
    for (const definition of base.functions) this.addFunction(definition);
    for (const definition of base.globals) this.addGlobal(definition);
    for (const definition of base.facts) this.addFacts(definition);
    for (const rule of base.rules) this.addRule(rule);
  }

  #next(): Address {
    if (this.#modules.focus === null) this.#modules.push(MAIN);
    const { focus } = this.#modules;
    if (focus !== null && this.#canForesee()) {
      const foreseen = this.#memory.matching(() => this.#network.foresee(focus));
      if (foreseen !== NIL) return foreseen;
    } else this.settle();
    if (this.#agenda.evaluation === 'every-cycle') this.#agenda.evaluateAnew();
    return this.#agenda.next();
  }

  #fire(token: Address): void {
    const terminal = this.#agenda.terminalOf(token);
    const { compiled } = terminal;
    const frame = new Frame(terminal.bindings(token));
    const isForeseen = this.#network.fires(token);
    if (compiled.showsFiring) this.#firing = new LazyFiring(this.#facts, token, terminal);
    this.#supports.isLogical = terminal.branch.logical > 0;
    this.#supports.supporter = terminal.supporterOf(token);
    this.#supports.by = terminal.id;
    this.#library.beginFiring();
    this.#modules.current = compiled.module;
    if (!isForeseen) this.#agenda.fire(token);
    if (this.#listeners.hears('fires')) this.#listeners.fires(compiled.rule);
    if (this.#listeners.hears('fired')) this.#listeners.fired(token, terminal);
    try {
      if (compiled.isPlain && this.#canDefer()) this.#network.defer(() => compiled.body(frame));
      else compiled.body(frame);
    } catch (problem) {
      if (problem instanceof Halted) return;
      if (!(problem instanceof RuleError) && !(problem instanceof RangeError)) throw problem;
      const origin = problem instanceof LocatedError ? problem.origin : compiled.rule.origin;
      this.#report({ rule: keyOf(compiled.rule), origin, message: problem.message });
    } finally {
      if (this.#canForesee()) this.#memory.matching(() => this.#network.finish());
      else this.settle();
      // `return` on a right-hand side takes the focus from the rule's module.
      if (frame.signal === 'return') this.#modules.remove(compiled.module);
      this.#firing = null;
      this.#supports.isLogical = false;
      this.#supports.supporter = NIL;
      if (this.#listeners.hears('finished')) this.#listeners.finished();
    }
  }

  /** Whether nobody looks on while a firing is under way, and activations are ordered by their age alone. */
  #canDefer(): boolean {
    const { strategy, evaluation } = this.#agenda;
    if (this.#transaction !== null || evaluation !== 'when-defined') return false;
    if (strategy === 'canonical' || strategy === 'random') return false;
    return !this.#listeners.hears('activated') && !this.#listeners.hears('deactivated');
  }

  /** Whether what fires next can be known before the network knows it: the youngest. */
  #canForesee(): boolean {
    return this.#agenda.strategy === 'depth' && this.#canDefer();
  }

  /** Lets the network do what it has put off: before anybody looks at what waits. */
  protected override settle(): void {
    this.#memory.matching(() => this.#network.flush());
  }

  #makeLibrary(): Library {
    return new Library(
      {
        assertFact: (template, slots) => {
          const relation = this.#facts.relation(template);
          const fact = this.#memory.assert(relation, this.#memory.valuesOf(relation, slots), true);
          this.#endAfterProblem();
          return fact === NIL ? FALSE : this.#memory.addressOf(fact);
        },
        alterFact: (kind, value, slots) => {
          const altered = this.#memory.alter(kind, value, slots);
          this.#endAfterProblem();
          return altered;
        },
        isMulti: (template, slot) => this.#constructs.shapes.isMulti(template, slot),
        factsOf: (template) =>
          this.#facts.of(this.#facts.relation(template)).map((fact) => this.#facts.view(fact)),
        fact: (index) => this.fact(index),
      },
      {
        session: this,
        write: (router, text) => {
          if (router !== 'nil') this.#world.write(router, text);
        },
        now: () => {
          if (this.#world.now === undefined) throw new RuleError('there is no clock here');
          return this.#world.now();
        },
        counter: 1,
        seed: 1,
        dividesAsFloats: true,
      },
      (name) => {
        const host = this.#world.functions.get(name);
        return host && ((values) => this.#callHost(name, host, values));
      },
      this.#world,
    );
  }

  /** Ends the firing when a condition has met an error over what it has just changed, where errors end a run. */
  #endAfterProblem(): void {
    if (this.#problemsMax !== null && this.#problems.length > this.#problemsMax) throw new Halted();
  }

  /** Ends the run between two firings. */
  #interrupt(): void {
    this.#report({ rule: '', origin: INITIAL_FACT.origin, message: INTERRUPTED });
    this.halt();
  }

  #report(problem: RuntimeProblem): void {
    this.#problems.push(problem);
    if (this.#listeners.hears('problem')) this.#listeners.problem(problem);
  }

  protected override refuseInTransaction(what: string): void {
    if (this.#transaction !== null) throw new Error(`${what} is not possible inside a transaction`);
  }

  #openTransaction(what: string): Transaction {
    if (this.#transaction === null) throw new Error(`${what} without begin`);
    return this.#transaction;
  }

  #setTransaction(transaction: Transaction | null): void {
    this.#transaction = transaction;
    this.#agenda.transaction = transaction;
    this.#memory.transaction = transaction;
    this.#supports.transaction = transaction;
    this.#library.changing = transaction === null ? null : (cell) => transaction.globalSet(cell);
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
}

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
