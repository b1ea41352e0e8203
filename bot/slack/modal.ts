import type { types } from '@slack/bolt';
import type { Field, Form } from '../surface.ts';
import { conversation, slackAddress, type SlackAddress } from './address.ts';
import { cutTo } from './text.ts';

/** The name by which a submission of one of our forms is known. */
export const FORM_CALLBACK = 'octopus-form';

const VALUE_ACTION = 'value';
const TITLE_MAX = 24;
const INPUTS_MAX = 99;
const LABEL_MAX = 2000;
const TEXT_VALUE_MAX = 3000;
const PLACEHOLDER_MAX = 150;
const CHOICES_MAX = 100;
const CHOICE_LABEL_MAX = 75;
const CHOICE_VALUE_MAX = 75;
const METADATA_MAX = 3000;

/**
 * A form as a modal. Each field is one input block whose `block_id` is the field's id, which is how Slack names it when
 * a problem is shown beside it. Token and conversation travel in `private_metadata`. Throws a RangeError when those two
 * are longer than Slack carries.
 */
export function modal(form: Form, from: SlackAddress): types.ModalView {
  const title = form.title.trim() === '' ? 'Octopus' : form.title;
  const blocks: types.KnownBlock[] = form.fields.slice(0, INPUTS_MAX).map(input);
  if (title.length > TITLE_MAX || blocks.length === 0)
    blocks.unshift({ type: 'section', text: plain(cutTo(title, LABEL_MAX)) });
  return {
    type: 'modal',
    callback_id: FORM_CALLBACK,
    title: plain(cutTo(title, TITLE_MAX)),
    submit: plain(cutTo(form.submit.trim() === '' ? 'Send' : form.submit, TITLE_MAX)),
    close: plain('Cancel'),
    private_metadata: metadata(form.token, from),
    blocks,
  };
}

/** What `private_metadata` says: the form's token, and where the answer belongs. */
export function formOrigin(view: { private_metadata: string }): { token: string; from: SlackAddress } {
  const read = JSON.parse(view.private_metadata) as { token: string; from: string };
  return { token: read.token, from: slackAddress({ surface: 'slack', address: read.from }) };
}

/** Values by field id, from a submission's `view.state.values`; an empty text where nothing was chosen. */
export function formValues(
  values: Readonly<
    Record<
      string,
      Readonly<Record<string, { value?: string | null; selected_option?: { value: string } | null }>>
    >
  >,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([field, actions]) => {
      const state = actions[VALUE_ACTION];
      return [field, state?.selected_option?.value ?? state?.value ?? ''];
    }),
  );
}

/** Problems as Slack takes them. It knows input blocks only, so what belongs to no field is said beside the first. */
export function problemsByBlock(
  problems: Readonly<Record<string, string>>,
  blocks: readonly { type: string; block_id?: string }[],
): Record<string, string> {
  const inputs = blocks.filter((block) => block.type === 'input').map((block) => block.block_id ?? '');
  const shown = new Map<string, string>();
  for (const [field, problem] of Object.entries(problems)) {
    const block = inputs.includes(field) ? field : (inputs[0] ?? field);
    const before = shown.get(block);
    shown.set(block, before === undefined ? problem : `${before} ${problem}`);
  }
  return Object.fromEntries(shown);
}

function input(field: Field): types.InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    optional: field.optional,
    label: plain(cutTo(field.label.trim() === '' ? field.id : field.label, LABEL_MAX)),
    ...(field.hint === undefined || field.hint.trim() === ''
      ? {}
      : { hint: plain(cutTo(field.hint, LABEL_MAX)) }),
    element: selection(field) ?? textInput(field),
  };
}

/** A list to choose from, where Slack can hold all of it. */
function selection(field: Field): types.StaticSelect | null {
  const choices = field.choices ?? [];
  if (choices.length === 0 || choices.length > CHOICES_MAX) return null;
  if (choices.some(({ value }) => value.trim() === '' || value.length > CHOICE_VALUE_MAX)) return null;
  const options = choices.map(({ value, label }) => ({
    text: plain(cutTo(label.trim() === '' ? value : label, CHOICE_LABEL_MAX)),
    value,
  }));
  const chosen = options.find((option) => option.value === field.value);
  return {
    type: 'static_select',
    action_id: VALUE_ACTION,
    options,
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  };
}

function textInput(field: Field): types.PlainTextInput {
  const known = (field.choices ?? []).map(({ value }) => value).join(', ');
  return {
    type: 'plain_text_input',
    action_id: VALUE_ACTION,
    max_length: TEXT_VALUE_MAX,
    ...(field.value === undefined || field.value === ''
      ? {}
      : { initial_value: cutTo(field.value, TEXT_VALUE_MAX) }),
    ...(known.trim() === '' ? {} : { placeholder: plain(cutTo(known, PLACEHOLDER_MAX)) }),
  };
}

function metadata(token: string, from: SlackAddress): string {
  const text = JSON.stringify({ token, from: conversation(from).address });
  if (text.length > METADATA_MAX)
    throw new RangeError(`a form's token is too long for Slack: ${text.length} characters`);
  return text;
}

function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}
