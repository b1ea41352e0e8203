// The wire to the playground's server: the stream of what is to be seen, and what the person does.

/**
 * @typedef {{ id: string, name: string, zone: string, role?: string }} User
 * @typedef {{ id: string, place: string, from: string, at: number, edited: boolean, onlyForYou: boolean, text: string, payload: unknown }} Message
 * @typedef {{ order: string[], messages: Map<string, Message>, form: unknown }} Pane
 * @typedef {{ order?: string[], messages?: Message[], form?: unknown }} PaneChange what differs
 * @typedef {{ whole?: true, now?: number, overview?: unknown, traffic?: number, slack?: PaneChange, teams?: PaneChange }} Change
 * @typedef {{ now: number, overview: unknown, traffic: number, slack: Pane, teams: Pane }} Look
 * @typedef {{ ok: boolean, error?: string, problems?: Record<string, string>, now?: number }} Result
 */

/** @returns {Pane} */
const emptyPane = () => ({ order: [], messages: new Map(), form: null });

/**
 * Follows what a user sees until the returned function is called. The server sends differences; `onLook` gets the whole.
 * @param {string} user
 * @param {(look: Look) => void} onLook
 * @param {(state: 'open' | 'lost' | 'gone') => void} onState
 * @returns {() => void}
 */
export function follow(user, onLook, onState) {
  /** @type {Look} */
  let look = { now: 0, overview: null, traffic: 0, slack: emptyPane(), teams: emptyPane() };
  const source = new EventSource(`/events?user=${encodeURIComponent(user)}`);
  source.addEventListener('open', () => onState('open'));
  source.addEventListener('error', () => onState(source.readyState === EventSource.CLOSED ? 'gone' : 'lost'));
  source.addEventListener('look', (event) => {
    const { whole, slack, teams, ...rest } = /** @type {Change} */ (JSON.parse(String(event.data)));
    if (whole) look = { ...look, slack: emptyPane(), teams: emptyPane() };
    look = { ...look, ...rest, slack: merged(look.slack, slack), teams: merged(look.teams, teams) };
    onLook(look);
  });
  return () => source.close();
}

/**
 * @param {Pane} pane
 * @param {PaneChange | undefined} change
 * @returns {Pane}
 */
function merged(pane, change) {
  if (change === undefined) return pane;
  const changed = new Map((change.messages ?? []).map((message) => [message.id, message]));
  const order = change.order ?? pane.order;
  /** @type {Map<string, Message>} */
  const messages = new Map();
  for (const id of order) {
    const message = changed.get(id) ?? pane.messages.get(id);
    if (message !== undefined) messages.set(id, message);
  }
  return { order, messages, form: 'form' in change ? change.form : pane.form };
}

/**
 * What a person does. Failures of the wire come back as a sentence too.
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<Result>}
 */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await resultOf(response);
  } catch (error) {
    return { ok: false, error: `Octopus cannot be reached (${String(error)}).` };
  }
}

/**
 * @param {string} path
 * @returns {Promise<unknown>}
 */
export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/**
 * @param {Response} response
 * @returns {Promise<Result>}
 */
async function resultOf(response) {
  const text = await response.text();
  if ((response.headers.get('Content-Type') ?? '').startsWith('application/json'))
    return /** @type {Result} */ (JSON.parse(text));
  return { ok: false, error: text.trim() };
}
