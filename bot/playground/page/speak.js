import { h, patch } from './dom.js';

// What the page itself says: a toast for what went wrong, a question before something is lost.

/** @type {{ id: number, text: string, tone: 'bad' | 'plain' }[]} */
let toasts = [];
let count = 0;

/**
 * Shows a sentence for a while.
 * @param {string} text
 * @param {'bad' | 'plain'} [tone]
 */
export function toast(text, tone = 'bad') {
  const one = { id: ++count, text, tone };
  toasts = [...toasts, one].slice(-4);
  draw();
  setTimeout(() => dismiss(one.id), 6000 + 60 * text.length);
}

/** @param {number} id */
function dismiss(id) {
  toasts = toasts.filter((one) => one.id !== id);
  draw();
}

function draw() {
  patch(
    byId('toasts'),
    toasts.map(({ id, text, tone }) =>
      h(
        'div',
        { key: id, class: `toast ${tone}`, role: tone === 'bad' ? 'alert' : 'status' },
        h('p', null, text),
        h(
          'button',
          { type: 'button', class: 'close', 'aria-label': 'Dismiss', onclick: () => dismiss(id) },
          '×',
        ),
      ),
    ),
  );
}

/**
 * Asks; true when the person agrees.
 * @param {{ title: import('./dom.js').Child, text: import('./dom.js').Child, yes: string, no: string, danger: boolean }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no, danger }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('question'));
  return new Promise((resolve) => {
    const answer = (/** @type {string} */ value) => dialog.close(value);
    patch(dialog, [
      h('h3', { id: 'question-title' }, title),
      h('div', { class: 'text' }, text),
      h(
        'footer',
        null,
        h('button', { type: 'button', class: 'button plain', onclick: () => answer('no') }, no),
        h(
          'button',
          { type: 'button', class: `button ${danger ? 'danger' : 'primary'}`, onclick: () => answer('yes') },
          yes,
        ),
      ),
    ]);
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element "${id}"`);
  return element;
}
