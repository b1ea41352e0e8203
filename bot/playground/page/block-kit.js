import { h } from './dom.js';
import { markdown } from './markdown.js';
import { link, mrkdwn, plain } from './mrkdwn.js';
import { richText } from './rich-text.js';

// Slack's blocks as elements. What is not known here is shown as a notice: a message that would look whole without it
// would hide a mistake.

/**
 * @typedef {object} Host what blocks need of the page
 * @property {import('./mrkdwn.js').Reader} reader
 * @property {(element: any, value: string) => void} press a button or a menu was used; asks for confirmation itself
 * @property {boolean} busy a press is on its way
 * @typedef {import('./dom.js').Child} Child
 */

/**
 * @param {any[]} blocks
 * @param {Host} host
 * @returns {Child[]}
 */
export function blockKit(blocks, host) {
  return blocks.map((block, index) => {
    const draw = Object.hasOwn(drawings, block?.type) ? drawings[block.type] : undefined;
    const key = `${block?.type} ${block?.block_id ?? index}`;
    return h('div', { key, class: `block block-${block?.type}` }, draw?.(block, host) ?? notice('block', block?.type));
  });
}

/**
 * @param {string} what
 * @param {unknown} type
 */
export const notice = (what, type) =>
  h('p', { class: 'unknown', role: 'note' }, `A ${what} of type “${type}” came here. The playground does not draw it.`);

/**
 * A text object.
 * @param {any} text
 * @param {Host} host
 * @returns {Child}
 */
export const textOf = (text, host) =>
  text?.type === 'mrkdwn' ? mrkdwn(String(text.text), host.reader) : plain(String(text?.text ?? ''));

/** @type {Record<string, (block: any, host: Host) => Child>} */
const drawings = {
  header: (block, host) => h('h4', null, textOf(block.text, host)),
  divider: () => h('hr'),
  markdown: (block) => h('div', { class: 'markdown' }, markdown(String(block.text))),
  rich_text: (block, host) => richText(block, host.reader),
  context: (block, host) => block.elements.map((/** @type {any} */ element) => contextElement(element, host)),
  section: (block, host) => [
    h(
      'div',
      { class: 'section-text' },
      block.text && h('div', { class: 'text' }, textOf(block.text, host)),
      block.fields && h('div', { class: 'fields' }, block.fields.map((/** @type {any} */ field) => h('div', null, textOf(field, host)))),
    ),
    block.accessory && h('div', { class: 'accessory' }, element(block.accessory, host)),
  ],
  actions: (block, host) => block.elements.map((/** @type {any} */ one) => element(one, host)),
  alert: (block, host) => h('div', { class: `alert ${block.level ?? 'default'}`, role: 'note' }, textOf(block.text, host)),
  plan: (block, host) => [
    h('p', { class: 'plan-title' }, String(block.title)),
    h('ol', { class: 'tasks' }, (block.tasks ?? []).map((/** @type {any} */ task) => taskCard(task, host))),
  ],
  task_card: (block, host) => h('ol', { class: 'tasks' }, taskCard(block, host)),
  table: (block, host) => table(block, host),
  data_table: (block, host) => [h('p', { class: 'plan-title' }, String(block.caption)), table(block, host)],
};

/**
 * @param {any} one
 * @param {Host} host
 * @returns {Child}
 */
function contextElement(one, host) {
  if (one.type === 'image') return h('span', { class: 'small' }, `[${one.alt_text}]`);
  return h('span', { class: 'small' }, textOf(one, host));
}

/**
 * An interactive element of a message.
 * @param {any} one
 * @param {Host} host
 * @returns {Child}
 */
function element(one, host) {
  if (one.type === 'button') return button(one, host);
  if (one.type === 'static_select') return menu(one, host);
  if (one.type === 'overflow') return menu({ ...one, placeholder: { text: '…' } }, host);
  if (one.type === 'image') return h('span', { class: 'small' }, `[${one.alt_text}]`);
  return notice('control', one.type);
}

/**
 * @param {any} one
 * @param {Host} host
 */
function button(one, host) {
  const style = one.style === 'primary' || one.style === 'danger' ? one.style : 'plain';
  const props = {
    key: `button ${one.action_id}`,
    type: 'button',
    class: `button ${style}`,
    'aria-label': one.accessibility_label ?? null,
    'aria-disabled': host.busy ? 'true' : null,
    onclick: () => host.press(one, one.value ?? ''),
  };
  const label = plain(String(one.text?.text ?? ''));
  if (typeof one.url !== 'string') return h('button', props, label);
  return h('span', { key: props.key, class: 'button plain' }, link(one.url, label));
}

/**
 * @param {any} one
 * @param {Host} host
 */
function menu(one, host) {
  return h(
    'select',
    {
      key: `menu ${one.action_id}`,
      class: 'menu',
      'aria-label': plain(one.placeholder?.text ?? 'Choose'),
      value: one.initial_option?.value ?? '',
      onchange: (/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLSelectElement} */ (event.target);
        if (value !== '') host.press(one, value);
      },
    },
    options(one, one.placeholder?.text ?? 'Choose', host),
  );
}

/**
 * The options of a select, with an empty first one.
 * @param {any} one
 * @param {string} placeholder
 * @param {Host} host
 * @returns {Child[]}
 */
export function options(one, placeholder, host) {
  const drawn = (/** @type {any} */ option) => h('option', { value: option.value }, textOf(option.text, host));
  return [
    h('option', { value: '' }, plain(placeholder)),
    (one.options ?? []).map(drawn),
    (one.option_groups ?? []).map((/** @type {any} */ group) =>
      h('optgroup', { label: group.label?.text ?? '' }, group.options.map(drawn)),
    ),
  ];
}

/** @type {Record<string, [mark: string, words: string]>} */
const taskStates = {
  pending: ['', 'not yet'],
  in_progress: ['', 'under way'],
  complete: ['✓', 'done'],
  error: ['!', 'failed'],
};

/**
 * @param {any} task
 * @param {Host} host
 */
function taskCard(task, host) {
  const [mark, words] = taskStates[task.status] ?? ['?', String(task.status)];
  return h(
    'li',
    { key: `task ${task.task_id}`, class: `task ${task.status}` },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
    h('span', null, String(task.title), h('span', { class: 'unseen' }, ` (${words})`)),
    task.details && h('div', { class: 'details' }, richText(task.details, host.reader)),
    task.output && h('div', { class: 'details' }, richText(task.output, host.reader)),
  );
}

/**
 * Rows of cells; the first row is the head.
 * @param {any} block
 * @param {Host} host
 */
function table(block, host) {
  const cell = (/** @type {string} */ tag) => (/** @type {any} */ one, /** @type {number} */ column) => {
    const align = block.column_settings?.[column]?.align ?? (one.type === 'raw_number' ? 'right' : 'left');
    return h(tag, { class: `align-${align}` }, one.type === 'rich_text' ? richText(one, host.reader) : String(one.text ?? one.value ?? ''));
  };
  const [head = [], ...rows] = block.rows ?? [];
  return h(
    'div',
    { class: 'table-frame', tabindex: '0', role: 'group', 'aria-label': 'Table' },
    h(
      'table',
      null,
      h('thead', null, h('tr', null, head.map(cell('th')))),
      h('tbody', null, rows.map((/** @type {any[]} */ row) => h('tr', null, row.map(cell('td'))))),
    ),
  );
}
