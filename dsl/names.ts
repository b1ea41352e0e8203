import type { FunctionSignature, Template } from '../engine/rule.ts';
import type {
  ConstructNode,
  FunctionNode,
  GlobalDefinitionNode,
  ModuleNode,
  RuleNode,
  TemplateNode,
} from './ast.ts';
import { error, type Diagnostic, type Span } from './diagnostic.ts';
import type { SlotRule } from './check/slot-rule.ts';

// What the constructs of all files declare, collected before anything is checked: a rule may use what stands in another file.

/** A template whose definition could be read. `broken`: it may have slots that we do not know of. */
export interface KnownTemplate {
  readonly template: Template;
  readonly rules: ReadonlyMap<string, SlotRule>;
  readonly broken: boolean;
  readonly span: Span;
}

/**
 * A function that can be called. `use`: an `action` changes facts or calls a primitive and belongs on a right-hand side;
 * what `never` may be called in a policy touches a terminal, a file or the process.
 */
export interface KnownFunction {
  readonly signature: FunctionSignature;
  /** What the engine knows it by. */
  readonly key: string;
  readonly use: 'anywhere' | 'action' | 'never';
  /** Where a deffunction is declared; null for what the language or the host brings. */
  readonly span: Span | null;
  /** Its parameters are not known for sure. */
  readonly broken: boolean;
}

/** What can be named in one module. Each name stands as it may be written: `lease`, and `M::lease` where there are modules. */
export interface Names {
  /** A policy, or a CLIPS program: what policies refuse may be written in those. */
  readonly dialect: 'policy' | 'clips';
  readonly module: string;
  /** `$?x` among the arguments of a call stands for its fields, each an argument: a setting of CLIPS programs. */
  readonly spreads: boolean;
  readonly templates: ReadonlyMap<string, KnownTemplate>;
  readonly functions: ReadonlyMap<string, KnownFunction>;
  /** The keys of globals. */
  readonly globals: ReadonlyMap<string, string>;
  /** Ordered facts that some rule or deffacts makes. */
  readonly ordered: ReadonlySet<string>;
  /** The key of the ordered facts of a name that are known already; null: they will be the module's own. */
  orderedKey(name: string): string | null;
}

/** The constructs by kind, in the order of the files. Of two of a name the first one counts, and both are checked. */
export interface Definitions {
  readonly templates: readonly TemplateNode[];
  readonly facts: readonly Extract<ConstructNode, { kind: 'deffacts' }>[];
  readonly globals: readonly GlobalDefinitionNode[];
  readonly functions: readonly FunctionNode[];
  readonly rules: readonly RuleNode[];
  readonly modules: readonly ModuleNode[];
}

const nouns = {
  deftemplate: 'template',
  deffacts: 'deffacts',
  defglobal: 'global',
  deffunction: 'function',
  defrule: 'rule',
  defmodule: 'module',
} as const;

/** Sorts constructs by kind, in the order of the files. DSL2016: two of a kind have one name. */
export function definitionsOf(
  constructs: readonly ConstructNode[],
  report: (d: Diagnostic) => void,
): Definitions {
  const first = new Map<string, ConstructNode>();
  for (const construct of constructs) {
    const key = `${construct.kind} ${construct.name.text}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, construct);
      continue;
    }
    const noun = nouns[construct.kind];
    report(
      error('DSL2016', construct.name.span, `${noun} \`${shownName(construct)}\` is defined twice`, {
        help: 'give one of them another name',
        related: [{ span: earlier.name.span, message: `\`${shownName(construct)}\` is defined here first` }],
      }),
    );
  }
  return {
    templates: constructs.filter((construct) => construct.kind === 'deftemplate'),
    facts: constructs.filter((construct) => construct.kind === 'deffacts'),
    globals: constructs.filter((construct) => construct.kind === 'defglobal'),
    functions: constructs.filter((construct) => construct.kind === 'deffunction'),
    rules: constructs.filter((construct) => construct.kind === 'defrule'),
    modules: constructs.filter((construct) => construct.kind === 'defmodule'),
  };
}

/** A construct's name as it is written where it is used. */
export function shownName(construct: Pick<ConstructNode, 'kind' | 'name'>): string {
  return construct.kind === 'defglobal' ? `?*${construct.name.text}*` : construct.name.text;
}
