import { isMap, isNode, isScalar, isSeq, type Document, type LineCounter } from 'yaml';
import type { z } from 'zod';
import { closest } from '../dsl/suggest.ts';

/** All that is wrong, a sentence each: the place in the file, the path, what it should be. `keys`: every key there is. */
export function sentences(
  issues: readonly z.core.$ZodIssue[],
  places: Places,
  keys: readonly string[],
): readonly string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${places.of([...issue.path, key])}: ${noSuchKey(key, keys)}`)
      : [`${places.of(issue.path)}: ${issue.message}`],
  );
}

/** What is wrong with a value, where the schema has no sentence of its own. */
export function complaint(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? 'this is missing'
      : `this must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `this must be ${issue.values.map((value) => `\`${String(value)}\``).join(' or ')}`;
  const isText = 'origin' in issue && issue.origin === 'string';
  if (issue.code === 'too_small')
    return isText ? 'this must not be empty' : `this must be at least ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `this must ${isText ? `have ${issue.maximum} characters at most` : `be at most ${issue.maximum}`}`;
  return undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a list of `key: value` lines',
};

function noSuchKey(key: string, keys: readonly string[]): string {
  const near = closest(key, keys);
  return `there is no such key here${near === null ? '; octopus.example.yaml has all' : `; did you mean \`${near}\`?`}`;
}

/** Where the things of a YAML file stand in it. */
export class Places {
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
  }

  /** `octopus.yaml:12:5: people[2].zone`: line and column of the innermost part of the path that stands in the file. */
  of(path: readonly PropertyKey[]): string {
    return `${this.#file}${this.#lineAndColumn(path)}: ${pathInWords(path)}`;
  }

  #lineAndColumn(path: readonly PropertyKey[]): string {
    for (let length = path.length; length > 0; length--) {
      const offset = this.#offset(path.slice(0, length));
      if (offset === null) continue;
      const { line, col } = this.#lines.linePos(offset);
      return `:${line}:${col}`;
    }
    return '';
  }

  /** Where an entry of a list, or the key of a value, begins. */
  #offset(path: readonly PropertyKey[]): number | null {
    const document = this.#document;
    const around = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    if (isMap(around)) {
      const pair = around.items.find(({ key }) => isScalar(key) && key.value === last);
      return isNode(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
    }
    const entry = isSeq(around) ? around.items[Number(last)] : undefined;
    return isNode(entry) ? (entry.range?.[0] ?? null) : null;
  }
}

/** `people[2].zone`; the whole file has no path. */
function pathInWords(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
