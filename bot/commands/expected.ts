/** Errors whose message is a whole answer to whoever started the program: a stack trace would only hide it. */
const ANSWERS = new Set([
  'ConfigError',
  'DataFolderInUse',
  'DataFolderUnusable',
  'HypervisorError',
  'JournalCorrupt',
  'RedisUnusable',
  'SlackStartError',
  'TeamsStartError',
  'UsageError',
]);

export function isExpected(error: unknown): error is Error {
  return error instanceof Error && ANSWERS.has(error.name);
}

/** The program was called in a way that cannot be; the message says how it can. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
