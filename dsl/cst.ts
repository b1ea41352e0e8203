import type { CstNode, IToken } from 'chevrotain';

// Reading the tree that the grammar recognises: phrases and words by label.

/** The phrases of a phrase that stand under a label. */
export function nodes(node: CstNode, label: string): CstNode[] {
  return (node.children[label] ?? []).filter((child): child is CstNode => 'children' in child);
}

/** The words of a phrase that stand under a label. */
export function tokens(node: CstNode, label: string): IToken[] {
  return (node.children[label] ?? []).filter((child): child is IToken => 'image' in child);
}

/** The phrase that the grammar has put there for sure. */
export function only(node: CstNode, label: string): CstNode {
  const [child] = nodes(node, label);
  if (child === undefined) throw new Error(`a ${node.name} without ${label}`);
  return child;
}

/** The word that the grammar has put there for sure. */
export function token(node: CstNode, label: string): IToken {
  const [child] = tokens(node, label);
  if (child === undefined) throw new Error(`a ${node.name} without ${label}`);
  return child;
}

/** The one phrase that a choice between phrases consists of. */
export function inner(node: CstNode): CstNode {
  const [child] = Object.values(node.children).flat();
  if (child === undefined || !('children' in child)) throw new Error(`a ${node.name} without a phrase`);
  return child;
}
