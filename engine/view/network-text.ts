import type { AlphaView, NetworkView, NodeView } from './network-view.ts';

/** The network as text: what is kept, who shares it, and the tree of nodes down to the rules. */
export function networkText(network: NetworkView): string {
  const children = new Map<string | null, NodeView[]>();
  for (const node of network.nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const lines = [
    summary(network),
    '',
    'alpha memories: the facts that pass one pattern',
    ...network.alphas.map((alpha) => `  ${alphaLine(alpha)}`),
    '',
    'nodes: the matches of the conditions so far',
  ];
  const visit = (node: NodeView, depth: number): void => {
    lines.push(`  ${'  '.repeat(depth)}${nodeLine(node, network)}`);
    for (const child of children.get(node.id) ?? []) visit(child, depth + 1);
  };
  for (const node of children.get(null) ?? []) visit(node, 0);
  return `${lines.join('\n')}\n`;
}

/** `46 rules · 61 alpha memories for 103 patterns · 118 nodes for 164 conditions`. */
export function summary({ alphas, nodes, patterns, conditions }: NetworkView): string {
  const rules = new Set(nodes.filter(({ kind }) => kind === 'rule').flatMap((node) => node.rules));
  const inner = nodes.filter(({ kind }) => kind !== 'rule').length;
  return [
    counted(rules.size, 'rule'),
    `${counted(alphas.length, 'alpha memory')} for ${counted(patterns, 'pattern')}`,
    `${counted(inner, 'node')} for ${counted(conditions, 'condition')}`,
  ].join(' · ');
}

function alphaLine({ id, template, tests, keys, readers }: AlphaView): string {
  const asked = tests.length === 0 ? '' : `: ${tests.join(', ')}`;
  const hashed = keys.length === 0 ? '' : `; hashed by ${keys.join(', ')}`;
  return `${id} ${template}${asked}${hashed}; read by ${counted(readers.length, 'node')}`;
}

function nodeLine(node: NodeView, { alphas }: NetworkView): string {
  const { id, kind, rules } = node;
  if (kind === 'rule') return `${id} rule ${rules.join(', ')}`;
  const template = alphas.find((alpha) => alpha.id === node.alpha)?.template;
  const what = template === undefined ? kind : `${kind} ${template} ${node.alpha}`;
  const asked = [
    ...node.keys.map((key) => `#${key}`),
    ...node.tests,
    ...node.criteria,
    ...(node.inner === null ? [] : [`those of node ${node.inner}`]),
  ].join(', ');
  const shared = rules.length > 1 ? ` (shared by ${rules.length} rules)` : '';
  return `${id} ${what}${asked === '' ? '' : `: ${asked}`}${shared}`;
}

function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
