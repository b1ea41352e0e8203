import { builtins } from '../../engine/functions/index.ts';
import type { FunctionSignature } from '../../engine/rule.ts';
import type { Body, ExpressionNode, FunctionNode } from '../ast.ts';
import { error, type Diagnostic } from '../diagnostic.ts';
import type { KnownFunction } from '../names.ts';
import { walk } from '../walk.ts';

/** Functions that act on facts or on the run: rules may, conditions may not. */
const ruleActions: ReadonlySet<string> = new Set(['retract', 'halt']);

/** Functions that call another one, named by their first argument. */
export const callers: ReadonlySet<string> = new Set(['funcall', 'sort']);

/** Functions that see the order in which facts came, which is another one in a session that was rebuilt. */
const orderBound: ReadonlySet<string> = new Set(['fact-index', 'get-fact-list']);

function useOf({ name, purity }: FunctionSignature): KnownFunction['use'] {
  if (ruleActions.has(name)) return 'action';
  return purity === 'pure' && !orderBound.has(name) ? 'anywhere' : 'never';
}

/** The functions of the language and of a host that a CLIPS program may call: all of them, anywhere. */
export function callableOf(host: readonly FunctionSignature[]): Map<string, KnownFunction> {
  const known = new Map<string, KnownFunction>();
  for (const signature of [...builtins.values(), ...host]) {
    known.set(signature.name, { signature, key: signature.name, use: 'anywhere', span: null, broken: false });
  }
  return known;
}

/** A deffunction as others see it. */
export function knownFunction(
  node: FunctionNode,
  use: KnownFunction['use'],
  key = node.name.text,
): KnownFunction {
  const least = node.parameters.filter((parameter) => !parameter.multi).length;
  return {
    signature: {
      name: node.name.text,
      purity: 'pure',
      arity: [least, node.parameters.length > least ? null : least],
      parameters: ['any'],
      returns: 'any',
      comment: node.comment ?? '',
    },
    key,
    use,
    span: node.name.span,
    broken: node.broken,
  };
}

/** Everything that can be called, by name. DSL2016: a deffunction that takes the name of a function of the language or the host. */
export function functionsOf(
  definitions: readonly FunctionNode[],
  host: readonly FunctionSignature[],
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, KnownFunction> {
  const known = new Map<string, KnownFunction>();
  for (const signature of builtins.values()) {
    known.set(signature.name, {
      signature,
      key: signature.name,
      use: useOf(signature),
      span: null,
      broken: false,
    });
  }
  for (const signature of host) {
    const use = signature.purity === 'pure' ? 'anywhere' : signature.purity === 'world' ? 'action' : 'never';
    known.set(signature.name, { signature, key: signature.name, use, span: null, broken: false });
  }
  for (const node of definitions) {
    if (known.has(node.name.text)) {
      report(
        error('DSL2016', node.name.span, `\`${node.name.text}\` is a function of the language already`, {
          help: 'choose another name',
        }),
      );
    }
  }
  const acting = actingFunctions(definitions, known);
  for (const node of definitions) {
    const name = node.name.text;
    if (known.has(name)) continue;
    known.set(name, knownFunction(node, acting.has(name) ? 'action' : 'anywhere'));
  }
  return known;
}

/** Functions that change something, or call one that does. */
function actingFunctions(
  definitions: readonly FunctionNode[],
  known: ReadonlyMap<string, KnownFunction>,
): ReadonlySet<string> {
  const acting = new Set<string>();
  const acts = (node: ExpressionNode): boolean => {
    if (node.kind === 'call') {
      const [first] = node.arguments;
      const called = callers.has(node.name.text) && first?.kind === 'literal' ? [first.text] : [];
      return [node.name.text, ...called].some(
        (name) => acting.has(name) || known.get(name)?.use === 'action',
      );
    }
    return (
      node.kind === 'assert' ||
      node.kind === 'modify' ||
      node.kind === 'duplicate' ||
      (node.kind === 'bind' && node.target.kind === 'global')
    );
  };
  for (let before = -1; before !== acting.size;) {
    before = acting.size;
    for (const { name, body } of definitions) if (some(body, acts)) acting.add(name.text);
  }
  return acting;
}

function some(body: Body, test: (node: ExpressionNode) => boolean): boolean {
  for (const node of walk(body)) if (test(node)) return true;
  return false;
}
