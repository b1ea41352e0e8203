import { pieces } from './reader.ts';

/** What takes in more text of a program, which nobody has seen yet. */
const takesText = /\b(?:load|batch|build)\b/;

/** What calls functions by names that are not known before it runs. */
const callsAny = /\b(?:funcall|eval|sort)\b/;

const functionHead = /^\(\s*deffunction\s+(?:[^\s()";]+::)?([^\s()";]+)/;

const exit = /^\(\s*exit[\s)]/;

/**
 * Whether functions of a CLIPS program may call each other in a circle, so that it needs a deep stack: yes unless it is certain that
 * they don't. A program that takes in more text, or goes on with what is typed, may do anything.
 */
export function mayRecurse(program: string): boolean {
  const texts = pieces(program).map(({ start, end }) => program.slice(start, end));
  if (takesText.test(program) || !texts.some((text) => exit.test(text))) return true;
  let calls = callsOf(texts);
  if (program.split('deffunction').length - 1 > calls.length) return true;
  for (let before = -1; before !== calls.length;) {
    before = calls.length;
    const left = new Set(calls.map(({ name }) => name));
    // Functions that call none of those that are left are in no circle.
    calls = calls.filter(({ called }) => called.some((each) => left.has(each)));
  }
  return calls.length > 0;
}

/** The functions of a program, each with the names that it may call: those that stand anywhere in it. */
function callsOf(texts: readonly string[]): { readonly name: string; readonly called: readonly string[] }[] {
  const functions = texts.flatMap((text) => {
    const name = functionHead.exec(text)?.[1];
    return name === undefined ? [] : [{ name, text: text.replace(functionHead, '') }];
  });
  const all = functions.map(({ name }) => name);
  return functions.map(({ name, text }) => ({
    name,
    called: callsAny.test(text) ? all : all.filter((each) => text.includes(each)),
  }));
}
