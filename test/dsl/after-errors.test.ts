import { expect, test } from '@jest/globals';
import { builtins } from '../../engine/functions/index.ts';
import type { FunctionSignature } from '../../engine/rule.ts';
import { describeWithClips, runOfClips, runOfOurs } from './clips-program.ts';

// The words of an error are ours; the value that the prompt shows afterwards is that of CLIPS.

const wrong = ['zz', '"str"', '-5', '99', '2.5', '(create$)', '(create$ a 1 "x")', '0'];

/** What has an answer of its own each time, or is said to differ. */
const left = /^(?:random|seed|time|timer|gensym\*?|format|expand\$|fact-addressp)$/;
const tried = [...builtins.values()].filter(({ name, arity }) => arity[1] !== 0 && !left.test(name));

/** An argument that a function takes. */
function rightFor({ parameters }: FunctionSignature, at: number): string {
  const wanted = parameters[Math.min(at, parameters.length - 1)] ?? 'any';
  if (wanted === 'multifield') return '(create$ a b c)';
  if (wanted === 'any') return 'a';
  return wanted.includes('INTEGER') ? '1' : wanted.includes('SYMBOL') ? 'tt' : '"tt"';
}

/** Calls with one wrong argument, whose type nobody sees beforehand (`same`) or everybody does. */
function callsOf(signature: FunctionSignature, seen: boolean): string[] {
  const count = Math.max(signature.arity[0], /^(?:max|min)$/.test(signature.name) ? 2 : 1);
  return Array.from({ length: count }, (_, at) => at).flatMap((at) =>
    wrong.map((value) => {
      const given = Array.from({ length: count }, (__, each) =>
        each === at ? (seen ? value : `(same ${value})`) : rightFor(signature, each),
      );
      return `(${signature.name} ${given.join(' ')})`;
    }),
  );
}

/** Lines of an answer that are no error: theirs begin with a code, ours name things between backquotes. */
function valueIn(answer: string): string {
  return answer
    .split('\n')
    .filter((line) => line !== '' && !/^\[[A-Z]+\d+\]|`|^an empty multifield/.test(line))
    .join('\n');
}

const begin = `(deftemplate tt (slot a (default ?NONE)) (multislot m))
(assert (tt (a 1) (m x y)))
(deffunction same (?x) ?x)
`;

/** What each call gives at a prompt. */
const answersTo = (output: string): string[] => output.split('CLIPS> ').slice(1);

/** What CLIPS sees of these beforehand is another thing than for their kin; we treat them alike. */
const alike = /^\((?:fact-index|fact-slot-names|deftemplate-slot-names|get-deffunction-list) [^(]*\)$/;
const lists = /^\(get-deffunction-list \(create/;

describeWithClips('after an error', () => {
  test.each([
    { what: 'arguments whose type shows when the call is made', seen: false },
    { what: 'arguments whose type is plain to see', seen: true },
  ])('the prompt shows the value of CLIPS, for $what', ({ seen }) => {
    const calls = tried
      .flatMap((signature) => callsOf(signature, seen))
      .concat('(div 7 2 0)', '(div 9 0 3)', '(/ 7 2 0)', '(mod 7 0)')
      .filter((call) => !alike.test(call) && !lists.test(call));
    const program = { text: begin, input: calls.map((call) => `${call}\n`).join('') };
    const theirs = answersTo(runOfClips(program).output);
    const ours = answersTo(runOfOurs(program).output);
    const told: string[] = [];
    const wanted: string[] = [];
    for (const [at, call] of calls.entries()) {
      const answer = theirs[at] ?? '';
      if (!/^\[[A-Z]+\d+\]/m.test(answer)) continue;
      wanted.push(`${call} ${valueIn(answer)}`);
      const given = ours[at] ?? '';
      told.push(`${call} ${/error DSL\d+/.test(given) ? '' : valueIn(given)}`);
    }

    expect(told).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(seen ? 500 : 700);
  });
});
