import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

// The thread that PostgreSQL runs in: its queries would hold up the loop, and the memory that making the database takes goes
// back when the thread ends. Talks to `pglite-session.ts` in the messages below.

/** One statement with parameters, or any number without. */
export interface QueryMessage {
  readonly id: number;
  readonly text: string;
  readonly params: readonly unknown[];
}

export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly message: string }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly rows: readonly unknown[];
      readonly rowCount: number;
    }
  | {
      readonly kind: 'refusal';
      readonly id: number;
      readonly message: string;
      readonly code: string | undefined;
    }
  | { readonly kind: 'notification'; readonly channel: string; readonly payload: string };

const messageMax = 300;
/** PostgreSQL's type numbers of int8 and numeric, which pg gives as text, and BullMQ reads as text. */
const int8 = 20;
const numeric = 1700;

const asText = (value: string): string => value;

async function main(folder: string, port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: ThreadMessage): void => port.postMessage(message);
  const db = await PGlite.create(folder, { parsers: { [int8]: asText, [numeric]: asText } }).catch(
    (error: unknown) => {
      tell({ kind: 'unusable', ...short(error) });
      throw error;
    },
  );
  db.onNotification((channel, payload) => tell({ kind: 'notification', channel, payload }));

  async function answer({ id, text, params }: QueryMessage): Promise<void> {
    try {
      // Only the simple protocol takes several statements in one text, as migrations are.
      const result = params.length > 0 ? await db.query(text, [...params]) : (await db.exec(text)).at(-1);
      tell({
        kind: 'answer',
        id,
        rows: result?.rows ?? [],
        rowCount: result?.affectedRows ?? result?.rows.length ?? 0,
      });
    } catch (error) {
      tell({ kind: 'refusal', id, ...short(error) });
    }
  }
  port.on('message', (message: QueryMessage | 'close') => {
    if (message !== 'close') {
      void answer(message);
      return;
    }
    void db.close().finally(() => port.close());
  });
  tell({ kind: 'ready' });
}

/** PGlite's errors carry pages of its source; their first line says it. */
function short(error: unknown): { message: string; code: string | undefined } {
  const { message, code } = Object(error) as { message?: unknown; code?: unknown };
  const line = String(message ?? error).split('\n', 1)[0] ?? '';
  return { message: line.slice(0, messageMax), code: typeof code === 'string' ? code : undefined };
}

if (parentPort) await main((workerData as { folder: string }).folder, parentPort);
