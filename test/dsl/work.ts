import { CstParser } from 'chevrotain';

/**
 * How much work reading a text takes: how often a character is looked at, an expression is tried or a token is looked at, and how
 * long the texts are that are cut and searched meanwhile. A number, not a time: the same on every computer, however busy.
 */
export function workOf(task: () => void): number {
  let work = 0;
  const undo = [
    counted(
      RegExp.prototype,
      'exec',
      (_, match) => (work += 1 + (Array.isArray(match) ? String(match[0]).length : 0)),
    ),
    counted(String.prototype, 'charCodeAt', () => (work += 1)),
    counted(String.prototype, 'codePointAt', () => (work += 1)),
    counted(String.prototype, 'charAt', () => (work += 1)),
    counted(String.prototype, 'split', (text) => (work += String(text).length)),
    counted(String.prototype, 'replaceAll', (text) => (work += String(text).length)),
    counted(ownerOf(CstParser.prototype, 'LA'), 'LA', () => (work += 1)),
  ];
  try {
    task();
  } finally {
    for (const each of undo) each();
  }
  return work;
}

/** Puts a counter around a method; gives what takes it away again. */
function counted(
  owner: object,
  name: string,
  count: (self: unknown, result: unknown) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const method = before?.value as (...given: unknown[]) => unknown;
  Object.defineProperty(owner, name, {
    ...before,
    value: function (this: unknown, ...given: unknown[]): unknown {
      const result = Reflect.apply(method, this, given);
      count(this, result);
      return result;
    },
  });
  return () => Object.defineProperty(owner, name, before ?? {});
}

function ownerOf(object: object, name: string): object {
  let owner = object;
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object;
  return owner;
}
