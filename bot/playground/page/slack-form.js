import { blockKit, notice, options, textOf } from './block-kit.js';
import { h, patch } from './dom.js';

// Slack's modal: one dialog, whose fields keep what was typed while the view behind them changes.

/**
 * @typedef {object} FormHost
 * @property {import('./block-kit.js').Host} host
 * @property {(values: Record<string, string>) => Promise<Record<string, string>>} submit gives the problems by block
 * @property {() => void} cancel
 */

/**
 * @param {HTMLDialogElement} dialog
 * @returns {(view: any, formHost: FormHost) => void} shows a view, or closes for null
 */
export function slackForm(dialog) {
  /** @type {Record<string, string>} */
  let problems = {};
  let shown = '';
  let busy = false;
  /** @type {any} */
  let view = null;
  /** @type {FormHost | null} */
  let to = null;

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    to?.cancel();
  });

  const draw = () => {
    if (view === null || to === null) return;
    patch(dialog, formOf(view, to.host, { problems, busy, send, cancel: () => to?.cancel() }));
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
    const name = String(view.id ?? view.callback_id ?? 'view');
    if (name !== shown) {
      shown = name;
      problems = {};
      patch(dialog, []);
    }
    draw();
    if (!dialog.open) dialog.showModal();
  };
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} block
 * @returns {HTMLElement | null}
 */
const field = (dialog, block) => dialog.querySelector(`[name="${CSS.escape(block)}"]`);

/**
 * What is typed and chosen, by block.
 * @param {HTMLDialogElement} dialog
 */
function valuesOf(dialog) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const one of dialog.querySelectorAll('input, textarea, select')) {
    const control = /** @type {HTMLInputElement} */ (one);
    if (control.type !== 'radio' || control.checked) values[control.name] = control.value;
  }
  return values;
}

/**
 * @param {any} view
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
    h('header', null, h('h3', { id: 'form-title' }, textOf(view.title, host)), h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: cancel }, '×')),
    h(
      'div',
      { class: 'form-body' },
      (view.blocks ?? []).map((/** @type {any} */ block, /** @type {number} */ index) =>
        block.type === 'input' ? inputBlock(block, problems[block.block_id], host) : h('div', { key: `block ${block.block_id ?? index}` }, blockKit([block], host)),
      ),
    ),
    h(
      'footer',
      null,
      h('button', { type: 'button', class: 'button plain', onclick: cancel }, textOf(view.close ?? { text: 'Cancel' }, host)),
      view.submit && h('button', { type: 'submit', class: 'button primary', disabled: busy }, textOf(view.submit, host)),
    ),
  );
}

/**
 * @param {any} block
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
    h('label', { for: id }, textOf(block.label, host), block.optional && h('span', { class: 'optional' }, ' (optional)')),
    control(block.element, host, {
      id,
      name: block.block_id,
      'aria-describedby': [hint, said].filter(Boolean).join(' ') || null,
      'aria-invalid': problem === undefined ? null : 'true',
      'aria-required': block.optional ? null : 'true',
    }),
    hint && h('p', { id: hint, class: 'hint' }, textOf(block.hint, host)),
    said && h('p', { id: said, class: 'problem', role: 'alert' }, problem),
  );
}

/**
 * @param {any} one
 * @param {import('./block-kit.js').Host} host
 * @param {Record<string, unknown>} props
 */
function control(one, host, props) {
  const shared = { ...props, value: one.initial_value ?? '', placeholder: one.placeholder?.text ?? null, maxlength: one.max_length ?? null, autofocus: one.focus_on_load === true };
  if (one.type === 'plain_text_input' && one.multiline) return h('textarea', { ...shared, rows: 6 });
  if (one.type === 'plain_text_input') return h('input', { ...shared, type: 'text', autocomplete: 'off' });
  if (one.type === 'number_input') return h('input', { ...shared, type: 'text', inputmode: 'decimal', autocomplete: 'off' });
  if (one.type === 'static_select')
    return h('select', { ...props, value: one.initial_option?.value ?? '' }, options(one, one.placeholder?.text ?? 'Choose', host));
  return notice('field', one.type);
}
