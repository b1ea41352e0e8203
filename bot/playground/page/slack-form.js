import { blockKit, notice, options, textOf } from './block-kit.js';
import { h, patch } from './dom.js';

// Slack's modal: one dialog, whose fields keep what was typed while the view behind them changes.

/**
 * @import { InputBlock, Menu, TextInput, View } from './blocks.d.ts'
 */

/**
 * @typedef {object} FormHost
 * @property {import('./block-kit.js').Host} host
 * @property {(values: Record<string, string>) => Promise<Record<string, string>>} submit gives the problems by block
 * @property {() => void} cancel
 */

/**
 * @param {HTMLDialogElement} dialog
 * @returns {(view: View | null, formHost: FormHost) => void} shows a view, or closes for null
 */
export function slackForm(dialog) {
  /** @type {Record<string, string>} */
  let problems = {};
  let shown = '';
  let busy = false;
  /** @type {View | null} */
  let view = null;
  /** @type {FormHost | null} */
  let to = null;

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    to?.cancel();
  });

  const draw = () => {
    if (view === null || to === null) return;
    patch(
      dialog,
      formOf(view, to.host, { problems, busy, send: () => void send(), cancel: () => to?.cancel() }),
    );
  };

  const send = async () => {
    if (busy || to === null) return;
    busy = true;
    draw();
    problems = await to.submit(valuesOf(dialog));
    busy = false;
    draw();
    const [first] = Object.keys(problems);
    if (first !== undefined) field(dialog, first)?.focus();
  };

  return (next, formHost) => {
    view = next;
    to = formHost;
    if (view === null) {
      shown = '';
      problems = {};
      if (dialog.open) dialog.close();
      return;
    }
    const name = JSON.stringify([view.id, view.external_id, view.callback_id, view.private_metadata]);
    if (name !== shown) {
      shown = name;
      problems = {};
      patch(dialog, []);
    }
    draw();
    if (dialog.open) return;
    dialog.showModal();
    // As in Slack: whoever starts to type, or presses Enter, means the form and not its way out.
    if (dialog.querySelector('[autofocus]') === null) firstField(dialog)?.focus();
  };
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} block
 * @returns {HTMLElement | null}
 */
const field = (dialog, block) => dialog.querySelector(`[name="${CSS.escape(block)}"]`);

/**
 * @param {HTMLDialogElement} dialog
 * @returns {HTMLElement | null}
 */
const firstField = (dialog) => dialog.querySelector('input, textarea, select');

/**
 * What is typed and chosen, by block.
 * @param {HTMLDialogElement} dialog
 */
function valuesOf(dialog) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const one of dialog.querySelectorAll('input, textarea, select')) {
    const { name, value } = /** @type {HTMLInputElement} */ (one);
    values[name] = value;
  }
  return values;
}

/**
 * @param {View} view
 * @param {import('./block-kit.js').Host} host
 * @param {{ problems: Record<string, string>, busy: boolean, send: () => void, cancel: () => void }} form
 */
function formOf(view, host, { problems, busy, send, cancel }) {
  return h(
    'form',
    {
      class: 'form',
      novalidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        send();
      },
    },
    h(
      'header',
      null,
      h('h3', { id: 'form-title' }, textOf(view.title, host)),
      h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: cancel }, '×'),
    ),
    h(
      'div',
      { class: 'form-body' },
      view.blocks.map((block, index) =>
        block.type === 'input'
          ? inputBlock(block, problems[block.block_id], host)
          : h('div', { key: `block ${index}` }, blockKit([block], host)),
      ),
    ),
    h(
      'footer',
      null,
      h(
        'button',
        { type: 'button', class: 'button plain', onclick: cancel },
        textOf(view.close ?? { type: 'plain_text', text: 'Cancel' }, host),
      ),
      view.submit &&
        h('button', { type: 'submit', class: 'button primary', disabled: busy }, textOf(view.submit, host)),
    ),
  );
}

/**
 * @param {InputBlock} block
 * @param {string | undefined} problem
 * @param {import('./block-kit.js').Host} host
 */
function inputBlock(block, problem, host) {
  const id = `field-${block.block_id}`;
  const hint = block.hint !== undefined && `${id}-hint`;
  const said = problem !== undefined && `${id}-problem`;
  return h(
    'div',
    { key: `input ${block.block_id}`, class: problem === undefined ? 'field' : 'field wrong' },
    h(
      'label',
      { for: id },
      textOf(block.label, host),
      block.optional && h('span', { class: 'optional' }, ' (optional)'),
    ),
    control(block.element, host, {
      id,
      name: block.block_id,
      'aria-describedby': [hint, said].filter(Boolean).join(' ') || null,
      'aria-invalid': problem === undefined ? null : 'true',
      'aria-required': block.optional ? null : 'true',
    }),
    hint && h('p', { id: hint, class: 'hint' }, block.hint && textOf(block.hint, host)),
    said && h('p', { id: said, class: 'problem', role: 'alert' }, problem),
  );
}

/**
 * @param {TextInput | Menu} one
 * @param {import('./block-kit.js').Host} host
 * @param {Record<string, unknown>} props
 */
function control(one, host, props) {
  if (one.type === 'static_select')
    return h(
      'select',
      { ...props, value: one.initial_option?.value ?? '' },
      options(one, one.placeholder?.text ?? 'Choose', host),
    );
  if (one.type !== 'plain_text_input' && one.type !== 'number_input') return notice('field', one);
  const shared = {
    ...props,
    value: one.initial_value ?? '',
    placeholder: one.placeholder?.text,
    maxlength: one.max_length,
    autofocus: one.focus_on_load === true,
  };
  if (one.multiline === true) return h('textarea', { ...shared, rows: 6 });
  return h('input', {
    ...shared,
    type: 'text',
    inputmode: one.type === 'number_input' ? 'decimal' : null,
    autocomplete: 'off',
  });
}
