import { z } from 'zod';

const account = z.looseObject({
  id: z.string().min(1),
  name: z.string().default(''),
  aadObjectId: z.string().min(1).optional(),
});

const entity = z.looseObject({
  type: z.string(),
  mentioned: z.looseObject({ id: z.string() }).optional(),
  text: z.string().optional(),
});

const attachment = z.looseObject({
  contentType: z.string(),
  name: z.string().optional(),
  content: z.unknown().optional(),
});

/** What we read of a Teams activity. Everything else in it is of no concern to us. */
export const activityShape = z.looseObject({
  type: z.string().min(1),
  id: z.string().min(1).optional(),
  name: z.string().optional(),
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  from: account,
  recipient: account,
  conversation: z.looseObject({
    id: z.string().min(1),
    conversationType: z.enum(['personal', 'groupChat', 'channel']).default('personal'),
    tenantId: z.string().optional(),
  }),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string() }).optional() }).optional(),
  text: z.string().optional(),
  entities: z.array(entity).optional(),
  attachments: z.array(attachment).optional(),
  value: z.unknown().optional(),
  replyToId: z.string().optional(),
  localTimezone: z.string().optional(),
});

export type TeamsActivity = z.infer<typeof activityShape>;

const executeShape = z.looseObject({ action: z.looseObject({ data: z.unknown().optional() }) });
const submitShape = z.looseObject({ token: z.string() });
const fileShape = z.looseObject({ downloadUrl: z.string() });

/** What the button that was pressed carried; undefined when the activity is not a press of ours. */
export function pressedData(activity: TeamsActivity): unknown {
  if (activity.type === 'invoke') {
    if (activity.name !== 'adaptiveCard/action') return undefined;
    return executeShape.safeParse(activity.value).data?.action.data;
  }
  // The older kind of button comes as a message that has a value and no words.
  return submitShape.safeParse(activity.value).data;
}

/** The token in a button's data. */
export function tokenIn(data: unknown): string | null {
  return submitShape.safeParse(data).data?.token ?? null;
}

/** The files that were sent with a message. */
export function filesIn(activity: TeamsActivity): readonly { name: string; downloadUrl: string }[] {
  return (activity.attachments ?? [])
    .filter(({ contentType }) => contentType === 'application/vnd.microsoft.teams.file.download.info')
    .map(({ name, content }) => ({
      name: name ?? 'a file',
      downloadUrl: fileShape.safeParse(content).data?.downloadUrl ?? '',
    }));
}

/** The organisation that a message comes from. */
export function tenantOf(activity: TeamsActivity): string | null {
  return activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? null;
}

/** A sentence without the words that only say that it is for us: `/octopus`, `/vm`, `vm`. */
export function withoutAddress(text: string): string {
  return text
    .trim()
    .replace(/^\/octopus(?=\s|$)\s*/i, '')
    .replace(/^\/?vm(?=\s|$)\s*/i, '')
    .replace(/^\/(?=[a-z])/i, '');
}

/**
 * The code blocks of a message, fenced. Teams gives a bot the words of a message as plain text, in which nothing shows where
 * a code block begins; the same message in HTML does. Null: it has none.
 */
export function fencedText(activity: TeamsActivity): string | null {
  const html = (activity.attachments ?? []).find(({ contentType }) => contentType === 'text/html')?.content;
  if (typeof html !== 'string' || !/<(?:pre|codeblock)\b/i.test(html)) return null;
  const text = html
    .replaceAll(/<span\b[^>]*itemtype="http:\/\/schema\.skype\.com\/Mention"[^>]*>.*?<\/span>/gis, '')
    .replaceAll(/<at\b[^>]*>.*?<\/at>/gis, '')
    .replaceAll(/<(?:pre|codeblock)\b[^>]*>/gi, '\n```\n')
    .replaceAll(/<\/(?:pre|codeblock)>/gi, '\n```\n')
    .replaceAll(/<br\s*\/?>|<\/p>|<\/div>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '');
  return unescapedHtml(text).trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function unescapedHtml(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code === 160 ? ' ' : String.fromCodePoint(code);
  });
}
