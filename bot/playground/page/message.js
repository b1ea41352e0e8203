import { drawCard } from './adaptive-card.js';
import { blockKit } from './block-kit.js';
import { h } from './dom.js';
import { octopus } from './icons.js';
import { markdown } from './markdown.js';
import { mrkdwn } from './mrkdwn.js';
import { clockTime, dayOf, fullTime } from './time.js';

// One message with its author and time, in the looks of its platform.

/**
 * @typedef {object} Context
 * @property {'slack' | 'teams'} platform
 * @property {import('./feed.js').User} user who looks
 * @property {readonly import('./feed.js').User[]} users
 * @property {(message: import('./feed.js').Message) => import('./block-kit.js').Host} hostOf
 * @property {(message: import('./feed.js').Message, action: { verb: string, data: unknown, inputs: Record<string, string> }) => void} execute
 * @typedef {import('./dom.js').Child} Child
 */

const together = 300;

/**
 * Messages with a line at each new day. What one person says within five minutes stands under one name.
 * @param {import('./feed.js').Message[]} messages
 * @param {Context} context
 * @returns {Child[]}
 */
export function messageList(messages, context) {
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const day = dayOf(message.at, context.user.zone);
    const isNewDay = before === undefined || dayOf(before.at, context.user.zone) !== day;
    const follows =
      !isNewDay &&
      message.payload === null &&
      before?.payload === null &&
      before.from === message.from &&
      before.onlyForYou === message.onlyForYou &&
      message.at - before.at < together;
    return [
      isNewDay && h('p', { key: `day ${message.id}`, class: 'day-line' }, h('span', null, day)),
      messageOf(message, follows, context),
    ];
  });
}

/**
 * @param {import('./feed.js').Message} message
 * @param {boolean} follows
 * @param {Context} context
 */
function messageOf(message, follows, context) {
  const author = authorOf(message, context);
  const classes = [
    'message',
    follows && 'follows',
    message.onlyForYou && 'private',
    message.from === context.user.id && 'mine',
    message.from === 'octopus' && 'bot',
  ];
  return h(
    'article',
    {
      key: message.id,
      class: classes.filter(Boolean).join(' '),
      'aria-label': `${author.name}, ${clockTime(message.at, context.user.zone)}`,
      'data-message': message.id,
    },
    h('span', { class: `avatar ${author.colour}`, 'aria-hidden': 'true' }, author.mark),
    h(
      'div',
      { class: 'message-inside' },
      message.onlyForYou && h('p', { class: 'only' }, 'Only visible to you'),
      h(
        'header',
        null,
        h('span', { class: 'author' }, author.name),
        message.from === 'octopus' &&
          h('span', { class: 'app' }, context.platform === 'slack' ? 'APP' : 'Bot'),
        h(
          'time',
          { title: fullTime(message.at, context.user.zone) },
          clockTime(message.at, context.user.zone),
        ),
        message.edited &&
          h('span', { class: 'edited' }, context.platform === 'slack' ? '(edited)' : 'Edited'),
      ),
      h('div', { class: 'body' }, body(message, context)),
    ),
  );
}

/**
 * @param {import('./feed.js').Message} message
 * @param {Context} context
 */
function authorOf(message, { users }) {
  if (message.from === 'octopus') return { name: 'Octopus', colour: 'octopus', mark: octopus() };
  const at = users.findIndex((user) => user.id === message.from);
  const name = users[at]?.name ?? message.from;
  return { name, colour: `person-${at % 5}`, mark: name.slice(0, 1).toUpperCase() };
}

/**
 * @param {import('./feed.js').Message} message
 * @param {Context} context
 * @returns {Child}
 */
function body(message, context) {
  const { payload } = message;
  if (payload === null || payload === undefined)
    return message.from === 'octopus' ? spoken(message.text, context) : typed(message.text);
  if (context.platform === 'slack')
    return h(
      'div',
      { class: 'blocks' },
      blockKit(/** @type {import('./blocks.d.ts').Block[]} */ (payload), context.hostOf(message)),
    );
  return h('div', {
    class: 'card',
    drawn: JSON.stringify(payload) + theme(),
    draw: (/** @type {HTMLElement} */ element) =>
      drawCard(element, payload, { press: (action) => context.execute(message, action) }),
  });
}

/** Cards carry their colours in them, so they are drawn again when the page turns dark. */
const theme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/**
 * @param {string} text
 * @param {Context} context
 */
const spoken = (text, context) =>
  h(
    'div',
    { class: 'text' },
    context.platform === 'slack'
      ? mrkdwn(text, {
          zone: context.user.zone,
          nameOf: (id) => context.users.find((user) => user.id === id)?.name,
        })
      : markdown(text),
  );

/**
 * What a person typed: as it is, fenced code apart.
 * @param {string} text
 */
const typed = (text) =>
  h(
    'div',
    { class: 'text' },
    text
      .split('```')
      .map((part, index) => (index % 2 === 1 ? h('pre', null, part.replace(/^\n|\n$/gu, '')) : part)),
  );
