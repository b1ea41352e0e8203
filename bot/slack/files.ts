/** A policy file is a few pages of text; whatever is longer is not meant for us. */
const FILE_BYTES_MAX = 256 * 1024;
const FILES_MAX = 10;
const DOWNLOAD_TIMEOUT_MS = 10_000;

/** What Slack says of an attachment. */
export interface SlackFile {
  readonly name?: string | null;
  readonly size?: number;
  readonly url_private?: string;
  readonly url_private_download?: string;
}

export interface ReadFiles {
  readonly files: readonly { name: string; text: string }[];
  /** A sentence for each attachment that was not read. */
  readonly problems: readonly string[];
}

/**
 * Reads attachments that are text of a sensible size. The bot token goes to Slack's own file servers only (or, with
 * another API address, to that origin): an event could name any address.
 */
export async function readFiles(
  files: readonly SlackFile[],
  botToken: string,
  apiUrl: string | undefined,
): Promise<ReadFiles> {
  const read = await Promise.all(files.slice(0, FILES_MAX).map((file) => readFile(file, botToken, apiUrl)));
  const problems = read.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (files.length > FILES_MAX) problems.push(`Only the first ${FILES_MAX} files were read.`);
  return { files: read.flatMap((result) => ('text' in result ? [result] : [])), problems };
}

async function readFile(
  file: SlackFile,
  botToken: string,
  apiUrl: string | undefined,
): Promise<{ name: string; text: string } | { problem: string }> {
  const name = file.name ?? 'a file';
  const url = file.url_private_download ?? file.url_private;
  const tooLong = { problem: `${name} was not read: it is longer than ${FILE_BYTES_MAX / 1024} KB.` };
  if (url === undefined || !isOfSlack(url, apiUrl))
    return { problem: `${name} was not read: it is not kept by Slack.` };
  if ((file.size ?? 0) > FILE_BYTES_MAX) return tooLong;

  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${botToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
    });
    if (!response.ok || response.body === null)
      return { problem: `${name} was not read: Slack answered ${response.status}.` };
    const bytes = await bounded(response.body);
    if (bytes === null) return tooLong;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { problem: notText(name) } : { name, text };
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { problem: notText(name) };
    return { problem: `${name} was not read: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

function notText(name: string): string {
  return `${name} was not read: it is not a text file in UTF-8.`;
}

/** True for Slack's own servers over TLS, and for the origin of the API address that was configured. */
export function isOfSlack(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (apiUrl !== undefined && origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}

/** Null when there is more than the bound: what `size` says is not relied on. */
async function bounded(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > FILE_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
