import type { Notice } from '../policies/event.ts';
import { isSettled } from '../policies/notice.ts';
import type { Clock, Conversation, NoticeId } from '../policies/model.ts';
import type { Loop } from '../jobs/loop.ts';
import type { Card, ChatSurface, DrawnCard } from './surface.ts';
import { noticeCard } from './views/notice-card.ts';

/** Waits between attempts to post what a platform did not take, in milliseconds; the last one goes on. */
const RETRIES_MS = [500, 2_000, 10_000, 60_000, 300_000];

/** What is known of a notice that is being told. */
interface Telling {
  /** The card that was shown last, as text; null before the first. */
  shown: string | null;
  isBusy: boolean;
  attempts: number;
}

/**
 * Tells people what the state has to tell them: each open notice is one message that is edited as the state changes, until
 * it is settled. Notices live in the state, so one that a crash or a silent platform kept back is told later.
 */
export class Teller {
  readonly #loop: Loop;
  readonly #clock: Clock;
  readonly #surfaces: ReadonlyMap<string, ChatSurface>;
  readonly #log: (sentence: string) => void;
  /**
   * Notices that the last run left behind. A refusal is told from here only if it is one of them: otherwise whoever took
   * the request replies with it.
   */
  readonly #left: ReadonlySet<NoticeId>;
  readonly #tellings = new Map<NoticeId, Telling>();
  #isSweeping = false;
  #isStopped = false;
  #busy = 0;

  constructor(loop: Loop, clock: Clock, surfaces: readonly ChatSurface[], log: (sentence: string) => void) {
    this.#loop = loop;
    this.#clock = clock;
    this.#surfaces = new Map(surfaces.map((surface) => [surface.name, surface]));
    this.#log = log;
    this.#left = new Set(loop.state.notices.keys());
    loop.onDecision(() => this.sweep());
  }

  /** Nothing is being told, and nothing has changed that is not told yet. */
  get isIdle(): boolean {
    return this.#busy === 0 && !this.#isSweeping;
  }

  /** Looks at all open notices soon, at once for all that changed meanwhile. */
  sweep(): void {
    if (this.#isSweeping || this.#isStopped) return;
    this.#isSweeping = true;
    setImmediate(() => {
      this.#isSweeping = false;
      for (const id of this.#tellings.keys())
        if (!this.#loop.state.notices.has(id)) this.#tellings.delete(id);
      for (const notice of this.#loop.state.notices.values())
        if (notice.refusals.length === 0 || this.#left.has(notice.id)) this.#look(notice);
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  #look(notice: Notice): void {
    const telling = this.#tellings.get(notice.id) ?? { shown: null, isBusy: false, attempts: 0 };
    this.#tellings.set(notice.id, telling);
    if (telling.isBusy || this.#isStopped) return;
    telling.isBusy = true;
    this.#busy++;
    this.#tell(notice, telling)
      .catch((error: unknown) => this.#tryLater(notice, telling, error))
      .finally(() => {
        this.#busy--;
        telling.isBusy = false;
      });
  }

  async #tell(notice: Notice, telling: Telling): Promise<void> {
    const where =
      notice.message ?? notice.conversation ?? this.#loop.state.persons.get(notice.to)?.direct ?? null;
    if (where === null) return this.#close(notice);
    const surface = this.#surfaces.get(where.surface);
    if (surface === undefined) return; // told when that surface runs again
    const settled = isSettled(notice, this.#loop.state);
    const card = noticeCard(notice, this.#loop.state, this.#clock.now());
    const text = JSON.stringify(card);
    if (text !== telling.shown) {
      telling.shown = text;
      await this.#show(surface, notice, where, this.#drawn(notice, card));
    }
    telling.attempts = 0;
    if (settled) return this.#close(notice);
    this.#lookAgain(notice.id, text);
  }

  async #show(surface: ChatSurface, notice: Notice, where: Conversation, card: DrawnCard): Promise<void> {
    if (notice.message !== null) return surface.update(notice.message, card);
    const message = await surface.post(where, card);
    await this.#loop.submit({ kind: 'notice-posted', notice: notice.id, message });
  }

  /** The state may have moved while the platform was spoken to. */
  #lookAgain(id: NoticeId, shown: string): void {
    const notice = this.#loop.state.notices.get(id);
    if (notice === undefined) return;
    const now = JSON.stringify(noticeCard(notice, this.#loop.state, this.#clock.now()));
    if (now !== shown || isSettled(notice, this.#loop.state)) this.sweep();
  }

  async #close(notice: Notice): Promise<void> {
    await this.#loop.submit({ kind: 'notice-closed', notice: notice.id });
    this.#tellings.delete(notice.id);
  }

  /** The nonce names this drawing: the notice, and the state that it shows. */
  #drawn(notice: Notice, card: Card): DrawnCard {
    return { ...card, nonce: `${notice.id}@${this.#loop.state.count('entry')}` };
  }

  #tryLater(notice: Notice, telling: Telling, error: unknown): void {
    telling.shown = null;
    const wait = RETRIES_MS[Math.min(telling.attempts, RETRIES_MS.length - 1)] ?? 0;
    telling.attempts++;
    const why = error instanceof Error ? error.message : String(error);
    this.#log(`${notice.id} could not be told (${why}); tried again in ${wait / 1000} s`);
    setTimeout(() => this.sweep(), wait).unref();
  }
}
