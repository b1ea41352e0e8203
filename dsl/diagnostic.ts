/** A stretch of text in a file: lines and columns count from 1, `end` is just behind the last character. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What is wrong with a text, where, and what to try next. Codes are stable; dsl/README.md has a page for each. */
export interface Diagnostic {
  readonly code: `DSL${number}`;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  /** In the author's words: lower case, names in backticks, no full stop. */
  readonly message: string;
  readonly help: string | null;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
}

/** What may be added to a diagnostic's message. */
export interface Advice {
  readonly help?: string | null;
  readonly related?: Diagnostic['related'];
}

/** An error: its file is not activated. */
export function error(
  code: Diagnostic['code'],
  span: Span,
  message: string,
  advice: Advice = {},
): Diagnostic {
  return { code, severity: 'error', span, message, help: advice.help ?? null, related: advice.related ?? [] };
}

/** A warning: legal, and hardly what was meant. */
export function warning(
  code: Diagnostic['code'],
  span: Span,
  message: string,
  advice: Advice = {},
): Diagnostic {
  return {
    code,
    severity: 'warning',
    span,
    message,
    help: advice.help ?? null,
    related: advice.related ?? [],
  };
}

/** `1 error`, `3 slots`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** In order of place: files as they were given, then lines, then columns. */
export function sorted(diagnostics: readonly Diagnostic[], files: readonly { name: string }[]): Diagnostic[] {
  const place = new Map(files.map((file, index) => [file.name, index]));
  return diagnostics.toSorted(
    (a, b) =>
      (place.get(a.span.file) ?? files.length) - (place.get(b.span.file) ?? files.length) ||
      a.span.line - b.span.line ||
      a.span.column - b.span.column ||
      a.code.localeCompare(b.code),
  );
}

/** Source lines longer than this are shown as a window around the place. */
const lineShownMax = 120;

/** The diagnostics as people read them: place, code and message, the line, carets, help; sorted, with their count at the end. */
export function rendered(
  diagnostics: readonly Diagnostic[],
  files: readonly { readonly name: string; readonly text: string }[],
): string {
  return [excerpts(diagnostics, files), countLine(diagnostics)].filter((part) => part !== '').join('\n');
}

/** The same without their count. */
export function excerpts(
  diagnostics: readonly Diagnostic[],
  files: readonly { readonly name: string; readonly text: string }[],
): string {
  const lines = new Map(files.map((file) => [file.name, file.text.split('\n')]));
  const blocks = sorted(diagnostics, files).map((diagnostic) => {
    const source = lines.get(diagnostic.span.file)?.[diagnostic.span.line - 1] ?? '';
    return [
      `${placeOf(diagnostic.span)} ${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`,
      ...excerpt(source, diagnostic.span),
      ...(diagnostic.help === null ? [] : [`     help: ${diagnostic.help}`]),
      ...diagnostic.related.map(({ span, message }) => `     ${placeOf(span)} ${message}`),
    ].join('\n');
  });
  return blocks.join('\n');
}

function placeOf(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}

function countLine(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const said = [errors > 0 ? counted(errors, 'error') : 'no errors'];
  if (warnings > 0) said.push(counted(warnings, 'warning'));
  return said.join(', ');
}

/** The line and the carets below it. A tab stays a tab in both, so that they stand under each other. */
function excerpt(source: string, span: Span): string[] {
  const from = Math.max(0, span.column - 1 - lineShownMax / 2);
  const shown = source.slice(from, from + lineShownMax).trimEnd();
  const before = source.slice(from, span.column - 1);
  const end = span.endLine === span.line ? span.endColumn : source.trimEnd().length + 1;
  const width = Math.max(1, Math.min(end, from + shown.length + 1) - span.column);
  const number = String(span.line).padStart(4);
  const cut = from > 0 ? '…' : '';
  return [
    `${number} | ${cut}${shown}`,
    `     | ${cut === '' ? '' : ' '}${before.replaceAll(/[^\t]/g, ' ')}${'^'.repeat(width)}`,
  ];
}
