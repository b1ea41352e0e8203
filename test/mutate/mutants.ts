/** One small change of a source. */
export interface Mutant {
  /** From 0, in the source. */
  readonly at: number;
  readonly line: number;
  readonly was: string;
  readonly becomes: string;
}

/**
 * What is exchanged for what, in sources that the formatter has spaced: a comparison has blanks around it, a type argument has not.
 */
const changes: readonly (readonly [was: RegExp, becomes: string])[] = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/(?<=[([ ])!(?=[\w.#(])/g, ''],
  [/(?<=[([ -])0(?=[\]); ,])/g, '1'],
  [/(?<=[([ -])1(?=[\]); ,])/g, '0'],
  [/\.unshift\(/g, '.push('],
  [/\.push\(/g, '.unshift('],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/(?<= )continue;/g, ';'],
  [/(?<= )break;/g, ';'],
  // A call for its effect is left out.
  [/(?<=^ +)(?:this|[a-z]\w*)\.[\w.#]+\([^\n]*\);$/gm, ';'],
];

/** Every mutant of a source, in order. Comments, texts and types are left as they are. */
export function mutantsOf(source: string): Mutant[] {
  const code = masked(source);
  return changes
    .flatMap(([was, becomes]) =>
      [...code.matchAll(was)].map((match) => ({ at: match.index, was: match[0], becomes })),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, was, becomes }) => ({ at, was, becomes, line: source.slice(0, at).split('\n').length }));
}

export const mutated = (source: string, { at, was, becomes }: Mutant): string =>
  source.slice(0, at) + becomes + source.slice(at + was.length);

/** The source with blanks for comments, imports, types and the insides of texts, at the same places. */
function masked(source: string): string {
  return source.replace(apart, (text) => text.replaceAll(/[^\n]/g, ' '));
}

const apart = new RegExp(
  [
    /\/\*[^]*?\*\/|\/\/[^\n]*/,
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`/,
    // A regular expression, where no division can stand.
    /(?<=[(=:,!&|?{;]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/,
    /^(?:import|export) (?:[^;]*? from )?'[^']*';/,
    /^(?:export )?interface (?:[^\n]*\}|[^]*?^\})$/,
    // A type ends at a semicolon behind which nothing of it goes on.
    /^(?:export )?type [^]*?;$(?=\n(?:\n|[^\s}|&)\]])|\n?$(?![^]))/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);
