import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { link, plain } from './mrkdwn.js';
import { format } from './time.js';

// Slack's rich_text block: a tree instead of marks in a text.

/**
 * @import { RichText, RichTextPart, RichTextSpan } from './blocks.d.ts'
 * @import { Child } from './dom.js'
 */

/**
 * @param {RichText} block
 * @param {import('./mrkdwn.js').Reader} reader
 * @returns {Child}
 */
export const richText = (block, reader) => block.elements.map((part) => blockPart(part, reader));

/**
 * @param {RichTextPart} part
 * @param {import('./mrkdwn.js').Reader} reader
 * @returns {Child}
 */
function blockPart(part, reader) {
  const inside = (/** @type {readonly RichTextSpan[]} */ spans) =>
    spans.map((one) => inlinePart(one, reader));
  switch (part.type) {
    case 'rich_text_section':
      return h('div', { class: 'text' }, inside(part.elements));
    case 'rich_text_preformatted':
      return h('pre', null, inside(part.elements));
    case 'rich_text_quote':
      return h('blockquote', null, inside(part.elements));
    case 'rich_text_list':
      return h(
        part.style === 'ordered' ? 'ol' : 'ul',
        null,
        part.elements.map((item) => h('li', null, blockPart(item, reader))),
      );
    default:
      return h(
        'p',
        { class: 'unknown', role: 'note' },
        `A rich text part of type “${/** @type {{ type: string }} */ (part).type}” is not drawn here.`,
      );
  }
}

/**
 * @param {RichTextSpan} one
 * @param {import('./mrkdwn.js').Reader} reader
 * @returns {Child}
 */
function inlinePart(one, reader) {
  switch (one.type) {
    case 'text':
      return styled(one.text, one.style ?? {});
    case 'link':
      return link(one.url, one.text ?? one.url);
    case 'emoji':
      return withEmoji(plain(`:${one.name}:`));
    case 'user':
      return h('span', { class: 'mention' }, `@${reader.nameOf(one.user_id) ?? one.user_id}`);
    case 'date':
      return format(one.timestamp, reader.zone, {
        dateStyle: 'medium',
        timeStyle: 'short',
        hourCycle: 'h23',
      });
    default:
      return `[${/** @type {{ type: string }} */ (one).type}]`;
  }
}

/**
 * @param {string} text
 * @param {{ bold?: boolean, italic?: boolean, strike?: boolean, code?: boolean }} style
 * @returns {Child}
 */
function styled(text, { bold, italic, strike, code }) {
  /** @type {Child} */
  let child = withEmoji(text);
  if (code) child = h('code', null, child);
  if (strike) child = h('s', null, child);
  if (italic) child = h('em', null, child);
  return bold ? h('strong', null, child) : child;
}
