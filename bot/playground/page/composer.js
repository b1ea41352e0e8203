import { h } from './dom.js';
import { clip, plane } from './icons.js';
import { platforms } from './platforms.js';
import { byId, toast } from './speak.js';

// Where a message is written: text that grows, files beside it, and what was said before on the arrow key.

/**
 * @typedef {{ name: string, text: string }} Attached
 * @typedef {import('./platforms.js').Platform} Platform
 * @typedef {import('./platforms.js').Place} Place
 */

const fileBytesMax = 1_000_000;
const filesMax = 5;

/**
 * `say` gets what was written; `redraw` is called when the files change.
 * @param {Platform} platform
 * @param {{ say: (text: string, files: readonly Attached[]) => void, redraw: () => void }} on
 */
export function makeComposer(platform, { say, redraw }) {
  const { name, placeholder } = platforms[platform];
  /** @type {readonly Attached[]} */
  let files = [];
  /** @type {string[]} */
  const said = [];
  let recalled = 0;

  const field = () => /** @type {HTMLTextAreaElement} */ (byId(`${platform}-text`));

  /** @param {string} text */
  function write(text) {
    field().value = text;
    grow(field());
  }

  function send() {
    const text = field().value.trim();
    if (text === '' && files.length === 0) return;
    const sent = files;
    files = [];
    said.push(text);
    recalled = said.length;
    write('');
    say(text, sent);
  }

  /** @param {KeyboardEvent} event */
  function typed(event) {
    const { value } = field();
    const isUntouched = value === '' || value === said[recalled];
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && isUntouched && recalled > 0) {
      event.preventDefault();
      recalled -= 1;
      write(said[recalled] ?? '');
    }
  }

  /** @param {FileList | null} list */
  async function attach(list) {
    for (const file of list ?? []) {
      if (file.size > fileBytesMax) toast(`${file.name} is larger than 1 MB.`);
      else if (files.length >= filesMax) toast('Five files go with one message at most.');
      else files = [...files, { name: file.name, text: await file.text() }];
    }
    redraw();
    field().focus();
  }

  /** @param {Event} event */
  async function chosen(event) {
    const chooser = /** @type {HTMLInputElement} */ (event.target);
    await attach(chooser.files);
    // The same file can be chosen again.
    chooser.value = '';
  }

  /** @param {Attached} file */
  function remove(file) {
    files = files.filter((one) => one !== file);
    redraw();
  }

  const fileList = () =>
    h(
      'ul',
      { class: 'files', 'aria-label': 'Attached files' },
      files.map((file, index) =>
        h(
          'li',
          { key: `${index} ${file.name}` },
          file.name,
          h(
            'button',
            {
              type: 'button',
              class: 'close',
              'aria-label': `Remove ${file.name}`,
              onclick: () => remove(file),
            },
            '×',
          ),
        ),
      ),
    );

  return {
    attach,
    /**
     * Puts back what a platform did not take, unless the next message is being written already.
     * @param {string} text
     * @param {readonly Attached[]} sent
     */
    restore(text, sent) {
      if (field().value === '') write(text);
      if (files.length === 0) files = sent;
      redraw();
    },
    /**
     * @param {Place} place
     * @param {import('./feed.js').User} user
     */
    draw: (place, user) =>
      h(
        'form',
        {
          key: 'composer',
          class: 'composer',
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            send();
          },
        },
        h(
          'label',
          { for: `${platform}-text`, class: 'unseen' },
          `Message to ${place === 'direct' ? 'Octopus' : place} in ${name} as ${user.name}`,
        ),
        h('textarea', {
          id: `${platform}-text`,
          rows: 1,
          placeholder: placeholder[place],
          autocomplete: 'off',
          spellcheck: 'false',
          onkeydown: typed,
          oninput: () => grow(field()),
        }),
        files.length > 0 && fileList(),
        h(
          'div',
          { class: 'composer-foot' },
          h('input', {
            id: `${platform}-file`,
            type: 'file',
            multiple: true,
            class: 'unseen',
            tabindex: '-1',
            'aria-label': `Files for ${name}`,
            onchange: (/** @type {Event} */ event) => void chosen(event),
          }),
          h(
            'button',
            {
              type: 'button',
              class: 'tool',
              'aria-label': `Attach a file in ${name}`,
              title: 'Attach a file',
              onclick: () => byId(`${platform}-file`).click(),
            },
            clip(),
          ),
          h(
            'span',
            { class: 'hint' },
            platform === 'teams' && place === '#lab'
              ? 'Mention @Octopus to be heard'
              : 'Enter sends, Shift+Enter breaks the line',
          ),
          h('button', { type: 'submit', class: 'send', 'aria-label': `Send to ${name}` }, plane()),
        ),
      ),
  };
}

/**
 * Lets the field be as high as its text, within bounds that the style sets.
 * @param {HTMLTextAreaElement} field
 */
function grow(field) {
  field.style.setProperty('height', 'auto');
  field.style.setProperty('height', `${field.scrollHeight}px`);
}
