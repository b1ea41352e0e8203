import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const self = readFileSync(import.meta.filename);

/** Jest transformer: the same type stripping that Node itself does, so lines and columns stay as written. */
export default {
  getCacheKey: (source: string, path: string, options: { instrument: boolean }): string =>
    createHash('sha1')
      .update(self)
      .update(process.version)
      .update(path)
      .update('\0')
      .update(source)
      .update(options.instrument ? '1' : '0')
      .digest('hex'),
  process: (source: string): { code: string } => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
};
