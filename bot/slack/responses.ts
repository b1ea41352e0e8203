import type { SlackMessage } from './blocks.ts';
import { isOfSlack } from './files.ts';

const ANSWER_TIMEOUT_MS = 10_000;

/** Slack did not take an answer to a response URL: it is used up (5 answers), too old (30 minutes), or Slack failed. */
export class ResponseUrlError extends Error {
  override readonly name = 'ResponseUrlError';
}

/**
 * Answers to a response URL, seen by nobody but the person who acted. It works in channels that the bot has not joined,
 * and needs no permission. With `replaces`, the message that the URL came with, or the last answer to it, is replaced.
 */
export async function respond(
  responseUrl: string,
  message: SlackMessage,
  apiUrl: string | undefined,
  { replaces = false, thread }: { replaces?: boolean; thread?: string | undefined } = {},
): Promise<void> {
  if (!isOfSlack(responseUrl, apiUrl)) throw new ResponseUrlError('the response URL is not of Slack');
  let response: Response;
  try {
    response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: replaces,
        ...message,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch (error) {
    throw new ResponseUrlError('Slack cannot be reached', { cause: error });
  }
  const answer = await response.text();
  if (!response.ok) throw new ResponseUrlError(`Slack answered ${response.status}: ${answer.slice(0, 200)}`);
}
