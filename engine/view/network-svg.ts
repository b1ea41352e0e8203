import { layoutOf, LINE_HEIGHT, TITLE_HEIGHT, type Box, type Edge } from './network-layout.ts';
import { summary } from './network-text.ts';
import type { NetworkView, NodeView } from './network-view.ts';

// Hues of templates, in the order in which rules name them; each far from the one before.
const HUES = [212, 28, 152, 280, 340, 188, 52, 96, 250, 8, 124, 310, 70, 230];
const MARGIN = 28;
const HEADER = 74;
const FOOT = 46;

/**
 * A picture of the network as SVG: trees that grow from the first condition of rules on the left to the rules on the right.
 * Boxes of one colour look at one template, boxes with one `α` at one memory; a heavy border is shared by several rules.
 * Whoever points at a box sees all that it asks, and the boxes that share its memory stand out.
 */
export function networkPicture(network: NetworkView, title: string): string {
  const layout = layoutOf(network);
  const templates = [...new Set(network.alphas.map(({ template }) => template))];
  const width = Math.ceil(Math.max(layout.width, 680) + 2 * MARGIN);
  const height = Math.ceil(layout.height + HEADER + FOOT + MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    style(templates, network),
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="head" x="${MARGIN}" y="34">${escaped(title)}</text>`,
    `<text class="sub" x="${MARGIN}" y="54">${escaped(summary(network))}</text>`,
    `<g transform="translate(${MARGIN} ${HEADER})">`,
    ...layout.edges.map(edge),
    ...layout.boxes.map((box) => boxDrawn(box, network, templates)),
    '</g>',
    legend(MARGIN, height - 26),
    '</svg>',
    '',
  ].join('\n');
}

function style(templates: readonly string[], { alphas }: NetworkView): string {
  const colours = templates.map((_, index) => {
    const hue = HUES[index % HUES.length] ?? 0;
    return `.t${index} rect{fill:hsl(${hue} 70% 96%);stroke:hsl(${hue} 45% 55%)}.t${index} .title{fill:hsl(${hue} 60% 28%)}`;
  });
  const pointed = alphas.map(
    ({ id }) => `svg:has(.${alphaClass(id)}:hover) .${alphaClass(id)} rect{stroke-width:3.5}`,
  );
  return `<style>
text{font:11px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#333}
.page{fill:#fff}.head{font:600 17px system-ui,'DejaVu Sans',sans-serif;fill:#1c2430}
.sub,.key{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#66707c}
.title{font:600 12px system-ui,'DejaVu Sans',sans-serif}.line{font-size:10.5px;white-space:pre}
.tag{font:600 10px system-ui,'DejaVu Sans',sans-serif;fill:#66707c}
.box rect{stroke-width:1.2}.shared rect{stroke-width:2.4}
.rule rect{fill:#1c2430;stroke:#1c2430}.rule .title{fill:#fff}
.plain rect{fill:#f4f5f7;stroke:#98a1ab}.plain .title{fill:#3b4450}
.not rect,.not-all rect,.exists-all rect{stroke-dasharray:5 3}
path{fill:none;stroke:#b3bbc4;stroke-width:1.4}path.inner{stroke:#c2504a;stroke-dasharray:4 3}
${colours.join('\n')}
${pointed.join('\n')}
</style>`;
}

/** A curve that leaves a box to the right and enters the next one from the left. */
function edge({ from, to, kind }: Edge): string {
  const x1 = from.x + from.width;
  const y1 = from.y + from.height / 2;
  const x2 = to.x;
  const y2 = to.y + to.height / 2;
  const bend = Math.min(40, (x2 - x1) / 2);
  // A long way to the right runs straight below the boxes of the columns between.
  const way = `M${at(x1)} ${at(y1)}C${at(x1 + bend)} ${at(y1)} ${at(x1 + 4)} ${at(y2)} ${at(x1 + bend)} ${at(y2)}H${at(x2)}`;
  return `<path class="${kind}" d="${way}"/>`;
}

function boxDrawn(box: Box, network: NetworkView, templates: readonly string[]): string {
  const { node, x, y, width, height } = box;
  const alpha = network.alphas.find(({ id }) => id === node.alpha);
  const colour =
    alpha === undefined ? 'plain' : `t${templates.indexOf(alpha.template)} ${alphaClass(alpha.id)}`;
  const classes = [
    'box',
    node.kind,
    node.kind === 'rule' ? '' : colour,
    node.kind !== 'rule' && node.rules.length > 1 ? 'shared' : '',
  ];
  const word = ['join', 'rule', 'test', 'not-all', 'exists-all'].includes(node.kind) ? '' : `${node.kind} `;
  const lines = box.lines.map(
    (line, index) =>
      `<text class="line" x="9" y="${TITLE_HEIGHT + 11 + index * LINE_HEIGHT}" xml:space="preserve">${escaped(line)}</text>`,
  );
  return [
    `<g class="${classes.filter(Boolean).join(' ')}" transform="translate(${at(x)} ${at(y)})">`,
    `<title>${escaped(tip(node, network))}</title>`,
    `<rect width="${width}" height="${at(height)}" rx="${node.kind === 'rule' ? 12 : 5}"/>`,
    `<text class="title" x="9" y="16.5">${escaped(cut(`${word}${box.title}`, 33))}</text>`,
    alpha === undefined
      ? ''
      : `<text class="tag" x="${width - 8}" y="16" text-anchor="end">${alpha.id}</text>`,
    ...lines,
    '</g>',
  ].join('');
}

/** Everything about a node, for whoever points at it. */
function tip(node: NodeView, { alphas }: NetworkView): string {
  if (node.kind === 'rule') return `rule ${node.rules.join(', ')}`;
  const alpha = alphas.find(({ id }) => id === node.alpha);
  return [
    `node ${node.id}: ${node.kind}${alpha === undefined ? '' : ` with ${alpha.id}, ${alpha.template}`}`,
    ...(alpha?.tests ?? []),
    ...node.keys,
    ...node.tests,
    ...node.criteria,
    alpha === undefined ? '' : `${alpha.id} is read by ${alpha.readers.length} of the nodes`,
    `rules: ${node.rules.join(', ')}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function legend(x: number, y: number): string {
  const keys = [
    '⋈ equal, and hashed by',
    '▲ ▼ of all matches the best',
    'dashed border: there is none',
    'heavy border: shared by several rules',
    'same α: one memory of facts',
    'red: what must not match',
  ];
  return `<text class="key" x="${x}" y="${y}">${escaped(keys.join('   ·   '))}</text>`;
}

const alphaClass = (id: string): string => `a${id.slice(1)}`;

const at = (length: number): string => String(Math.round(length * 10) / 10);

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
