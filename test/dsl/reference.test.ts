import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { parse } from '../../dsl/parse.ts';
import { Source } from '../../dsl/source.ts';
import { clipsLexer } from '../../dsl/tokens.ts';
import { Workspace } from '../../dsl/workspace.ts';
import { compiled } from './check.ts';

const folder = join(import.meta.dirname, '../../dsl');
const reference = readFileSync(join(folder, 'README.md'), 'utf8');
const [language = '', codes = ''] = reference.split('\n# Diagnostics\n');

function examplesIn(text: string, kind = 'clp'): string[] {
  const fence = new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, 'g');
  return [...text.matchAll(fence)].map(([, example = '']) => example);
}

/** What is told of a CLIPS program, whose constructs are defined one after the other. */
function toldOfProgram(text: string): Diagnostic[] {
  const world = { functions: new Map(), write: (): void => undefined };
  const workspace = new Workspace({ functions: [], world });
  const { constructs, diagnostics } = parse(new Source('program.clp', text), clipsLexer());
  return [...diagnostics, ...constructs.flatMap((construct) => workspace.define(construct))];
}

const pages = [...codes.matchAll(/### (DSL\d{4}): (.*)\n([^]*?)(?=\n### |$)/g)].map(
  ([, code = '', title = '', page = '']) => {
    const [program] = examplesIn(page, 'clips');
    const [before = '', halves = ''] = (program ?? examplesIn(page)[0] ?? '').split('; wrong\n');
    const [wrong = '', right = ''] = halves.split('; right\n');
    const told =
      program === undefined ? (text: string): Diagnostic[] => compiled(text).diagnostics : toldOfProgram;
    return { code, title, wrong: told(before + wrong), right: told(before + right) };
  },
);

describe('the language reference', () => {
  test.each(examplesIn(language).map((example) => [example.split('\n', 1)[0] ?? '', example]))(
    '%s',
    (_, example) => {
      const { base, diagnostics } = compiled(example);
      expect(diagnostics).toEqual([]);
      expect(base).not.toBeNull();
    },
  );

  test('every code that is told has its page, and every page a code', () => {
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const told = sources.flatMap((source) => source.match(/(?<=')DSL\d{4}(?=')/g) ?? []);
    expect(pages.map((page) => page.code)).toEqual([...new Set(told)].toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test.each(pages)('$code: $title', ({ code, wrong, right }) => {
    expect(new Set(wrong.map((diagnostic) => diagnostic.code))).toEqual(new Set([code]));
    expect(right).toEqual([]);
  });
});
