import { h } from './dom.js';

// Emoji as Slack shows them: short names between colons, and its own drawings, so that they are there without a font.

/** @typedef {import('./dom.js').Child} Child */

/** The short names that cards use most; others are shown as they are written. @type {Record<string, string>} */
const names = {
  white_check_mark: '✅',
  heavy_check_mark: '✅',
  x: '❌',
  warning: '⚠️',
  no_entry: '⛔',
  hourglass_flowing_sand: '⏳',
  hourglass: '⏳',
  white_small_square: '▫️',
  octopus: '🐙',
  bell: '🔔',
  alarm_clock: '⏰',
  tada: '🎉',
  rocket: '🚀',
  computer: '💻',
  lock: '🔒',
  zap: '⚡',
  wastebasket: '🗑️',
  bulb: '💡',
  wave: '👋',
};

/** Those that say how something stands are drawn by the style. @type {Record<string, string>} */
const drawn = {
  '✅': 'done',
  '❌': 'failed',
  '⚠️': 'warning',
  '⛔': 'refused',
  '⏳': 'under-way',
  '▫️': 'next',
};

const pattern = new RegExp(Object.keys(drawn).join('|'), 'gu');

/**
 * The character of a short name.
 * @param {string} name
 */
export const emojiOf = (name) => (Object.hasOwn(names, name) ? names[name] : undefined);

/**
 * A text with its emoji drawn. What is read aloud and copied is the character.
 * @param {string} text
 * @returns {Child[]}
 */
export function withEmoji(text) {
  /** @type {Child[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), h('span', { class: `emoji ${drawn[match[0]]}` }, match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}
