import { h } from './dom.js';
import { link } from './mrkdwn.js';

// The small Markdown of Teams' cards and of Slack's markdown block, as elements.

/** @typedef {import('./dom.js').Child} Child */

const pattern =
  /`(?<code>[^`\n]+)`|\[(?<label>[^\]\n]+)\]\((?<address>[^)\s]+)\)|\*\*(?<bold>[^*\n]+)\*\*|(?<![\w*])\*(?<star>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])|(?<![\w_])_(?<italic>[^_\s](?:[^_\n]*[^_\s])?)_(?![\w_])|~~(?<struck>[^~\n]+)~~|\\(?<escaped>[\\`*_{}[\]()#+.!~<>|-])/gu;

/**
 * @param {string} text
 * @returns {Child[]}
 */
export function markdown(text) {
  /** @type {Child[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  const close = () => {
    if (lines.length > 0) blocks.push(h('p', null, withBreaks(lines)));
    lines = [];
  };
  const all = text.split('\n');
  for (let at = 0; at < all.length; at++) {
    const line = all[at] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/u.exec(line);
    const item = itemOf(line);
    if (line.startsWith('```')) {
      close();
      const end = all.findIndex((other, index) => index > at && other.startsWith('```'));
      const last = end < 0 ? all.length : end;
      blocks.push(h('pre', null, all.slice(at + 1, last).join('\n')));
      at = last;
    } else if (heading !== null) {
      close();
      blocks.push(h('p', { class: 'heading' }, spans(heading[2] ?? '')));
    } else if (item !== null) {
      close();
      const items = [item.text];
      while (itemOf(all[at + 1] ?? '')?.tag === item.tag) items.push(itemOf(all[++at] ?? '')?.text ?? '');
      blocks.push(
        h(
          item.tag,
          item.start === null ? null : { start: item.start },
          items.map((one) => h('li', null, spans(one))),
        ),
      );
    } else if (line.trim() === '') close();
    else lines.push(line);
  }
  close();
  return blocks;
}

/** @param {string} line */
function itemOf(line) {
  const match = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/u.exec(line);
  if (match === null) return null;
  return { tag: match[1] === undefined ? 'ul' : 'ol', start: match[1] ?? null, text: match[2] ?? '' };
}

/** @param {string[]} lines */
const withBreaks = (lines) => lines.flatMap((line, index) => [index > 0 && h('br'), spans(line)]);

/**
 * @param {string} text
 * @returns {Child[]}
 */
function spans(text) {
  /** @type {Child[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const { code, label, address, bold, star, italic, struck, escaped } = match.groups ?? {};
    parts.push(text.slice(from, match.index));
    if (code !== undefined) parts.push(h('code', null, code));
    else if (address !== undefined) parts.push(link(address, label ?? address));
    else if (bold !== undefined) parts.push(h('strong', null, spans(bold)));
    else if (struck !== undefined) parts.push(h('s', null, spans(struck)));
    else if (escaped !== undefined) parts.push(escaped);
    else parts.push(h('em', null, spans(star ?? italic ?? '')));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}
