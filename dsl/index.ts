// The public face of the language: `import { … } from 'octopus/dsl'`. What is not named here may change at any time.

export { sessionFrom, TextError, type TextFile, type TextOptions } from './session.ts';
export { compile, type Compilation } from './policy.ts';
export { compare, type Construct, type Difference } from './compare.ts';
export { rendered, type Diagnostic, type Span } from './diagnostic.ts';
export { format, type Formatted } from './format.ts';
export { parse, type Parsed } from './parse.ts';
export type * from './ast.ts';
export { Source } from './source.ts';
