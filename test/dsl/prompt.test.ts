import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commands } from '../../dsl/commands/index.ts';
import { describeWithClips, runOfClips, runOfOurs } from './clips-program.ts';

// The transcripts of the reference are what CLIPS says, and what we say.

const reference = readFileSync(join(import.meta.dirname, '..', '..', 'dsl', 'README.md'), 'utf8');
const PROMPT = 'CLIPS> ';

/** A session as the reference shows it: what is typed, one command a line, and what comes back. */
interface Transcript {
  readonly title: string;
  readonly typed: readonly string[];
  readonly answers: readonly string[];
}

const transcripts: readonly Transcript[] = reference.split(/^#+ /m).flatMap((section) =>
  [...section.matchAll(/^```text\n(CLIPS> [^]*?)^```$/gm)].map(([, body = '']) => {
    const parts = body.split(PROMPT).slice(1);
    return {
      title: section.slice(0, section.indexOf('\n')),
      typed: parts.map((part) => part.slice(0, part.indexOf('\n'))),
      answers: parts.map((part) => part.slice(part.indexOf('\n') + 1)),
    };
  }),
);

describeWithClips('the reference shows what happens', () => {
  test.each(transcripts)('$title', ({ typed, answers }) => {
    const program = { input: typed.map((line) => `${line}\n`).join('') };
    const shown = answers.map((answer) => PROMPT + answer).join('') + PROMPT;
    const banner = /^.*\n/;

    // The formatter of Markdown takes spaces at the ends of lines away.
    const visible = (output: string): string => output.replace(banner, '').replaceAll(/ +$/gm, '').trimEnd();

    expect(visible(runOfClips(program).output)).toBe(shown.trimEnd());
    expect(visible(runOfOurs(program).output)).toBe(shown.trimEnd());
  });
});

test('every command has an example', () => {
  const words = new Set(
    transcripts.flatMap(({ typed }) => typed.map((line) => /^\(([^\s()]+)/.exec(line)?.[1])),
  );
  // The first would end the transcript; the others say what is here, which is not what is in CLIPS.
  const silent = new Set(['exit', 'options', 'get-function-list', 'mem-used', 'mem-requests', 'release-mem']);
  expect(
    commands.filter(({ name }) => !words.has(name) && !silent.has(name)).map(({ name }) => name),
  ).toEqual([]);
});
