import { expect } from '@jest/globals';
import { compile, type Compilation } from '../../dsl/policy.ts';
import type { Diagnostic } from '../../dsl/diagnostic.ts';
import type { FunctionSignature } from '../../engine/rule.ts';

/** The primitives that the texts of these tests may call. */
export const primitives: readonly FunctionSignature[] = [
  {
    name: 'refuse',
    purity: 'world',
    arity: [2, 2],
    parameters: [['SYMBOL'], ['STRING']],
    returns: 'nothing',
    comment: 'refuses a request: `(refuse request reason)`',
  },
  {
    name: 'place',
    purity: 'world',
    arity: [2, 2],
    parameters: [['SYMBOL']],
    returns: ['SYMBOL'],
    comment: 'puts a machine on a host: `(place machine host)`',
  },
  {
    name: 'tell',
    purity: 'console',
    arity: [1, 1],
    parameters: ['any'],
    returns: 'nothing',
    comment: 'writes to the terminal',
  },
];

export function compiled(...texts: readonly string[]): Compilation {
  const files = texts.map((text, index) => ({ name: `${index + 1}.clp`, text }));
  return compile(files, { functions: primitives });
}

/**
 * Holds the diagnostics of a text against those written below its lines: carets under the place, then code and message.
 * A text without carets has no diagnostics.
 */
export function check(text: string): void {
  const lines = text.split('\n').filter((line) => !/^ *\^+ DSL\d{4} /.test(line));
  expect(annotated(lines, compiled(lines.join('\n')).diagnostics)).toBe(text);
}

function annotated(lines: readonly string[], diagnostics: readonly Diagnostic[]): string {
  return lines
    .flatMap((line, index) => [
      line,
      ...diagnostics
        .filter((diagnostic) => diagnostic.span.line === index + 1)
        .map((diagnostic) => under(line, diagnostic)),
    ])
    .join('\n');
}

function under(line: string, { code, message, span }: Diagnostic): string {
  const end = span.endLine === span.line ? span.endColumn : line.trimEnd().length + 1;
  return `${' '.repeat(span.column - 1)}${'^'.repeat(Math.max(1, end - span.column))} ${code} ${message}`;
}
