/** What people attach for us is a policy file: a quarter of a megabyte is a hundred times what anybody writes. */
const FILE_BYTES_MAX = 256 * 1024;
/** Where Teams keeps the files of chats, in each of Microsoft's clouds. */
const STORES = ['.sharepoint.com', '.sharepoint.us', '.sharepoint.cn', '.sharepoint-mil.us'];

/** A file in a message, before it has been fetched. */
export interface FileOffer {
  readonly name: string;
  readonly downloadUrl: string;
}

/** A file could not be read. The message is a sentence for whoever sent it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Fetches a text file that was sent with a message. The address carries its own permission, so no token of ours goes with it,
 * and it has to lie where Teams keeps files, or on `trusted` (an origin, for the playground).
 */
export async function readFile(
  offer: FileOffer,
  trusted: string | null,
): Promise<{ name: string; text: string }> {
  const { name } = offer;
  const url = URL.parse(offer.downloadUrl);
  if (url === null || !isStore(url, trusted))
    throw new UnreadableFile(`${name} does not lie where Teams keeps files`);
  let bytes: Uint8Array | null;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
    if (!response.ok)
      throw new UnreadableFile(`${name} could not be fetched: Teams answered ${response.status}`);
    bytes = await bounded(response);
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`${name} could not be fetched`, { cause: error });
  }
  if (bytes === null) throw new UnreadableFile(`${name} is larger than 256 KB`);
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    throw new UnreadableFile(`${name} is not a text file (UTF-8)`, { cause: error });
  }
}

function isStore(url: URL, trusted: string | null): boolean {
  if (trusted !== null && url.origin === trusted) return true;
  return url.protocol === 'https:' && STORES.some((store) => url.hostname.endsWith(store));
}

/** The whole body, or null as soon as it is larger than what is read. */
async function bounded(response: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > FILE_BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
