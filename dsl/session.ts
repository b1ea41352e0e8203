import type { FunctionSignature, Template } from '../engine/rule.ts';
import type { HostFunction, Session, Strategy, World } from '../engine/session.ts';
import { rendered, sorted, type Diagnostic } from './diagnostic.ts';
import { parse } from './parse.ts';
import { Source } from './source.ts';
import { Workspace } from './workspace.ts';

/** A file, or a text that stands for one. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface TextOptions {
  /** How activations of one salience are ordered: `depth` unless it is said. */
  readonly strategy?: Strategy;
  /** Functions that rules may call by these names. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
  /** Templates that were made in TypeScript: the text may use them. */
  readonly templates?: readonly Template[];
  /** Where `printout` goes; nowhere unless it is said. */
  readonly write?: World['write'];
  /** What `time` gives, in seconds. */
  readonly now?: () => number;
}

/** A text that no session can be made of. Its message shows every error with its place, as `octopus policy check` does. */
export class TextError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], files: readonly TextFile[]) {
    super(rendered(diagnostics, files));
    this.name = 'TextError';
    this.diagnostics = diagnostics;
  }
}

/**
 * A session of what a text defines, reset and ready to run. The whole language may be used, also what policies may not: `printout`, and
 * functions that see the order of facts. Constructs are defined one after the other, as CLIPS reads them. Throws a TextError
 * with all errors of all files.
 */
export function sessionFrom(text: string | readonly TextFile[], options: TextOptions = {}): Session {
  const files = typeof text === 'string' ? [{ name: 'text', text }] : text;
  const { functions = {}, templates = [], strategy = 'depth', write = (): void => undefined, now } = options;
  const workspace = new Workspace({
    functions: Object.keys(functions).map(signature),
    world: { functions: new Map(Object.entries(functions)), write, ...(now === undefined ? {} : { now }) },
  });
  for (const template of templates) workspace.addTemplate(template);
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const parsed = parse(new Source(file.name, file.text));
    diagnostics.push(...parsed.diagnostics);
    for (const construct of parsed.constructs) diagnostics.push(...workspace.define(construct));
  }
  if (diagnostics.length > 0) throw new TextError(sorted(diagnostics, files), files);
  const { session } = workspace;
  session.strategy = strategy;
  session.reset();
  return session;
}

/** A host's function of which nothing is known but its name. */
function signature(name: string): FunctionSignature {
  return { name, purity: 'world', arity: [0, null], parameters: ['any'], returns: 'any', comment: '' };
}
