import { isDeepStrictEqual } from 'node:util';

type Json = Readonly<Record<string, unknown>>;

/** What a Teams client does with a card before it sends anything: it finds the button and looks at the inputs. */
export interface Pressed {
  readonly title: string;
  /** The button's data with what is in the card's inputs laid over it. */
  readonly data: Json;
  /** Sentences for inputs that have to be filled and are not; nothing is sent then. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Null: none of the cards has an Action.Execute with this verb and this data. */
export function press(
  cards: readonly unknown[],
  verb: string,
  value: unknown,
  typed: Readonly<Record<string, string>>,
): Pressed | null {
  for (const card of cards.toReversed()) {
    const parts = partsOf(card);
    const button = parts.find(
      (part) =>
        part['type'] === 'Action.Execute' && part['verb'] === verb && isDeepStrictEqual(part['data'], value),
    );
    if (button === undefined) continue;
    const inputs = parts.filter(({ type }) => typeof type === 'string' && type.startsWith('Input.'));
    const values = inputs.map((input) => {
      const id = String(input['id']);
      return [id, typed[id] ?? (typeof input['value'] === 'string' ? input['value'] : '')] as const;
    });
    return {
      title: String(button['title']),
      data: { ...(button['data'] as Json), ...Object.fromEntries(values) },
      problems: problemsOf(inputs, Object.fromEntries(values)),
    };
  }
  return null;
}

function problemsOf(
  inputs: readonly Json[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const { id, isRequired, errorMessage, choices } of inputs) {
    const value = values[String(id)] ?? '';
    if (isRequired === true && value.trim() === '') {
      problems[String(id)] = typeof errorMessage === 'string' ? errorMessage : 'This field is required.';
    } else if (value !== '' && Array.isArray(choices)) {
      const isChoice = choices.some((choice: Json) => choice['value'] === value);
      if (!isChoice) problems[String(id)] = 'Choose one of the list.';
    }
  }
  return problems;
}

/** Every object in a card, the outer ones first; fallbacks are not shown, so they are not in it. */
function partsOf(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { data: _data, fallback: _fallback, ...inner } = value as Json;
  return [value as Json, ...Object.values(inner).flatMap(partsOf)];
}
