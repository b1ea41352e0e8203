import type { Diagnostic } from './diagnostic.ts';

const WARNING = '[SCANNER1] WARNING: Over or underflow of long long integer.\n';

/**
 * What is left to tell of a CLIPS program. A number that does not fit is no error there: an integer is clipped with a warning, a
 * float is infinite.
 */
export function clipped(diagnostics: readonly Diagnostic[], print: (text: string) => void): Diagnostic[] {
  return diagnostics.filter(({ code, message }) => {
    if (code !== 'DSL1009') return true;
    if (message.includes('64 bits')) print(WARNING);
    return false;
  });
}
