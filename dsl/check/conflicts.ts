import type { FieldType } from '../../engine/rule.ts';
import type { AttributeNode } from '../ast.ts';
import { inWords, typeOf } from './slot-rule.ts';

/** Two attributes of a slot that contradict each other. */
export interface Conflict {
  readonly attribute: AttributeNode;
  readonly message: string;
  readonly help: string;
}

const ofNumbers = ['allowed-numbers', 'allowed-integers', 'allowed-floats'];
const ofLexemes = ['allowed-lexemes', 'allowed-symbols', 'allowed-strings'];

/** What says the same thing twice, as CLIPS has it: each word with those that cannot stand beside it. */
const exclusive: readonly (readonly [word: string, others: readonly string[]])[] = [
  ['range', ['allowed-values', ...ofNumbers]],
  ['allowed-values', [...ofNumbers, ...ofLexemes]],
  ['allowed-numbers', ['allowed-integers', 'allowed-floats']],
  ['allowed-lexemes', ['allowed-symbols', 'allowed-strings']],
];

/** Attributes that cannot stand together, and values in them that the slot's type refuses. */
export function conflictsOf(
  attributes: ReadonlyMap<string, AttributeNode>,
  types: readonly FieldType[] | null,
): Conflict[] {
  const found = exclusive.flatMap(([word, others]) => {
    const attribute = attributes.get(word);
    const other = others.find((each) => attributes.has(each));
    if (attribute === undefined || other === undefined) return [];
    return [
      { attribute, message: `\`${word}\` cannot stand beside \`${other}\``, help: 'delete one of them' },
    ];
  });
  return attributes.has('type') && types !== null ? [...found, ...outOfType(attributes, types)] : found;
}

function outOfType(attributes: ReadonlyMap<string, AttributeNode>, types: readonly FieldType[]): Conflict[] {
  return [...attributes].flatMap(([word, attribute]) => {
    if (word !== 'range' && !word.startsWith('allowed-')) return [];
    const literal = attribute.values.find(
      (value) => value.kind === 'literal' && !types.includes(typeOf(value.value)),
    );
    if (literal?.kind !== 'literal') return [];
    return [
      {
        attribute,
        message: `the slot takes ${inWords(types)}, \`${literal.text}\` in \`${word}\` is ${inWords([typeOf(literal.value)])}`,
        help: 'let the type and the values agree',
      },
    ];
  });
}
