import { pieces } from './reader.ts';

/** What takes in more text of a program, which nobody has seen yet. */
const takesText = /\((?:load|batch|build)[*\s)]/;

/** What calls functions by names that are not known before it runs. */
const callsAny = /\((?:funcall|eval|sort)[\s)]/;

const functionHead = /^\(\s*deffunction\s+(?:[^\s()"]+::)?([^\s()"]+)/;

/**
 * Whether functions of a CLIPS program may call each other in a circle, so that it needs a deep stack. A program that takes in
 * more text, or goes on with what is typed, may do anything.
 */
export function mayRecurse(program: string): boolean {
  if (takesText.test(program) || !/\(exit[\s)]/.test(program)) return true;
  if (!program.includes('deffunction')) return false;
  let calls = callsOf(program);
  for (let before = -1; before !== calls.length;) {
    before = calls.length;
    const left = new Set(calls.map(({ name }) => name));
    // Functions that call none of those that are left are in no circle.
    calls = calls.filter(({ called }) => called.some((each) => left.has(each)));
  }
  return calls.length > 0;
}

/** The functions of a program, each with the names that it may call. */
function callsOf(program: string): { readonly name: string; readonly called: readonly string[] }[] {
  const functions = pieces(program).flatMap(({ start, end }) => {
    const text = program.slice(start, end);
    const name = functionHead.exec(text)?.[1];
    return name === undefined ? [] : [{ name, text: text.replace(functionHead, '') }];
  });
  const all = functions.map(({ name }) => name);
  return functions.map(({ name, text }) => ({
    name,
    called: callsAny.test(text) ? all : (text.match(/[^\s()"&|~;<:]+/g) ?? []),
  }));
}
