import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { builtins } from '../../engine/functions/index.ts';
import { commands } from '../../dsl/commands/index.ts';
import { kinds } from '../../dsl/forms.ts';
import { describeWithClips, runOfClips, runOfOurs, type Program } from '../dsl/clips-program.ts';
import { pending } from './pending.ts';

// One subject, one program: each runs here and in the `clips` binary, and both write the same, to the letter.

const folder = import.meta.dirname;

/** Programs by family and subject, without the ending. */
const subjects = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.clp'))
  .map((name) => name.slice(0, -'.clp'.length).replaceAll('\\', '/'))
  .toSorted((a, b) => (a < b ? -1 : 1));

const textOf = (subject: string): string => readFileSync(join(folder, `${subject}.clp`), 'utf8');

/** A program, and what is typed behind it where there is a file of that name. */
function programOf(subject: string): Program {
  const [family = '', name = ''] = subject.split('/');
  const hasInput = readdirSync(join(folder, family)).includes(`${name}.in`);
  return {
    text: textOf(subject),
    ...(hasInput && { input: readFileSync(join(folder, `${subject}.in`), 'utf8') }),
  };
}

/** What 6.30 does not know, and what says that something else is here. */
const ourOwn = new Set(['fact-addressp', 'options']);

/** What a program shows on purpose: that a thing is gone, that something was halted or is in use, that a number was clipped. */
const shown = /\[(?:PRNTUTIL1|PRNTUTIL4|PRCCODE4|SCANNER1)\]/g;

/** What CLIPS writes, without an error by accident. */
function wanted(program: Program): string {
  const { output } = runOfClips(program);
  expect(output.replaceAll(shown, '')).not.toMatch(/\[[A-Z]+\d+\]/);
  return output;
}

function checkAgrees(subject: string): void {
  const program = programOf(subject);
  expect(attempt(program)).toBe(wanted(program));
}

describeWithClips('the corpus', () => {
  test.each(subjects.filter((subject) => !(subject in pending)))('%s', checkAgrees);

  // Fails as soon as it agrees: then the line in `pending.ts` has to go.
  test.failing.each(Object.entries(pending))('%s lacks %s', checkAgrees);
});

/** What we write; the error when there is one, so that a pending program may fail in any way. */
function attempt(program: Program): string {
  try {
    return runOfOurs(program).output;
  } catch (error) {
    return String(error);
  }
}

describe('the corpus is whole', () => {
  const words = new Set(
    subjects.flatMap((subject) =>
      `${textOf(subject)}${programOf(subject).input ?? ''}`.replaceAll(/^;.*$/gm, '').split(/[\s()"]+/),
    ),
  );

  test('every program opens with what it shows', () => {
    expect(subjects.filter((subject) => !/^; [^\n]{10,}\n/.test(textOf(subject)))).toEqual([]);
    expect(subjects.length).toBeGreaterThanOrEqual(150);
  });

  test('every construct, function and command of the reference occurs', () => {
    const names = [...builtins.keys(), ...commands.map(({ name }) => name), ...kinds].filter(
      (name) => !ourOwn.has(name),
    );
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  test('what is pending is there', () => {
    expect(Object.keys(pending).filter((subject) => !subjects.includes(subject))).toEqual([]);
  });
});
