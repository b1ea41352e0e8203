import { covers } from '../../engine/modules.ts';
import type { ModuleDefinition, Port, SharedKind } from '../../engine/rule.ts';
import type { AttributeNode, ExpressionNode, ModuleNode } from '../ast.ts';
import { error, type Diagnostic } from '../diagnostic.ts';
import { originOf } from '../source.ts';
import { didYouMean, listed } from '../suggest.ts';

const sharedKinds: readonly SharedKind[] = ['deftemplate', 'defglobal', 'deffunction'];

const help =
  'write `(export ?ALL)`, `(export deftemplate a b)`, `(import MAIN ?ALL)` or `(import MAIN deftemplate a)`';

/**
 * Reads what a module exports and imports. DSL2026 for a port that says something else, for a module that there is not, and for
 * one that does not export what is to be imported, or does not have it. Null when there is an error.
 */
export function moduleOf(
  node: ModuleNode,
  known: (name: string) => ModuleDefinition | undefined,
  sees: (module: string, kind: SharedKind, name: string) => boolean,
  report: (diagnostic: Diagnostic) => void,
): ModuleDefinition | null {
  const exports: Port[] = [];
  const imports: (Port & { readonly from: string })[] = [];
  let isSound = true;
  const wrong = (span: Diagnostic['span'], message: string, advice: string | null = help): void => {
    isSound = false;
    report(error('DSL2026', span, message, { help: advice }));
  };
  for (const port of node.ports) {
    const [first, ...others] = port.values;
    if (port.name.text === 'export') exports.push(...portsOf(port, port.values, wrong));
    else if (port.name.text !== 'import') {
      wrong(
        port.name.span,
        `a module has no \`${port.name.text}\``,
        didYouMean(port.name.text, ['import', 'export']),
      );
    } else if (first?.kind !== 'literal') wrong(port.span, '`import` names no module');
    else {
      const giver = known(first.text);
      if (giver === undefined) {
        wrong(first.span, `there is no module \`${first.text}\``, 'define it before this one');
        continue;
      }
      for (const taken of portsOf(port, others, wrong)) {
        const { kind, name } = taken;
        const isThere = kind === null || name === null || sees(first.text, kind, name);
        if (isThere && isGiven(taken, giver)) imports.push({ ...taken, from: first.text });
        else if (!isThere && isGiven(taken, giver))
          wrong(port.span, `module \`${first.text}\` has no ${kind} \`${name}\``, 'define it there first');
        else wrong(port.span, `module \`${first.text}\` does not export ${shown(taken)}`, exportsOf(giver));
      }
    }
  }
  if (!isSound) return null;
  return { name: node.name.text, comment: node.comment, exports, imports, origin: originOf(node.span) };
}

function portsOf(
  port: AttributeNode,
  values: readonly ExpressionNode[],
  wrong: (span: Diagnostic['span'], message: string) => void,
): Port[] {
  const [first, ...others] = values;
  if (first?.kind === 'variable' && others.length === 0) {
    if (first.name === 'ALL') return [{ kind: null, name: null }];
    if (first.name === 'NONE') return [];
  }
  const kind = sharedKinds.find((each) => first?.kind === 'literal' && first.text === each);
  const [second] = others;
  if (kind !== undefined && others.length > 0) {
    if (second?.kind === 'variable' && others.length === 1) {
      if (second.name === 'ALL') return [{ kind, name: null }];
      if (second.name === 'NONE') return [];
    }
    const names = others.flatMap((other) => (other.kind === 'literal' ? [other.text] : []));
    if (names.length === others.length) return names.map((name) => ({ kind, name }));
  }
  wrong(
    port.span,
    `\`${port.name.text}\` takes \`?ALL\`, \`?NONE\`, or a kind of constructs and their names`,
  );
  return [];
}

/** Whether a module exports something that the port lets in. */
function isGiven({ kind, name }: Port, { exports }: ModuleDefinition): boolean {
  if (name !== null && kind !== null) return exports.some((each) => covers(each, kind, name));
  return exports.some((each) => kind === null || each.kind === null || each.kind === kind);
}

function shown({ kind, name }: Port): string {
  if (name !== null) return `\`${name}\``;
  return kind === null ? 'anything' : `any ${kind}`;
}

function exportsOf({ exports }: ModuleDefinition): string {
  if (exports.length === 0) return 'it exports nothing: `(defmodule … (export ?ALL))`';
  return `it exports ${listed(exports.map((each) => [each.kind ?? '?ALL', each.name ?? ''].join(' ').trim()))}`;
}
