import type { ExpressionNode } from '../ast.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Names } from '../names.ts';
import type { Scope } from './scope.ts';
import type { Types } from './slot-rule.ts';

/** Where an expression stands: its place decides what it may do. */
export interface Context {
  readonly names: Names;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly scope: Scope;
  /** `condition`: nothing may be changed. `value`: of a default, a global or a fact of deffacts, without variables. */
  readonly place: 'condition' | 'action' | 'function' | 'value';
  /** A part of the construct could not be read: variables may be bound there. */
  readonly broken: boolean;
  readonly inLoop: boolean;
  /** Checks an expression whose value is used. Carried here, since expressions hold calls and facts, and these expressions. */
  readonly valueOf: (node: ExpressionNode, context: Context) => Types;
  /** The same where a value need not be. */
  readonly expressionOf: (node: ExpressionNode, context: Context) => Types;
}
