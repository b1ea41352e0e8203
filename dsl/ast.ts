import type { Field } from '../engine/value.ts';
import type { Span } from './diagnostic.ts';

// A construct as it was written, with a span on every part of it. Names are not resolved, nothing is checked.

/** A name where it stands. For a variable: without its `?`. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface LiteralNode {
  readonly kind: 'literal';
  readonly value: Field;
  /** As it was written: `8g`, `"two words"`. */
  readonly text: string;
  readonly span: Span;
}

export interface VariableNode {
  readonly kind: 'variable';
  readonly name: string;
  readonly multi: boolean;
  readonly span: Span;
}

export interface GlobalNode {
  readonly kind: 'global';
  readonly name: string;
  readonly span: Span;
}

/** `(name argument …)`: a call; where facts are written, a slot with its values looks the same. */
export interface CallNode {
  readonly kind: 'call';
  readonly name: Name;
  readonly arguments: readonly ExpressionNode[];
  readonly span: Span;
}

/** `(assert (lease (id ?l)))`: a fact's items are slots (calls) or the fields of an ordered fact. */
export interface FactNode {
  readonly name: Name;
  readonly items: readonly ExpressionNode[];
  readonly span: Span;
}

export type Body = readonly ExpressionNode[];

export type ExpressionNode =
  | LiteralNode
  | VariableNode
  | GlobalNode
  | CallNode
  | { readonly kind: 'assert'; readonly facts: readonly FactNode[]; readonly span: Span }
  | {
      readonly kind: 'modify' | 'duplicate';
      readonly fact: ExpressionNode;
      readonly slots: readonly CallNode[];
      readonly span: Span;
    }
  | {
      readonly kind: 'bind';
      readonly target: VariableNode | GlobalNode;
      readonly values: Body;
      readonly span: Span;
    }
  | {
      readonly kind: 'if';
      readonly test: ExpressionNode;
      readonly whenTrue: Body;
      readonly whenFalse: Body;
      readonly span: Span;
    }
  | { readonly kind: 'while'; readonly test: ExpressionNode; readonly do: Body; readonly span: Span }
  | {
      readonly kind: 'loop-for-count';
      readonly variable: Name | null;
      readonly from: ExpressionNode | null;
      readonly to: ExpressionNode;
      readonly do: Body;
      readonly span: Span;
    }
  /** `foreach` and `progn$`; the latter may go without a variable. */
  | {
      readonly kind: 'foreach';
      readonly variable: Name | null;
      readonly list: ExpressionNode;
      readonly do: Body;
      readonly span: Span;
    }
  | {
      readonly kind: 'switch';
      readonly on: ExpressionNode;
      readonly cases: readonly { readonly value: ExpressionNode; readonly do: Body }[];
      readonly otherwise: Body | null;
      readonly span: Span;
    }
  | QueryNode
  | { readonly kind: 'return'; readonly value: ExpressionNode | null; readonly span: Span }
  | { readonly kind: 'break'; readonly span: Span };

/** A fact query: its members run through the facts of their templates. */
export interface QueryNode {
  readonly kind: 'query';
  readonly word: Name;
  readonly members: readonly { readonly variable: Name; readonly templates: readonly Name[] }[];
  readonly test: ExpressionNode;
  readonly do: Body;
  readonly span: Span;
}

/** One term of a constraint. `negated`: it stood behind `~`. */
export type TermNode = { readonly negated: boolean; readonly span: Span } & (
  | { readonly kind: 'literal'; readonly literal: LiteralNode }
  | { readonly kind: 'variable'; readonly name: string; readonly multi: boolean }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'predicate' | 'equal'; readonly expression: ExpressionNode }
);

/** What one field has to be: alternatives of conjunctions of terms, none for a wildcard. `multi`: `$?` or `$?x`. */
export interface ConstraintNode {
  readonly kind: 'constraint';
  readonly multi: boolean;
  readonly alternatives: readonly (readonly TermNode[])[];
  readonly span: Span;
}

export interface SlotPatternNode {
  readonly kind: 'slot';
  readonly name: Name;
  readonly fields: readonly ConstraintNode[];
  readonly span: Span;
}

export interface PatternNode {
  readonly kind: 'pattern';
  readonly address: Name | null;
  readonly name: Name;
  readonly items: readonly (SlotPatternNode | ConstraintNode)[];
  readonly span: Span;
}

export interface BestNode {
  readonly kind: 'best';
  readonly pattern: PatternNode;
  readonly criteria: readonly { readonly order: Name; readonly by: ExpressionNode }[];
  readonly span: Span;
}

export type ConditionNode =
  | PatternNode
  | BestNode
  | { readonly kind: 'test'; readonly expression: ExpressionNode; readonly span: Span }
  | {
      readonly kind: 'and' | 'or' | 'not' | 'exists' | 'logical' | 'forall';
      readonly of: readonly ConditionNode[];
      readonly span: Span;
    };

/** `(allowed-symbols a b)`, `(default ?NONE)`: its meaning is found by its name. */
export interface AttributeNode {
  readonly name: Name;
  readonly values: readonly ExpressionNode[];
  readonly span: Span;
}

export interface SlotNode {
  readonly name: Name;
  readonly multi: boolean;
  readonly attributes: readonly AttributeNode[];
  readonly span: Span;
}

/** What every construct has. `broken`: a part of it could not be read and is left out here; its errors are told already. */
interface Whole {
  readonly name: Name;
  readonly comment: string | null;
  readonly broken: boolean;
  readonly span: Span;
  /** Its tokens without comments and line breaks: equal for equal meaning, so that versions can be compared. */
  readonly text: string;
}

export interface TemplateNode extends Whole {
  readonly kind: 'deftemplate';
  readonly slots: readonly SlotNode[];
}

export interface FactsNode extends Whole {
  readonly kind: 'deffacts';
  readonly facts: readonly FactNode[];
}

/** One global of a defglobal. */
export interface GlobalDefinitionNode extends Whole {
  readonly kind: 'defglobal';
  /** `(defglobal A ?*x* = 1)`. */
  readonly module: string | null;
  readonly value: ExpressionNode;
}

export interface FunctionNode extends Whole {
  readonly kind: 'deffunction';
  readonly parameters: readonly VariableNode[];
  readonly body: Body;
}

export interface RuleNode extends Whole {
  readonly kind: 'defrule';
  readonly declarations: readonly AttributeNode[];
  readonly conditions: readonly ConditionNode[];
  readonly actions: Body;
}

export interface ModuleNode extends Whole {
  readonly kind: 'defmodule';
  /** What it exports and imports, each by its word. */
  readonly ports: readonly AttributeNode[];
}

export type ConstructNode =
  | TemplateNode
  | FactsNode
  | GlobalDefinitionNode
  | FunctionNode
  | RuleNode
  | ModuleNode;
