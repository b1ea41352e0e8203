import { expect, test } from '@jest/globals';
import { describeWithClips, runOfClips, runOfOurs, type Program } from './clips-program.ts';

// The prompt writes what CLIPS writes, to the letter.

const base = `
(deftemplate t (slot a) (multislot m) (slot s (type STRING)))
(deffacts d (t (a 1) (m)) (x y "z"))
(defrule r ?f <- (t (a ?x)) (not (q)) => (printout t "x is " ?x crlf) (assert (z ?x)))
`;

const programs: Readonly<Record<string, Program>> = {
  'values at the prompt': {
    input:
      '(+ 1 2)\n(bind ?x (create$ a "b" 3.50))\n?x\n3.50\n"a b"\nred blue\n(progn 3)\n(create$)\n(if FALSE then 1)\n(printout t "a" crlf)\n',
  },
  'one command of each line': {
    input: '(+ 1 2) (+ 3 4)\n\n  ; nothing\n(+ 1 ; one\n 2\n)\nred (+ 1\n(+ 2 3)\n',
  },
  'a program says only what it prints': {
    text: '(+ 1 2)\n(printout t "a" crlf) (printout t "b" crlf)\nred\n(printout t "c" crlf)',
    input: '(+ 1 2)\n',
  },
  'facts and agenda': {
    text: `${base}(reset)\n(agenda)\n(facts)\n(run)\n(facts)\n(agenda)\n`,
    input: '(assert (k (+ 1 2)) (k "a b" 1.0))\n(facts)\n(agenda)\n',
  },
  'what is watched': {
    text: `${base}(watch facts)\n(watch rules)\n(watch activations)\n(reset)\n(run)\n(unwatch facts)\n(assert (q))\n(reset)\n(run)\n`,
  },
  'definitions and calls': {
    input:
      '(defglobal ?*z* = 4)\n?*z*\n(deffunction f (?a) (+ ?a 1))\n(f 3)\n(defrule a (b) => (printout t hi crlf))\n(assert (b))\n(run)\n(clear)\n(facts)\n',
  },
};

describeWithClips('the prompt writes what CLIPS writes', () => {
  test.each(Object.entries(programs))('%s', (_, program) => {
    expect(runOfOurs(program)).toEqual(runOfClips(program));
  });
});
