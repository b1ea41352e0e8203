import { h, patch } from './dom.js';
import { post } from './feed.js';
import { messageList, octopus } from './message.js';
import { slackForm } from './slack-form.js';
import { ask, byId, toast } from './speak.js';
import { textOf } from './block-kit.js';

// One platform's pane: places, messages, composer.

/**
 * @typedef {'slack' | 'teams'} Platform
 * @typedef {import('./feed.js').User} User
 */

const platforms = {
  slack: {
    name: 'Slack',
    places: { '#lab': '# lab', direct: 'Octopus' },
    placeholder: { '#lab': '/vm new 4c 8g ubuntu', direct: '/vm new 4c 8g ubuntu' },
    chips: {
      '#lab': ['/vm new 4c 8g ubuntu', '/vm list', '/vm images', '/vm help'],
      direct: ['/vm new 4c 8g ubuntu', 'list', 'quota', 'help'],
    },
  },
  teams: {
    name: 'Teams',
    places: { '#lab': 'Lab', direct: 'Octopus' },
    placeholder: { '#lab': '@Octopus new 4c 8g ubuntu', direct: 'new 4c 8g ubuntu' },
    chips: {
      '#lab': ['@Octopus new 4c 8g ubuntu', '@Octopus list', '@Octopus images', '@Octopus help'],
      direct: ['new 4c 8g ubuntu', 'list', 'quota', 'help'],
    },
  },
};

/** Slack's own client says some of its codes in words. @type {Record<string, string>} */
const sentences = {
  not_supported:
    'Slack takes no files with a command. Write “@Octopus …” instead, or send the file in the direct conversation.',
  unknown_command: 'Slack knows no such command. Ours begins with /vm.',
  operation_timeout: 'Octopus did not answer within the three seconds that Slack waits.',
  dispatch_failed: 'Octopus is not connected to Slack.',
};

const fileMax = 1_000_000;

/**
 * @param {Platform} platform
 * @param {User[]} users
 * @returns {(pane: import('./feed.js').Pane, user: User) => void} shows what a user sees
 */
export function makePane(platform, users) {
  const { name, places, placeholder, chips } = platforms[platform];
  const element = byId(`${platform}-pane`);
  // Teams has no form beside its cards.
  const showForm =
    platform === 'slack' ? slackForm(/** @type {HTMLDialogElement} */ (byId('slack-form'))) : () => {};

  /** @type {import('./feed.js').Pane} */
  let pane = { order: [], messages: new Map(), form: null };
  let user = /** @type {User} */ (users[0]);
  let isShown = false;
  let place = sessionStorage.getItem(`${platform} place`) === 'direct' ? 'direct' : '#lab';
  /** Messages whose press is on its way. @type {Set<string>} */
  const pressed = new Set();
  /** How many messages of a user's place have been looked at. @type {Map<string, number>} */
  const seen = new Map();
  /** @type {{ name: string, text: string }[]} */
  let files = [];
  /** @type {string[]} */
  const said = [];
  let recalled = 0;
  /** Whether the newest message is in view: then the next one is to be in view too. */
  let isAtEnd = true;
  let lastTop = 0;
  const resized = new ResizeObserver(() => isAtEnd && stick());

  const inWords = (/** @type {string | undefined} */ error) =>
    error !== undefined && /^\w+$/u.test(error)
      ? (sentences[error] ?? `${name} answered “${error}”.`)
      : (error ?? `${name} did not take it.`);

  /** @param {Record<string, unknown>} action */
  const act = (action) => post('/act', { user: user.id, platform, action });

  const messagesAt = (/** @type {string} */ at) =>
    [...pane.messages.values()].filter((message) => message.place === at);

  /** @type {import('./message.js').Context} */
  const context = {
    platform,
    users,
    get user() {
      return user;
    },
    hostOf: (message) => ({
      reader: readerOf(),
      busy: pressed.has(message.id),
      press: (one, value) => void pressBlock(message, one, value),
    }),
    execute: (message, { verb, data, inputs }) =>
      void press(message.id, { action: verb, value: data, inputs }),
  };

  const readerOf = () => ({
    zone: user.zone,
    nameOf: (/** @type {string} */ id) => users.find((one) => one.id === id)?.name,
  });

  /**
   * @param {import('./feed.js').Message} message
   * @param {import('./blocks.d.ts').Button | import('./blocks.d.ts').Menu} one
   * @param {string} value
   */
  async function pressBlock(message, one, value) {
    const host = context.hostOf(message);
    if (host.busy) return;
    const { confirm } = one;
    if (confirm) {
      const isSure = await ask({
        title: textOf(confirm.title ?? { type: 'plain_text', text: 'Are you sure?' }, host),
        text: confirm.text && textOf(confirm.text, host),
        yes: confirm.confirm?.text ?? 'Yes',
        no: confirm.deny?.text ?? 'Cancel',
        danger: confirm.style === 'danger' || (one.type === 'button' && one.style === 'danger'),
      });
      if (!isSure) return;
    }
    await press(message.id, { action: one.action_id ?? '', value });
  }

  /**
   * @param {string} message
   * @param {{ action: string, value: unknown, inputs?: Record<string, string> }} what
   */
  async function press(message, what) {
    if (pressed.has(message)) return;
    pressed.add(message);
    draw();
    const result = await act({ kind: 'press', message, ...what });
    pressed.delete(message);
    if (!result.ok) toast(inWords(result.error));
    draw();
  }

  /** @param {string} text */
  async function say(text) {
    const sent = files;
    files = [];
    said.push(text);
    recalled = said.length;
    isAtEnd = true;
    draw();
    const result = await act({ kind: 'say', place, text, ...(sent.length > 0 ? { files: sent } : {}) });
    if (result.ok) return;
    toast(inWords(result.error));
    const field = composer();
    if (field.value === '') field.value = text;
    if (files.length === 0) files = sent;
    draw();
  }

  const composer = () => /** @type {HTMLTextAreaElement} */ (byId(`${platform}-text`));
  const log = () => byId(`${platform}-log`);

  function send() {
    const field = composer();
    const text = field.value.trim();
    if (text === '' && files.length === 0) return;
    field.value = '';
    grow(field);
    void say(text);
  }

  /** @param {KeyboardEvent} event */
  function typed(event) {
    const field = composer();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (
      event.key === 'ArrowUp' &&
      (field.value === '' || field.value === said[recalled]) &&
      recalled > 0
    ) {
      event.preventDefault();
      recalled -= 1;
      field.value = said[recalled] ?? '';
      grow(field);
    }
  }

  /** @param {{ files: FileList | null, value?: string }} from */
  async function attach(from) {
    for (const file of from.files ?? []) {
      if (file.size > fileMax) toast(`${file.name} is larger than 1 MB.`);
      else if (files.length >= 5) toast('Five files go with one message at most.');
      else files = [...files, { name: file.name, text: await file.text() }];
    }
    // The same file can be chosen again.
    if (from.value !== undefined) from.value = '';
    draw();
    composer().focus();
  }

  /** @param {string} to */
  function go(to) {
    place = to;
    isAtEnd = true;
    sessionStorage.setItem(`${platform} place`, to);
    draw();
    stick();
  }

  /** Only a person's scrolling back leaves the end: a pane that became lower does not. */
  function scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = log();
    if (scrollHeight - scrollTop - clientHeight < 60) isAtEnd = true;
    else if (scrollTop < lastTop) isAtEnd = false;
    lastTop = scrollTop;
  }

  const stick = () => log().scrollTo({ top: log().scrollHeight });

  function draw() {
    if (!isShown) return;
    const all = messagesAt(place);
    const count = { '#lab': messagesAt('#lab').length, direct: messagesAt('direct').length };
    for (const at of /** @type {const} */ (['#lab', 'direct']))
      if (at === place || !seen.has(`${user.id} ${at}`)) seen.set(`${user.id} ${at}`, count[at]);
    patch(element, [
      h(
        'header',
        { class: 'pane-head' },
        h('h2', null, name),
        h(
          'div',
          { class: 'places', role: 'group', 'aria-label': `Place in ${name}` },
          /** @type {const} */ (['#lab', 'direct']).map((at) => {
            const unread = at === place ? 0 : count[at] - (seen.get(`${user.id} ${at}`) ?? 0);
            return h(
              'button',
              {
                key: at,
                type: 'button',
                class: at === 'direct' ? 'place direct' : 'place',
                'aria-pressed': String(at === place),
                onclick: () => go(at),
              },
              at === 'direct' && octopus(),
              h('span', null, places[at]),
              unread > 0 &&
                h('span', { class: 'unread' }, String(unread), h('span', { class: 'unseen' }, ' new')),
            );
          }),
        ),
      ),
      h(
        'div',
        {
          id: `${platform}-log`,
          key: 'log',
          class: 'log',
          role: 'log',
          'aria-live': 'polite',
          'aria-relevant': 'additions',
          tabindex: '0',
          'aria-label': `Messages in ${name}, ${place === 'direct' ? 'direct' : place}`,
          onscroll: scrolled,
        },
        all.length === 0
          ? welcome()
          : h('div', { key: `${user.id} ${place}`, class: 'messages' }, messageList(all, context)),
      ),
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
          placeholder: placeholder[/** @type {'direct'} */ (place)],
          autocomplete: 'off',
          spellcheck: 'false',
          onkeydown: typed,
          oninput: (/** @type {Event} */ event) => grow(/** @type {HTMLTextAreaElement} */ (event.target)),
        }),
        files.length > 0 &&
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
                    onclick: () => {
                      files = files.filter((one) => one !== file);
                      draw();
                    },
                  },
                  '×',
                ),
              ),
            ),
          ),
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
            onchange: (/** @type {Event} */ event) => {
              const field = /** @type {HTMLInputElement} */ (event.target);
              void attach(field);
            },
          }),
          h(
            'button',
            {
              type: 'button',
              class: 'tool',
              'aria-label': 'Attach a file',
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
          h('button', { type: 'submit', class: 'send', 'aria-label': `Send to ${name}` }, arrow()),
        ),
      ),
    ]);
    if (isAtEnd) stick();
    resized.observe(log());
  }

  const welcome = () =>
    h(
      'div',
      { key: 'welcome', class: 'welcome' },
      octopus(),
      h('h3', null, 'One sentence, one machine'),
      h(
        'p',
        null,
        place === 'direct' ? 'Nobody else reads this.' : 'Everybody in the lab reads this.',
        ' Begin with:',
      ),
      h(
        'div',
        { class: 'chips', role: 'group', 'aria-label': 'First sentences' },
        chips[/** @type {'direct'} */ (place)].map((text) =>
          h('button', { key: text, type: 'button', class: 'chip', onclick: () => void say(text) }, text),
        ),
      ),
    );

  element.addEventListener('dragover', (event) => event.preventDefault());
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer !== null) void attach({ files: event.dataTransfer.files });
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return (next, who) => {
    pane = next;
    user = who;
    isShown = true;
    draw();
    showForm(/** @type {import('./blocks.d.ts').View | null} */ (pane.form), {
      host: {
        reader: readerOf(),
        busy: false,
        press: () => toast('Controls beside the fields of a form are not played here.'),
      },
      submit: async (values) => {
        const { ok, problems = {}, error } = await act({ kind: 'submit', values });
        if (!ok && Object.keys(problems).length === 0) toast(inWords(error));
        return problems;
      },
      cancel: () => void act({ kind: 'cancel' }),
    });
  };
}

/**
 * Lets the composer be as high as its text, within bounds that the style sets.
 * @param {HTMLTextAreaElement} field
 */
function grow(field) {
  field.style.setProperty('height', 'auto');
  field.style.setProperty('height', `${field.scrollHeight}px`);
}

const clip = () =>
  h(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', {
      class: 'line',
      d: 'M20 11.5 12.2 19.3a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.4l7.3-7.3',
    }),
  );
const arrow = () =>
  h(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', { d: 'M4 4.6c0-.8.8-1.3 1.5-1l15 7.4c.9.4.9 1.6 0 2l-15 7.4c-.7.3-1.5-.2-1.5-1V14l9-2-9-2z' }),
  );
