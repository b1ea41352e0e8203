import { z } from 'zod';
import type { Field, Form } from '../surface.ts';
import { CARD_BYTES_MAX, executeAction, frame, heading, type AdaptiveCard, type Element } from './cards.ts';
import { escaped } from './markdown.ts';

const formShape = z.object({
  title: z.string(),
  token: z.string(),
  submit: z.string(),
  fields: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      hint: z.string().optional(),
      value: z.string().optional(),
      optional: z.boolean(),
      choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    }),
  ),
});

const filledShape = z.looseObject({
  token: z.string(),
  form: formShape,
  round: z.number().int().nonnegative(),
});

/** What stands in the fields of a form, and what is wrong with it. */
export interface Filling {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  /** How often it has been drawn before: sending one drawing twice is one delivery, sending the next is another. */
  readonly round: number;
}

/** A form as it came back. The form itself travels in its button, so it can be drawn again after a restart too. */
export interface FilledForm {
  readonly form: Form;
  readonly values: Readonly<Record<string, string>>;
  readonly round: number;
}

const FRESH: Filling = { values: {}, problems: {}, round: 0 };

/** A form as a card with inputs: Teams opens a dialog only from a button, never in answer to a sentence. */
export function formCard(form: Form, { values, problems, round }: Filling = FRESH): AdaptiveCard {
  const data = { token: form.token, form, round };
  const fields = form.fields.flatMap((field) => [
    input(field, own(values, field.id) ?? field.value),
    ...sentence(field.hint, { size: 'Small', isSubtle: true }),
    ...sentence(own(problems, field.id), { color: 'Attention' }),
  ]);
  const draw = (fallback: boolean) =>
    frame([
      heading(form.title, 'plain'),
      ...fields,
      {
        type: 'ActionSet',
        actions: [{ ...executeAction(form.submit, 'form', data, fallback), style: 'positive' }],
      },
    ]);
  const whole = draw(true);
  return Buffer.byteLength(JSON.stringify(whole), 'utf8') <= CARD_BYTES_MAX ? whole : draw(false);
}

/** Reads what the button of a form sent: null when it is not one of our forms. */
export function filledForm(data: unknown): FilledForm | null {
  const result = filledShape.safeParse(data);
  if (!result.success) return null;
  const { form, round, ...inputs } = result.data;
  const values = form.fields.map(({ id }) => {
    const value = own(inputs, inputId(id));
    return [id, typeof value === 'string' ? value : ''] as const;
  });
  return { form: form as Form, values: Object.fromEntries(values), round };
}

function input(field: Field, value: string | undefined): Element {
  const label = field.label === '' ? field.id : field.label;
  const common = {
    id: inputId(field.id),
    label,
    isRequired: !field.optional,
    ...(field.optional ? {} : { errorMessage: `${label} is needed` }),
    ...(value === undefined || value === '' ? {} : { value }),
  };
  // Teams knows no choice without a value: choosing nothing is that. A list without entries could not be answered.
  const choices = (field.choices ?? [])
    .filter((choice) => choice.value !== '')
    .map((choice) => ({ title: choice.label === '' ? choice.value : choice.label, value: choice.value }));
  if (choices.length === 0) return { type: 'Input.Text', maxLength: 1_000, ...common };
  return { type: 'Input.ChoiceSet', style: 'compact', ...common, choices };
}

function sentence(text: string | undefined, look: Readonly<Record<string, unknown>>): readonly Element[] {
  if (text === undefined || text.trim() === '') return [];
  const line = escaped(text.replaceAll(/\s*\n\s*/g, ' '));
  return [{ type: 'TextBlock', text: line, wrap: true, spacing: 'None', ...look }];
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Teams lays what was typed over the button's data, so an input must not be called like a part of it. */
function inputId(field: string): string {
  return ['token', 'form', 'round'].includes(field) ? `field-${field}` : field;
}
