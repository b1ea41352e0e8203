import type { Body, ExpressionNode } from './ast.ts';
import { unreachable } from './unreachable.ts';

/** Expressions and all expressions inside of them, from the outside in. */
export function* walk(body: Body): Generator<ExpressionNode> {
  for (const node of body) {
    yield node;
    yield* walk(inside(node));
  }
}

function inside(node: ExpressionNode): Body {
  switch (node.kind) {
    case 'literal':
    case 'variable':
    case 'global':
    case 'break':
      return [];
    case 'call':
      return node.arguments;
    case 'assert':
      return node.facts.flatMap((fact) => fact.items);
    case 'modify':
    case 'duplicate':
      return [node.fact, ...node.slots.flatMap((slot) => slot.arguments)];
    case 'bind':
      return node.values;
    case 'if':
      return [node.test, ...node.whenTrue, ...node.whenFalse];
    case 'while':
      return [node.test, ...node.do];
    case 'loop-for-count':
      return [...(node.from === null ? [] : [node.from]), node.to, ...node.do];
    case 'foreach':
      return [node.list, ...node.do];
    case 'switch':
      return [node.on, ...node.cases.flatMap((one) => [one.value, ...one.do]), ...(node.otherwise ?? [])];
    case 'query':
      return [node.test, ...node.do];
    case 'return':
      return node.value === null ? [] : [node.value];
    default:
      return unreachable(node);
  }
}
