/**
 * Plain text for an Adaptive Card, whose texts are Markdown with dates in double braces: what would be read as either is
 * escaped with a backslash. One line in, one line out.
 */
export function escaped(line: string): string {
  return line
    .replaceAll(/[\\*_[\]`~]/g, String.raw`\$&`)
    .replaceAll('{{', String.raw`{\{`)
    .replace(/^(\s*)([-+#>])/, String.raw`$1\$2`)
    .replace(/^(\s*\d+)([.)])(?=\s)/, String.raw`$1\$2`);
}

/** A line whose columns matter: Markdown folds runs of spaces, so all but single ones become no-break spaces. */
export function aligned(line: string): string {
  return escaped(line.replaceAll('\t', '  ').replaceAll(/^ | {2,}/g, (run) => '\u00a0'.repeat(run.length)));
}

/** An instant (seconds) that each reader's client shows in its own time zone. */
export function instantText(instant: number): string {
  const at = new Date(instant * 1000);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1 || at.getUTCFullYear() > 9999) return 'never';
  const iso = at.toISOString().replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${iso},SHORT)}} {{TIME(${iso})}}`;
}
