import type { Mutant } from './mutants.ts';
import type { Outcome } from './results.ts';

export interface Tried {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

/** What was tried of one source. */
export interface Row {
  readonly file: string;
  readonly source: string;
  readonly tried: readonly Tried[];
}

/** Files with their scores, the total, and every mutant that survived with its line. */
export function tableOf(rows: readonly Row[]): string {
  const width = Math.max(5, ...rows.map(({ file }) => file.length));
  const line = (name: string, tried: readonly Tried[]): string => {
    const survived = tried.filter(({ outcome }) => outcome === 'survived').length;
    const killed = tried.length - survived;
    const score = tried.length === 0 ? '-' : `${Math.round((100 * killed) / tried.length)} %`;
    const cells = [tried.length, killed, survived].map((cell) => String(cell).padStart(8));
    return `${name.padEnd(width)} ${cells.join(' ')} ${score.padStart(6)}`;
  };
  return [
    `${'file'.padEnd(width)}  mutants   killed survived  score`,
    ...rows.map(({ file, tried }) => line(file, tried)),
    line(
      'total',
      rows.flatMap(({ tried }) => tried),
    ),
    ...rows.flatMap(survivorsOf),
    '',
  ].join('\n');
}

function survivorsOf({ file, source, tried }: Row): string[] {
  const lines = source.split('\n');
  return tried
    .filter(({ outcome }) => outcome === 'survived')
    .map(({ mutant: { line, was, becomes } }) => {
      const text = lines[line - 1]?.trim() ?? '';
      return `${file}:${line} \`${was.trim()}\` as \`${becomes.trim()}\`: ${text}`;
    });
}

/** How far a run has come. */
export function bar(done: number, all: number): string {
  const width = 30;
  const filled = all === 0 ? width : Math.round((done / all) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${all}`;
}
