/** Text as Slack's mrkdwn wants it: the three characters that carry markup, as entities. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * mrkdwn that shows a text as it is written. Slack has no way to escape `*`, `_`, `~` or an emoji's colons, so a text
 * with any of them is set as inline code, where nothing is markup; a backtick becomes an apostrophe there.
 */
export function literal(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      /[*_~`]|:[\w+-]+:|^>/.test(line) ? `\`${escaped(line.replaceAll('`', "'"))}\`` : escaped(line),
    )
    .join('\n');
}

/** A fixed-width block; three backticks inside would end it, so a zero-width space parts them. */
export function fenced(text: string): string {
  return `\`\`\`\n${escaped(text.replaceAll('```', '``\u200b`'))}\n\`\`\``;
}

/** At most `lengthMax` UTF-16 units, the last an ellipsis when something was cut; never half of a character. */
export function cutTo(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${wholeCharacters(text.slice(0, lengthMax - 1))}…`;
}

/**
 * A text in pieces of which each, once written by `write`, is at most `lengthMax` long: cut between lines where lines
 * are short enough, within a line where not.
 */
export function pieces(text: string, lengthMax: number, write: (piece: string) => string): string[] {
  const fits = (piece: string): boolean => write(piece).length <= lengthMax;
  const done: string[] = [];
  let open: string | null = null;
  for (const line of text.split('\n').flatMap((whole) => fragments(whole, fits))) {
    const longer: string = open === null ? line : `${open}\n${line}`;
    if (fits(longer)) {
      open = longer;
    } else {
      if (open !== null) done.push(open);
      open = line;
    }
  }
  if (open !== null) done.push(open);
  return done;
}

/** An instant that each reader's client writes in its own zone and language; the words behind `|` are for old clients. */
export function instantMarkup(instant: number): string {
  return `<!date^${instant}^{date_short_pretty} {time}|${instantInUtc(instant)}>`;
}

/** `2026-12-06 14:00 UTC`. */
export function instantInUtc(instant: number): string {
  return `${new Date(instant * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * What a person typed, from the text of an event: Slack turns addresses, mentions and channels into `<…>` markup, in
 * code blocks too, and the three special characters into entities. The bot's own mention is left out.
 */
export function typedText(text: string, botUser: string | undefined): string {
  return text
    .replaceAll(/<([^<>]*)>/g, (_, inner: string) => markupAsTyped(inner, botUser))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function markupAsTyped(inner: string, botUser: string | undefined): string {
  const [target = '', label] = inner.split('|', 2);
  if (target === `@${botUser}`) return '';
  if (target.startsWith('@')) return label === undefined ? target : `@${label}`;
  if (target.startsWith('#')) return label === undefined ? target : `#${label}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1)}`;
  return label ?? target;
}

/** The longest beginnings of a line that fit, one after the other; halving keeps it near linear in the length. */
function fragments(line: string, fits: (piece: string) => boolean): string[] {
  if (line.length < 2 || fits(line)) return [line];
  const head = wholeCharacters(line.slice(0, Math.ceil(line.length / 2)));
  const cut = head === '' ? 2 : head.length;
  return cut >= line.length
    ? [line]
    : [...fragments(line.slice(0, cut), fits), ...fragments(line.slice(cut), fits)];
}

/** Without a first half of a surrogate pair at the end. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
