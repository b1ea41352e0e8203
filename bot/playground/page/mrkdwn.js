import { h } from './dom.js';
import { emojiOf, withEmoji } from './emoji.js';
import { format } from './time.js';

// Slack's own text format as elements. Text never becomes HTML: each piece is a text node.

/**
 * @typedef {object} Reader who reads, and what names stand for
 * @property {string} zone
 * @property {(id: string) => string | undefined} nameOf
 * @typedef {import('./dom.js').Child} Child
 */

/** Code first, since nothing counts inside of it; then what stands in angle brackets; then the emphases. */
const pattern = new RegExp(
  [
    '```(?<block>[\\s\\S]+?)```',
    '`(?<code>[^`\\n]+)`',
    '<(?<angle>[^<>\\n]+)>',
    '(?<![\\w*])\\*(?<bold>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*(?![\\w*])',
    '(?<![\\w_])_(?<italic>[^_\\s](?:[^_\\n]*[^_\\s])?)_(?![\\w_])',
    '(?<![\\w~])~(?<struck>[^~\\s](?:[^~\\n]*[^~\\s])?)~(?![\\w~])',
    ':(?<emoji>[a-z0-9_+-]+):',
  ].join('|'),
  'gu',
);

/**
 * @param {string} text
 * @param {Reader} reader
 * @returns {Child[]}
 */
export function mrkdwn(text, reader) {
  return quoted(text).map(({ quote, text: part }) =>
    quote ? h('blockquote', null, spans(part, reader)) : spans(part, reader),
  );
}

/**
 * Slack's plain text: emoji only.
 * @param {string} text
 */
export const plain = (text) =>
  text.replace(/:([a-z0-9_+-]+):/gu, (whole, /** @type {string} */ name) => emojiOf(name) ?? whole);

/**
 * Runs of lines that begin with `>` and those that do not; a code block is never cut.
 * @param {string} text
 */
function quoted(text) {
  /** @type {{ quote: boolean, text: string }[]} */
  const runs = [];
  let inCode = false;
  for (const line of text.split('\n')) {
    const quote = !inCode && /^(?:>|&gt;)/u.test(line);
    if ((line.split('```').length - 1) % 2 === 1) inCode = !inCode;
    const words = quote ? line.replace(/^(?:>|&gt;) ?/u, '') : line;
    const last = runs.at(-1);
    if (last?.quote === quote) last.text += `\n${words}`;
    else runs.push({ quote, text: words });
  }
  return runs;
}

/**
 * @param {string} text
 * @param {Reader} reader
 * @returns {Child[]}
 */
function spans(text, reader) {
  /** @type {Child[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(withEmoji(unescaped(text.slice(from, match.index))), span(match, reader));
    from = match.index + match[0].length;
  }
  return [...parts, withEmoji(unescaped(text.slice(from)))];
}

/**
 * @param {RegExpExecArray} match
 * @param {Reader} reader
 * @returns {Child}
 */
function span(match, reader) {
  const { block, code, angle, bold, italic, struck, emoji: name } = match.groups ?? {};
  if (block !== undefined) return h('pre', null, unescaped(block.replace(/^\n|\n$/gu, '')));
  if (code !== undefined) return h('code', null, unescaped(code));
  if (angle !== undefined) return inAngles(angle, reader);
  if (bold !== undefined) return h('strong', null, spans(bold, reader));
  if (italic !== undefined) return h('em', null, spans(italic, reader));
  if (struck !== undefined) return h('s', null, spans(struck, reader));
  return withEmoji((name === undefined ? undefined : emojiOf(name)) ?? match[0]);
}

/**
 * A link, a mention, a command or a date.
 * @param {string} inner
 * @param {Reader} reader
 * @returns {Child}
 */
function inAngles(inner, reader) {
  const bar = inner.indexOf('|');
  const [target, label] = bar < 0 ? [inner, undefined] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith('!date^')) return date(target, label ?? '', reader);
  if (target.startsWith('@'))
    return h('span', { class: 'mention' }, `@${label ?? reader.nameOf(target.slice(1)) ?? target.slice(1)}`);
  if (target.startsWith('#')) return h('span', { class: 'mention' }, `#${label ?? target.slice(1)}`);
  if (target.startsWith('!')) return h('span', { class: 'mention' }, `@${label ?? target.slice(1)}`);
  return link(unescaped(target), unescaped(label ?? target));
}

/**
 * @param {string} address
 * @param {string} label
 */
export const link = (address, label) =>
  /^(?:https?:\/\/|mailto:)/iu.test(address)
    ? h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, label)
    : label;

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const dateFormats = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short_pretty: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long_pretty: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
};

/**
 * `!date^seconds^format^link`: in the reader's zone, or the fallback when the format is not one of Slack's.
 * @param {string} token
 * @param {string} fallback
 * @param {Reader} reader
 * @returns {Child}
 */
function date(token, fallback, reader) {
  const [, at, shape = '', address] = token.split('^');
  const seconds = Number(at);
  const isKnown = [...shape.matchAll(/\{(\w+)\}/gu)].every(([, name = '']) => name in dateFormats);
  if (!Number.isFinite(seconds) || !isKnown) return unescaped(fallback);
  const text = shape.replace(/\{(\w+)\}/gu, (_, /** @type {string} */ name) =>
    format(seconds, reader.zone, dateFormats[name] ?? {}),
  );
  const time = h('time', { datetime: new Date(seconds * 1000).toISOString(), title: fallback }, text);
  return address === undefined ? time : link(address, text);
}

/** @param {string} text */
const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
