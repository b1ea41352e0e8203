import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compiled } from './check.ts';

const folder = join(import.meta.dirname, '../../dsl');
const reference = readFileSync(join(folder, 'README.md'), 'utf8');
const [language = '', codes = ''] = reference.split('\n# Diagnostics\n');

function examplesIn(text: string): string[] {
  return [...text.matchAll(/```clp\n([^]*?)```/g)].map(([, example = '']) => example);
}

const pages = [...codes.matchAll(/### (DSL\d{4}): (.*)\n([^]*?)(?=\n### |$)/g)].map(
  ([, code = '', title = '', page = '']) => {
    const [before = '', halves = ''] = (examplesIn(page)[0] ?? '').split('; wrong\n');
    const [wrong = '', right = ''] = halves.split('; right\n');
    return { code, title, wrong: before + wrong, right: before + right };
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
    expect(new Set(compiled(wrong).diagnostics.map((diagnostic) => diagnostic.code))).toEqual(
      new Set([code]),
    );
    expect(compiled(right).diagnostics).toEqual([]);
  });
});
