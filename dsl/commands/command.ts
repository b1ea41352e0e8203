import type { FunctionSignature } from '../../engine/rule.ts';
import type { Session } from '../../engine/session.ts';
import type { Value } from '../../engine/value.ts';
import type { Routers } from '../routers.ts';
import type { Watches } from '../watches.ts';
import type { Workspace } from '../workspace.ts';

/** What commands act on. */
export interface Console {
  readonly workspace: Workspace;
  readonly session: Session;
  readonly routers: Routers;
  readonly watches: Watches;
  /** Forgets all constructs and facts. */
  clear(): void;
  /** Ends the program after the command under way. */
  exit(status: number): void;
}

/** A function that acts on the console: its facts and constructs, its files, its settings. */
export interface Command extends FunctionSignature {
  readonly call: (values: readonly Value[], console: Console) => Value;
}

/** One line of a family of commands. */
export function command(
  name: string,
  arity: FunctionSignature['arity'],
  parameters: FunctionSignature['parameters'],
  returns: FunctionSignature['returns'],
  comment: string,
  call: Command['call'],
): Command {
  return { name, purity: 'console', arity, parameters, returns, comment, call };
}
