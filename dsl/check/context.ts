import type { Diagnostic } from '../diagnostic.ts';
import type { Names } from '../names.ts';
import type { Scope } from './scope.ts';

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
}
