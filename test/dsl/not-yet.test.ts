import { expect, test } from '@jest/globals';
import { commands } from '../../dsl/commands/index.ts';
import { constructsNotYet, functionsNotYet, insteadOf } from '../../dsl/not-yet.ts';
import { runProgram } from '../../dsl/run-program.ts';
import { compiled } from './check.ts';

// Whoever has read a book on CLIPS is told what is left out, and what to do instead: in a policy, and at the prompt.

const words = new Set(commands.map(({ name }) => name));
const functions = [...functionsNotYet];

test.each(functions.map((name) => [name]))('a policy that calls %s is told so', (name) => {
  const { diagnostics } = compiled(`(deffacts d (a)) (defrule r (a) => (${name} b))`);

  expect(diagnostics.map(({ code, help }) => ({ code, help }))).toEqual([
    { code: 'DSL1004', help: insteadOf(name) },
  ]);
});

test.each(functions.filter((name) => !words.has(name)).map((name) => [name]))(
  'a program that calls %s is told so',
  (name) => {
    const output = runProgram(`(${name} b)\n(exit)\n`);

    expect(output).toContain(`error DSL1004: \`${name}\` of CLIPS is not part of this language`);
    expect(output).toContain(`help: ${insteadOf(name)}`);
  },
);

test.each([...constructsNotYet].map((name) => [name]))(
  '%s is told so, in a policy and in a program',
  (name) => {
    const text = `(${name} a)`;
    const told = `\`${name}\` of CLIPS is not part of this language`;

    expect(compiled(text).diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `DSL1004 ${told}`,
    ]);
    expect(runProgram(`${text}\n(exit)\n`)).toContain(`error DSL1004: ${told}`);
  },
);

test('a policy is told of every command', () => {
  expect([...words].filter((name) => !functionsNotYet.has(name))).toEqual([]);
});
