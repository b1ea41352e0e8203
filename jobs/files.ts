import { open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

// Errors of Node's own parts can come from another realm, where `instanceof` says no; so they are known by their shape.

/** The code of a system error, `ENOENT` for example; undefined for errors without one. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What went wrong, in one line for the middle of a sentence. */
export function reason(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** Makes names that were created, renamed or removed in a folder survive a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file that is whole on disk when this resolves. A file half written is removed before it rejects. */
export async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(path, content, { flush: true });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}
