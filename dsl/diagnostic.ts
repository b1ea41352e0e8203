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
