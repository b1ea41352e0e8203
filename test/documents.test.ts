import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rendered } from '../dsl/policy.ts';
import { primitives } from '../policies/primitives.ts';
import { basePolicies, Rulebook } from '../policies/rulebook.ts';

// What the documents say of the program is true: links lead somewhere, the policy in the README passes, what is printed of
// its broken sibling is what the check prints, and no template or slot is missing from the list.

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rulebook = new Rulebook([...primitives.values()].map(({ signature }) => signature));
const [vocabulary = { name: '', text: '' }] = rulebook.vocabulary;

/** The first fenced block of this kind that contains a piece. */
function block(text: string, kind: string, piece: string): string {
  const found = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gmsu)].find(
    ([, language, body]) => language === kind && body?.includes(piece),
  );
  if (found?.[2] === undefined) throw new Error(`the README has no block with ${piece}`);
  return found[2];
}

describe('README.md', () => {
  const name = 'large-machines.clp';
  const policy = block(read('README.md'), 'clips', 'large-machines');

  test('its policy passes, on ten lines', () => {
    const { diagnostics, base } = rulebook.compile([...basePolicies(), { name, text: policy }]);
    expect(diagnostics).toEqual([]);
    expect(base).not.toBeNull();
    expect(policy.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  });

  test('what it prints of the broken policy is what the check prints', () => {
    const [command = '', ...printed] = block(read('README.md'), '', 'policy check').trimEnd().split('\n');
    expect(command).toBe(`$ npx octopus policy check ${name}`);
    const broken = {
      name,
      text: policy.replace('(cores ?asked', '(coers ?asked').replace('(refuse', '(refuze'),
    };
    const { diagnostics } = rulebook.compile([...basePolicies(), broken]);
    const said = rendered(diagnostics, [broken, ...basePolicies(), vocabulary]);
    expect(printed.join('\n')).toBe(said.trimEnd());
  });
});

test.each([
  'README.md',
  'policies/README.md',
  'bot/README.md',
  'test/README.md',
  'jobs/README.md',
  'engine/README.md',
  'dsl/README.md',
])('%s: its links lead somewhere', (file) => {
  const targets = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/gu)].map(([, target = '']) => target);
  const lost = targets.filter((target) => !existsSync(join(root, dirname(file), target)));
  expect(lost).toEqual([]);
});

test('policies/README.md lists every template with every slot', () => {
  const rows = read('policies/README.md').split('\n');
  const missing: string[] = [];
  for (const { text } of [vocabulary, ...basePolicies()])
    for (const [, template = '', body = ''] of text.matchAll(
      /^\(deftemplate (\S+)(.*?)(?=^\(|^;|(?![^]))/gmsu,
    )) {
      const row = rows.find((each) => each.startsWith(`| \`${template}\``));
      if (row === undefined) missing.push(template);
      for (const [, kind = '', slot = ''] of body.matchAll(/\((slot|multislot) (\S+)/gu))
        if (row?.includes(kind === 'slot' ? `\`${slot}\`` : `\`${slot}[]\``) !== true)
          missing.push(`${template}.${slot}`);
    }
  expect(missing).toEqual([]);
});

test('vocabulary.clp tells of every primitive', () => {
  const untold = [...primitives.keys()].filter(
    (name) =>
      !vocabulary.text.includes(`; (${name} `) &&
      !vocabulary.text.includes(`(${name} `) &&
      !vocabulary.text.includes(`(${name})`),
  );
  expect(untold).toEqual([]);
});
