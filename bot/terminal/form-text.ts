import { helpTopics } from '../grammar.ts';
import type { Card, Form } from '../surface.ts';
import { readToken } from '../token.ts';

/** A form where nobody can fill one in: what is missing, and a sentence that says it all at once. */
export function formCard(form: Form): Card {
  const lacking = form.fields.filter(({ optional, value }) => !optional && value === undefined);
  const press = readToken(form.token)?.press;
  const verb = press !== undefined && 'text' in press ? press.text : null;
  const example = helpTopics(true).find((topic) => topic.verb === verb)?.example;
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

/** The sentences about fields that cannot be. */
export function problemsCard(fields: Readonly<Record<string, string>>): Card {
  const lines = Object.entries(fields);
  const summary = lines.map(([field, says]) => `${field}: ${says}`).join('; ');
  return { title: 'This cannot be', blocks: [{ kind: 'fields', fields: lines }], summary, tone: 'warning' };
}
