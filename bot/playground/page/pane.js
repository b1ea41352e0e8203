import { textOf } from './block-kit.js';
import { makeComposer } from './composer.js';
import { h, patch } from './dom.js';
import { post } from './feed.js';
import { octopus } from './icons.js';
import { messageList } from './message.js';
import { failureInWords, platforms } from './platforms.js';
import { slackForm } from './slack-form.js';
import { ask, byId, toast } from './speak.js';

// One platform's pane: its places, the messages of the one that is shown, the composer, and what a person does there.

/**
 * @import { Button, Menu, View } from './blocks.d.ts'
 * @import { Message, Pane, User } from './feed.js'
 * @import { Place, Platform } from './platforms.js'
 */

const nearEnd = 60;
const placeNames = /** @type {const} */ (['#lab', 'direct']);

/**
 * @param {Platform} platform
 * @param {readonly User[]} users
 * @returns {(pane: Pane, user: User) => void} shows what a user sees
 */
export function makePane(platform, users) {
  const { name, places, chips } = platforms[platform];
  const element = byId(`${platform}-pane`);
  // Teams has no form beside its cards.
  const showForm =
    platform === 'slack' ? slackForm(/** @type {HTMLDialogElement} */ (byId('slack-form'))) : () => {};
  const composer = makeComposer(platform, {
    say: (text, files) => void say(text, files),
    redraw: () => draw(),
  });

  /** @type {{ pane: Pane, user: User } | null} */
  let shown = null;
  /** @type {Place} */
  let place = sessionStorage.getItem(`${platform} place`) === 'direct' ? 'direct' : '#lab';
  /** Messages whose press is on its way. @type {Set<string>} */
  const pressed = new Set();
  /** How many messages of a user's place have been looked at. @type {Map<string, number>} */
  const seen = new Map();
  /** Whether the newest message is in view: then the next one is to be in view too. */
  let isAtEnd = true;
  let lastTop = 0;

  const log = () => byId(`${platform}-log`);
  const stick = () => log().scrollTo({ top: log().scrollHeight });
  const resized = new ResizeObserver(() => isAtEnd && stick());

  /** @param {Record<string, unknown>} action */
  const act = (action) => post('/act', { user: shown?.user.id, platform, action });

  /**
   * @param {string} text
   * @param {readonly import('./composer.js').Attached[]} files
   */
  async function say(text, files) {
    isAtEnd = true;
    draw();
    const result = await act({ kind: 'say', place, text, ...(files.length > 0 ? { files } : {}) });
    if (result.ok) return;
    toast(failureInWords(platform, result.error));
    composer.restore(text, files);
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
    if (!result.ok) toast(failureInWords(platform, result.error));
    draw();
  }

  /**
   * A button or menu of Slack's, which may ask before it acts.
   * @param {Message} message
   * @param {Button | Menu} one
   * @param {string} value
   * @param {import('./block-kit.js').Host} host
   */
  async function pressBlock(message, one, value, host) {
    if (pressed.has(message.id)) return;
    const { confirm } = one;
    const isSure =
      confirm === undefined ||
      (await ask({
        title: textOf(confirm.title ?? { type: 'plain_text', text: 'Are you sure?' }, host),
        text: confirm.text && textOf(confirm.text, host),
        yes: confirm.confirm?.text ?? 'Yes',
        no: confirm.deny?.text ?? 'Cancel',
        danger: confirm.style === 'danger' || (one.type === 'button' && one.style === 'danger'),
      }));
    if (isSure) await press(message.id, { action: one.action_id ?? '', value });
  }

  /**
   * @param {User} user
   * @returns {import('./mrkdwn.js').Reader}
   */
  const readerOf = (user) => ({
    zone: user.zone,
    nameOf: (id) => users.find((one) => one.id === id || one.id === id.slice(1).toLowerCase())?.name,
  });

  /**
   * @param {User} user
   * @returns {import('./message.js').Context}
   */
  const contextOf = (user) => ({
    platform,
    users,
    user,
    hostOf: (message) => {
      /** @type {import('./block-kit.js').Host} */
      const host = {
        reader: readerOf(user),
        busy: pressed.has(message.id),
        press: (one, value) => void pressBlock(message, one, value, host),
      };
      return host;
    },
    execute: (message, { verb, data, inputs }) =>
      void press(message.id, { action: verb, value: data, inputs }),
  });

  /** @param {Place} to */
  function go(to) {
    place = to;
    isAtEnd = true;
    sessionStorage.setItem(`${platform} place`, to);
    draw();
  }

  /** Only a person's scrolling back leaves the end: a pane that became lower does not. */
  function scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = log();
    if (scrollHeight - scrollTop - clientHeight < nearEnd) isAtEnd = true;
    else if (scrollTop < lastTop) isAtEnd = false;
    lastTop = scrollTop;
  }

  function draw() {
    if (shown === null) return;
    const { pane, user } = shown;
    const at = { '#lab': messagesAt(pane, '#lab'), direct: messagesAt(pane, 'direct') };
    for (const one of placeNames)
      if (one === place || !seen.has(`${user.id} ${one}`)) seen.set(`${user.id} ${one}`, at[one].length);
    patch(element, [
      h(
        'header',
        { class: 'pane-head' },
        h('h2', null, name),
        h(
          'div',
          { class: 'places', role: 'group', 'aria-label': `Place in ${name}` },
          placeNames.map((one) => placeButton(one, at[one].length - (seen.get(`${user.id} ${one}`) ?? 0))),
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
          'aria-label': `Messages in ${name}, ${place}`,
          onscroll: scrolled,
        },
        at[place].length === 0
          ? welcome()
          : h(
              'div',
              { key: `${user.id} ${place}`, class: 'messages' },
              messageList(at[place], contextOf(user)),
            ),
      ),
      composer.draw(place, user),
    ]);
    if (isAtEnd) stick();
    resized.observe(log());
  }

  /**
   * @param {Place} one
   * @param {number} unread
   */
  const placeButton = (one, unread) =>
    h(
      'button',
      {
        key: one,
        type: 'button',
        class: one === 'direct' ? 'place direct' : 'place',
        'aria-pressed': String(one === place),
        onclick: () => go(one),
      },
      one === 'direct' && octopus(),
      h('span', null, places[one]),
      unread > 0 && h('span', { class: 'unread' }, String(unread), h('span', { class: 'unseen' }, ' new')),
    );

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
        chips[place].map((text) =>
          h('button', { key: text, type: 'button', class: 'chip', onclick: () => void say(text, []) }, text),
        ),
      ),
    );

  /** @param {User} user */
  const formHostOf = (user) => ({
    host: {
      reader: readerOf(user),
      busy: false,
      press: () => toast('Controls beside the fields of a form are not played here.'),
    },
    submit: async (/** @type {Record<string, string>} */ values) => {
      const { ok, problems = {}, error } = await act({ kind: 'submit', values });
      if (!ok && Object.keys(problems).length === 0) toast(failureInWords(platform, error));
      return problems;
    },
    cancel: () => void act({ kind: 'cancel' }),
  });

  element.addEventListener('dragover', (event) => event.preventDefault());
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    void composer.attach(event.dataTransfer?.files ?? null);
  });
  // Cards carry their colours in them.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return (pane, user) => {
    if (shown?.pane === pane && shown.user === user) return;
    shown = { pane, user };
    draw();
    showForm(/** @type {View | null} */ (pane.form), formHostOf(user));
  };
}

/**
 * @param {Pane} pane
 * @param {Place} place
 */
const messagesAt = (pane, place) => [...pane.messages.values()].filter((message) => message.place === place);
