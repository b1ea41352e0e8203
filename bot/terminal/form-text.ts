import { helpTopics } from '../grammar.ts';
import type { Card, Form } from '../surface.ts';
import { readToken } from '../token.ts';

/** A form where nobody can fill one in: what is missing, and a sentence that says it all at once. */
export function formCard(form: Form): Card {
  const lacking = form.fields.filter(({ optional, value }) => !optional && value === undefined);
  const press = readToken(form.token)?.press;
  const verb = press !== undefined && 'text' in press ? press.text : null;
  const example =
    verb === 'new' ? newExample(form) : helpTopics(true).find((topic) => topic.verb === verb)?.example;
  const fields = lacking.map(
    ({ label, hint, choices }) =>
      [label, choices?.map((choice) => choice.label).join(', ') ?? hint ?? ''] as const,
  );
  const text = `${form.title}: this lacks ${lacking.map(({ label }) => label.toLowerCase()).join(', ')}.`;
  return {
    title: text,
    blocks: [
      { kind: 'fields', fields },
      ...(example === undefined ? [] : [{ kind: 'text' as const, text: `For example: ${example}` }]),
    ],
    summary: example === undefined ? text : `${text} For example: ${example}`,
    tone: 'warning',
  };
}

/** `new`, with what is known and something likely for the rest. */
function newExample({ fields }: Form): string {
  const known = (id: string, likely: string): string =>
    fields.find((field) => field.id === id)?.value ?? likely;
  const image = fields.find(({ id }) => id === 'image');
  const [likely = 'ubuntu'] = image?.choices?.[0]?.label.split(' ') ?? [];
  const name = known('name', '');
  const parts = ['new', `${known('cores', '4')}c`, known('memory', '8g'), known('image', likely)];
  return [...parts, ...(name === '' ? [] : ['called', name])].join(' ');
}

/** The sentences about fields that cannot be. */
export function problemsCard(fields: Readonly<Record<string, string>>): Card {
  const lines = Object.entries(fields);
  const summary = lines.map(([field, says]) => `${field}: ${says}`).join('; ');
  return { title: 'This cannot be', blocks: [{ kind: 'fields', fields: lines }], summary, tone: 'warning' };
}
