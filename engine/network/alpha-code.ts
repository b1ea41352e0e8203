import { ENTRY_CAPTURES } from '../heap.ts';
import type { Atom } from '../atoms.ts';
import type { Template } from '../rule.ts';
import { constantAtom } from './access.ts';
import type { AlphaMemory } from './alpha.ts';
import type { Calls } from './calls.ts';
import { indented, type Code } from './code.ts';
import { MatchCode } from './match-code.ts';
import type { Fabric } from './node.ts';
import { PairedNode } from './paired.ts';

/**
 * `accept` of an alpha memory as source: tests the fact, files an entry, and tells the joins, the newest first. A pattern with
 * sequences, which may match in several ways, keeps its methods.
 */
export function alphaCode(alpha: AlphaMemory, { program, fabric }: Calls): void {
  const name = `alpha${alpha.id}`;
  const kept = program.keep(alpha, 'memory');
  if (alpha.plan.sequences.length > 0) {
    program.define(`function ${name}(fact) {\n  ${kept}.accept(fact, true);\n}`);
    return;
  }
  const sides = {
    token: 'NIL',
    parent: null,
    tokenEntry: 'NIL',
    tokenFact: 'NIL',
    entry: 'entry',
    fact: 'fact',
  };
  const match = new MatchCode(program, fabric, alpha.owner, 0, sides, { onError: false });
  const holds = match.conjunction(alpha.tests);
  const key = match.key(alpha.keys);
  const heap = program.keep(fabric.heap, 'heap');
  const shared = program.keep(fabric, 'fabric');
  const joins = alpha.joins.map((join) => {
    if (join instanceof PairedNode && join.sourceName !== null)
      return `${join.sourceName}_right(entry, fact, key);`;
    return `${program.keep(join, 'node')}.activate(entry);`;
  });
  // A closure looks at the entry, which then has to be there before the tests.
  const make = [
    `const entry = ${heap}.allocate(${ENTRY_CAPTURES});`,
    'M[entry + ENTRY_FACT] = fact;',
    `M[entry + ENTRY_MEMORY] = ${alpha.id};`,
  ];
  const test =
    holds === 'true'
      ? []
      : match.hasClosures
        ? [`if (!(${holds})) {`, `  ${heap}.free(entry, ${ENTRY_CAPTURES});`, '  return;', '}']
        : [`if (!(${holds})) return;`];
  program.define(`
function ${name}(fact) {
${indented([
  ...match.right,
  ...(match.hasClosures ? [...make, ...test] : [...test, ...make]),
  `const key = ${key};`,
  'M[entry + ENTRY_NEXT] = M[fact + FACT_ENTRIES];',
  'M[fact + FACT_ENTRIES] = entry;',
  `${shared}.entries += 1;`,
  `${kept}.file(entry, key);`,
  ...joins,
])}
}`);
}

/**
 * Shows a new fact of a template to its patterns, the newest first. Where several ask for a constant in the same slot, a switch on
 * the slot's atom finds those that can match at all.
 */
export function assertCode(
  id: number,
  template: Template,
  alphas: readonly AlphaMemory[],
  { fabric }: Calls,
): Code {
  const constants = template.slots.map((_, slot) => alphas.map((alpha) => constantOf(fabric, alpha, slot)));
  const telling = constants.map((atoms) => atoms.filter((atom) => atom !== null).length);
  const most = Math.max(0, ...telling);
  const at = telling.indexOf(most);
  const body: Code[] = [];
  if (most < 2) body.push(...alphas.map(call));
  else {
    const atoms = constants[at] as readonly (Atom | null)[];
    const open = (atom: Atom | null): AlphaMemory[] =>
      alphas.filter((_, index) => atoms[index] === null || atoms[index] === atom);
    body.push(`switch (M[fact + FACT_SLOTS + ${at}]) {`);
    for (const atom of new Set(atoms))
      if (atom !== null)
        body.push(`  case ${atom}:`, ...open(atom).map((alpha) => `    ${call(alpha)}`), '    return;');
    body.push('  default:', ...open(null).map((alpha) => `    ${call(alpha)}`), '}');
  }
  return `// ${template.name}\nfunction assert${id}(fact) {\n${indented(body)}\n}`;
}

const call = (alpha: AlphaMemory): Code => `alpha${alpha.id}(fact);`;

/** The atom that a pattern wants in a slot, if it wants a certain one. */
function constantOf(fabric: Fabric, { tests }: AlphaMemory, slot: number): Atom | null {
  for (const test of tests) {
    if (test.kind === 'is' && !test.negated && test.ref.from === 'slot' && test.ref.at === slot)
      return constantAtom(fabric, test.value);
  }
  return null;
}
