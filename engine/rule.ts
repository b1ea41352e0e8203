import type { Field, Value } from './value.ts';

// A rule base as data: what `dsl/lower.ts` makes of text, and what a session compiles. Names are resolved, types checked.

/** Where a construct stands, for the trail and for messages. Lines and columns count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type FieldType = 'INTEGER' | 'FLOAT' | 'SYMBOL' | 'STRING' | 'FACT-ADDRESS';

/** One slot of a template. No `types`: any type. */
export interface Slot {
  readonly name: string;
  readonly multi: boolean;
  readonly types: readonly FieldType[] | null;
  readonly allowed: readonly Field[] | null;
  /** Values of types that `allowed` names none of are free, as `allowed-symbols` of CLIPS leaves numbers. */
  readonly allowsOthers?: boolean;
  readonly range: readonly [low: number | null, high: number | null] | null;
  readonly cardinality: readonly [low: number, high: number | null] | null;
  /** `none`: a value must be given. `once` is evaluated when the template is defined, and `static` from then on; `dynamic` at each assert. */
  readonly default:
    | { readonly kind: 'none' }
    | { readonly kind: 'static'; readonly value: Value }
    | { readonly kind: 'once' | 'dynamic'; readonly expression: Expression };
  readonly comment: string | null;
}

/** The module that stands from the beginning. Constructs that name no module are in it. */
export const MAIN = 'MAIN';

/**
 * What a construct is called everywhere in a rule base: its plain name in MAIN, `MODULE::name` elsewhere. Patterns, facts,
 * calls and globals refer to others by it.
 */
export const keyOf = ({ name, module = MAIN }: { readonly name: string; readonly module?: string }): string =>
  module === MAIN ? name : `${module}::${name}`;

/** What modules can share. */
export type SharedKind = 'deftemplate' | 'defglobal' | 'deffunction';

/** What a module gives away or takes. No `kind`: of every kind; no `name`: all of the kind. */
export interface Port {
  readonly kind: SharedKind | null;
  readonly name: string | null;
}

/** `defmodule`. */
export interface ModuleDefinition {
  readonly name: string;
  readonly comment: string | null;
  readonly exports: readonly Port[];
  readonly imports: readonly (Port & { readonly from: string })[];
  readonly origin: Origin;
}

/** A template; an ordered fact's implied one has the single multislot `implied`. */
export interface Template {
  /** Not given: MAIN. */
  readonly module?: string;
  readonly name: string;
  readonly comment: string | null;
  readonly slots: readonly Slot[];
  readonly implied: boolean;
  readonly origin: Origin;
}

/** An expression, evaluated for its value or its effect. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  /** `?x` or `$?x`: bound by a condition, by `bind`, or a parameter. */
  | { readonly kind: 'variable'; readonly name: string; readonly multi: boolean }
  | { readonly kind: 'global'; readonly name: string }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly origin: Origin;
    }
  | { readonly kind: 'assert'; readonly facts: readonly FactForm[] }
  | { readonly kind: 'modify' | 'duplicate'; readonly fact: Expression; readonly slots: readonly SlotForm[] }
  | {
      readonly kind: 'bind';
      readonly name: string;
      readonly global: boolean;
      readonly values: readonly Expression[];
    }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly then: readonly Expression[];
      readonly else: readonly Expression[];
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly do: readonly Expression[] }
  | {
      readonly kind: 'loop-for-count';
      readonly variable: string | null;
      readonly from: Expression;
      readonly to: Expression;
      readonly do: readonly Expression[];
    }
  | {
      readonly kind: 'foreach';
      readonly variable: string;
      readonly list: Expression;
      readonly do: readonly Expression[];
    }
  | {
      readonly kind: 'switch';
      readonly on: Expression;
      readonly cases: readonly { readonly value: Expression; readonly do: readonly Expression[] }[];
      readonly otherwise: readonly Expression[] | null;
    }
  | FactQuery
  | { readonly kind: 'return'; readonly value: Expression | null }
  | { readonly kind: 'break' };

/** What a query does with the sets of facts that pass its test. */
export type QueryWord =
  | 'any-factp'
  | 'find-fact'
  | 'find-all-facts'
  | 'do-for-fact'
  | 'do-for-all-facts'
  | 'delayed-do-for-all-facts';

/**
 * `(do-for-all-facts ((?a lease) (?b host machine)) test action …)`: each member runs through the facts of its templates,
 * oldest first, the last member fastest. Inside, `?a` is the fact's address and the variable `a:slot` its slot.
 */
export interface FactQuery {
  readonly kind: 'query';
  readonly word: QueryWord;
  readonly members: readonly { readonly variable: string; readonly templates: readonly string[] }[];
  readonly test: Expression;
  readonly do: readonly Expression[];
  readonly origin: Origin;
}

/** A fact to be asserted: `(lease (id ?l))` or, ordered, `(seen ?l)` whose fields stand under the slot `implied`. */
export interface FactForm {
  readonly template: string;
  readonly slots: readonly SlotForm[];
  readonly origin: Origin;
}

export interface SlotForm {
  readonly slot: string;
  readonly values: readonly Expression[];
}

/** One condition of a rule's left-hand side. */
export type Condition =
  | Pattern
  | { readonly kind: 'test'; readonly expression: Expression }
  | { readonly kind: 'and' | 'or' | 'not' | 'exists' | 'logical'; readonly of: readonly Condition[] }
  /** For every match of `each`, all of `also` match. */
  | { readonly kind: 'forall'; readonly each: Condition; readonly also: readonly Condition[] }
  | Best;

/** A pattern over the facts of one template. A slot that is not named is not looked at. */
export interface Pattern {
  readonly kind: 'pattern';
  readonly template: string;
  readonly slots: readonly SlotPattern[];
  /** The variable of `?f <- (…)`. */
  readonly address: string | null;
  readonly origin: Origin;
}

/** What a slot has to be: one constraint for a single slot, a sequence of them for a multislot. */
export interface SlotPattern {
  readonly slot: string;
  readonly fields: readonly FieldPattern[];
}

/** One field of a pattern: alternatives (`|`) of conjunctions (`&`) of terms. A wildcard has no alternatives. `multi`: `$?` or `$?x`. */
export interface FieldPattern {
  readonly multi: boolean;
  /** The variable that the field binds: the first plain `?x` or `$?x` of the constraint when it was not bound before. */
  readonly alternatives: readonly (readonly Term[])[];
}

export type Term =
  | { readonly kind: 'value'; readonly value: Field; readonly negated: boolean }
  /** Binds where the variable is met first, tests where it is bound. */
  | { readonly kind: 'variable'; readonly name: string; readonly multi: boolean; readonly negated: boolean }
  /** `:(…)`: true unless it gives FALSE. */
  | { readonly kind: 'predicate'; readonly expression: Expression; readonly negated: boolean }
  /** `=(…)`: the field equals its value. */
  | { readonly kind: 'equal'; readonly expression: Expression; readonly negated: boolean };

/**
 * Our addition `(best PATTERN (maximize E) (minimize E) …)`: of all facts that match the pattern, the one whose criteria,
 * compared in order, are best; a tie goes to the first in canonical order of the facts. It binds the pattern's variables,
 * matches once at most, and follows the facts by difference like any other condition.
 */
export interface Best {
  readonly kind: 'best';
  readonly pattern: Pattern;
  readonly criteria: readonly { readonly order: 'maximize' | 'minimize'; readonly by: Expression }[];
  readonly origin: Origin;
}

export interface Rule {
  readonly module?: string;
  readonly name: string;
  readonly comment: string | null;
  readonly salience: Expression;
  /** Its module gets the focus when it is activated. */
  readonly autoFocus?: boolean;
  readonly when: readonly Condition[];
  readonly then: readonly Expression[];
  readonly origin: Origin;
}

/** `deffunction`. */
export interface FunctionDefinition {
  readonly module?: string;
  readonly name: string;
  readonly parameters: readonly string[];
  /** `$?rest`. */
  readonly rest: string | null;
  readonly body: readonly Expression[];
  readonly origin: Origin;
}

/** `defglobal`. */
export interface GlobalDefinition {
  readonly module?: string;
  readonly name: string;
  readonly value: Expression;
  readonly origin: Origin;
}

/** `deffacts`. */
export interface FactsDefinition {
  readonly module?: string;
  readonly name: string;
  readonly facts: readonly FactForm[];
  readonly origin: Origin;
}

/** All constructs of a set of files, in their order: place in the files counts in the canonical strategy. */
export interface RuleBase {
  /** All but MAIN, unless MAIN is defined anew to export or import something. */
  readonly modules?: readonly ModuleDefinition[];
  readonly templates: readonly Template[];
  readonly facts: readonly FactsDefinition[];
  readonly globals: readonly GlobalDefinition[];
  readonly functions: readonly FunctionDefinition[];
  readonly rules: readonly Rule[];
}

/**
 * A function of the host that rules can call. `purity` says what it touches outside of its session: nothing (`pure`, as
 * `retract` and `halt` are), the state of the program
 * (`world`), or a terminal or file (`console`); policy files may use `pure` ones and the primitives given to them.
 */
export interface FunctionSignature {
  readonly name: string;
  readonly purity: 'pure' | 'world' | 'console';
  /** Least and most arguments; null: any number. */
  readonly arity: readonly [least: number, most: number | null];
  /** Types of the arguments, the last one standing for all further ones; null: not checked. */
  readonly parameters: readonly (readonly FieldType[] | 'multifield' | 'any')[];
  readonly returns: readonly FieldType[] | 'multifield' | 'any' | 'nothing';
  /** A call answers a fact of this template: no rule that fires later sees it. */
  readonly claims?: string;
  readonly comment: string;
}
