import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { markdown } from './markdown.js';
import { link, mrkdwn, plain } from './mrkdwn.js';
import { richText } from './rich-text.js';

// Slack's blocks as elements. What is not known here is shown as a notice: a message that would look whole without it
// would hide a mistake.

/**
 * @import { Block, Button, Cell, Element, Image, Menu, Table, TaskCard, TextObject } from './blocks.d.ts'
 * @import { Child } from './dom.js'
 */

/**
 * @typedef {object} Host what blocks need of the page
 * @property {import('./mrkdwn.js').Reader} reader
 * @property {(control: Button | Menu, value: string) => void} press a button or a menu was used; asks for confirmation itself
 * @property {boolean} busy a press is on its way
 */

/**
 * @param {readonly Block[]} blocks
 * @param {Host} host
 * @returns {Child[]}
 */
export function blockKit(blocks, host) {
  // By place, since a platform may name blocks anew at each edit.
  return blocks.map((block, index) =>
    h('div', { key: `${index} ${block.type}`, class: `block block-${block.type}` }, drawn(block, host)),
  );
}

/**
 * @param {string} what
 * @param {unknown} thing
 */
export const notice = (what, thing) =>
  h(
    'p',
    { class: 'unknown', role: 'note' },
    `A ${what} of type “${/** @type {{ type?: string }} */ (thing)?.type}” came here. The playground does not draw it.`,
  );

/**
 * @param {TextObject} text
 * @param {Host} host
 * @returns {Child}
 */
export const textOf = (text, host) =>
  text.type === 'mrkdwn' ? mrkdwn(text.text, host.reader) : withEmoji(plain(text.text));

/**
 * One block; a malformed one must not take the message with it.
 * @param {Block} block
 * @param {Host} host
 * @returns {Child}
 */
function drawn(block, host) {
  try {
    return inside(block, host);
  } catch (error) {
    return h(
      'p',
      { class: 'unknown', role: 'note' },
      `This ${block.type} block cannot be drawn: ${String(error)}`,
    );
  }
}

/**
 * @param {Block} block
 * @param {Host} host
 * @returns {Child}
 */
function inside(block, host) {
  switch (block.type) {
    case 'header':
      return h('h4', null, textOf(block.text, host));
    case 'divider':
      return h('hr');
    case 'markdown':
      return h('div', { class: 'markdown' }, markdown(block.text));
    case 'rich_text':
      return richText(block, host.reader);
    case 'context':
      return block.elements.map((one) =>
        h('span', { class: 'small' }, one.type === 'image' ? described(one) : textOf(one, host)),
      );
    case 'section':
      return [
        h(
          'div',
          { class: 'section-text' },
          block.text && h('div', { class: 'text' }, textOf(block.text, host)),
          block.fields &&
            h(
              'div',
              { class: 'fields' },
              block.fields.map((field) => h('div', null, textOf(field, host))),
            ),
        ),
        block.accessory && h('div', { class: 'accessory' }, control(block.accessory, host)),
      ];
    case 'actions':
      return block.elements.map((one) => control(one, host));
    case 'alert':
      return h('div', { class: `alert ${block.level ?? 'default'}`, role: 'note' }, textOf(block.text, host));
    case 'plan':
      return [
        h('p', { class: 'plan-title' }, block.title),
        h(
          'ol',
          { class: 'tasks' },
          (block.tasks ?? []).map((task) => taskCard(task, host)),
        ),
      ];
    case 'task_card':
      return h('ol', { class: 'tasks' }, taskCard(block, host));
    case 'table':
      return table(block, host);
    default:
      return notice('block', block);
  }
}

/** @param {Image} image */
const described = (image) => `[${image.alt_text}]`;

/**
 * An interactive element of a message.
 * @param {Element} one
 * @param {Host} host
 * @returns {Child}
 */
function control(one, host) {
  switch (one.type) {
    case 'button':
      return button(one, host);
    case 'static_select':
      return menu(one, one.placeholder?.text ?? 'Choose', host);
    case 'overflow':
      return menu(one, '…', host);
    case 'image':
      return h('span', { class: 'small' }, described(one));
    default:
      return notice('control', one);
  }
}

/**
 * @param {Button} one
 * @param {Host} host
 */
function button(one, host) {
  const label = plain(one.text.text);
  const key = `button ${one.action_id}`;
  if (one.url !== undefined) return h('span', { key, class: 'button plain' }, link(one.url, label));
  return h(
    'button',
    {
      key,
      type: 'button',
      class: `button ${one.style ?? 'plain'}`,
      'aria-label': one.accessibility_label,
      'aria-disabled': host.busy ? 'true' : null,
      onclick: () => host.press(one, one.value ?? ''),
    },
    label,
  );
}

/**
 * @param {Menu} one
 * @param {string} placeholder
 * @param {Host} host
 */
function menu(one, placeholder, host) {
  return h(
    'select',
    {
      key: `menu ${one.action_id}`,
      class: 'menu',
      'aria-label': placeholder === '…' ? 'More' : plain(placeholder),
      value: one.initial_option?.value ?? '',
      onchange: (/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLSelectElement} */ (event.target);
        if (value !== '') host.press(one, value);
      },
    },
    options(one, placeholder, host),
  );
}

/**
 * The options of a menu, with an empty first one.
 * @param {Menu} one
 * @param {string} placeholder
 * @param {Host} host
 * @returns {Child[]}
 */
export function options(one, placeholder, host) {
  const option = (/** @type {import('./blocks.d.ts').Option} */ { value, text }) =>
    h('option', { value }, textOf(text, host));
  return [
    h('option', { value: '' }, plain(placeholder)),
    (one.options ?? []).map(option),
    (one.option_groups ?? []).map((group) =>
      h('optgroup', { label: group.label.text }, group.options.map(option)),
    ),
  ];
}

/** @type {Record<string, readonly [mark: string, words: string]>} */
const taskStates = {
  pending: ['', 'not yet'],
  in_progress: ['', 'under way'],
  complete: ['✓', 'done'],
  error: ['!', 'failed'],
};

/**
 * @param {TaskCard} task
 * @param {Host} host
 */
function taskCard(task, host) {
  const [mark, words] = taskStates[task.status] ?? ['?', task.status];
  return h(
    'li',
    { key: `task ${task.task_id}`, class: `task ${task.status}` },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
    h('span', null, task.title, h('span', { class: 'unseen' }, ` (${words})`)),
    task.details && h('div', { class: 'details' }, richText(task.details, host.reader)),
    task.output && h('div', { class: 'details' }, richText(task.output, host.reader)),
  );
}

/**
 * Rows of cells; the first row is the head.
 * @param {Table} block
 * @param {Host} host
 */
function table(block, host) {
  const row = (/** @type {string} */ tag, /** @type {readonly Cell[]} */ cells) =>
    h(
      'tr',
      null,
      cells.map((cell, column) => {
        const align =
          block.column_settings?.[column]?.align ?? (cell.type === 'raw_number' ? 'right' : 'left');
        return h(tag, { class: `align-${align}` }, cellText(cell, host));
      }),
    );
  const [head = [], ...rows] = block.rows;
  return h(
    'div',
    { class: 'table-frame', tabindex: '0', role: 'group', 'aria-label': 'Table' },
    h(
      'table',
      null,
      h('thead', null, row('th', head)),
      h(
        'tbody',
        null,
        rows.map((cells) => row('td', cells)),
      ),
    ),
  );
}

/**
 * @param {Cell} cell
 * @param {Host} host
 * @returns {Child}
 */
function cellText(cell, host) {
  if (cell.type === 'rich_text') return richText(cell, host.reader);
  return cell.type === 'raw_number' ? (cell.text ?? String(cell.value)) : cell.text;
}
