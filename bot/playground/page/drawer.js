import { h, patch } from './dom.js';
import { get } from './feed.js';
import { byId, toast } from './speak.js';
import { clockTime } from './time.js';

// The drawer with what went over the wire, as JSON, newest first.

/** @typedef {{ number: number, platform: 'slack' | 'teams', at: number, direction: 'to-octopus' | 'from-octopus', what: string, body: unknown, refused: string | null }} Exchange */

const shownMax = 300;

/**
 * @param {() => string} zone the reader's
 * @returns {{ see(newest: number): void, toggle(): void }} `see` tells the number of the newest exchange
 */
export function makeDrawer(zone) {
  const drawer = byId('drawer');
  const button = byId('drawer-button');
  /** @type {Exchange[]} */
  let exchanges = [];
  /** @type {Set<number>} */
  const opened = new Set();
  /** @type {'all' | 'slack' | 'teams' | 'refused'} */
  let filter = 'all';
  let newest = 0;
  let isFetching = false;

  const isShown = () => !drawer.hidden;

  async function fetchNew() {
    if (isFetching || !isShown() || newest <= (exchanges[0]?.number ?? 0)) return;
    isFetching = true;
    try {
      const more = /** @type {Exchange[]} */ (await get(`/traffic?after=${exchanges[0]?.number ?? 0}`));
      exchanges = [...more.toReversed(), ...exchanges].slice(0, shownMax);
      draw();
    } catch (error) {
      toast(`The traffic could not be read: ${String(error)}`);
    }
    // Breath between two rounds, since a progress message makes many exchanges.
    setTimeout(() => {
      isFetching = false;
      if (exchanges.length > 0) void fetchNew();
    }, 300);
  }

  function draw() {
    const shown = exchanges.filter(
      (one) => filter === 'all' || one.platform === filter || (filter === 'refused' && one.refused !== null),
    );
    patch(drawer, [
      h(
        'header',
        null,
        h('h2', { id: 'drawer-title' }, 'What the platforms saw'),
        h(
          'button',
          { type: 'button', class: 'close', 'aria-label': 'Close the drawer', onclick: toggle },
          '×',
        ),
      ),
      h(
        'div',
        { class: 'choices', role: 'group', 'aria-label': 'Which exchanges' },
        /** @type {const} */ (['all', 'slack', 'teams', 'refused']).map((one) =>
          h(
            'button',
            { key: one, type: 'button', 'aria-pressed': String(filter === one), onclick: () => choose(one) },
            names[one],
          ),
        ),
      ),
      h(
        'div',
        { class: 'exchanges', tabindex: '0', role: 'region', 'aria-label': 'Exchanges, newest first' },
        shown.length === 0
          ? h(
              'p',
              { class: 'quiet' },
              'Nothing yet. Every message, press and answer is listed here as it went over the wire.',
            )
          : shown.map(exchangeOf),
      ),
    ]);
  }

  /** @param {Exchange} one */
  function exchangeOf(one) {
    const isOpen = opened.has(one.number);
    const inward = one.direction === 'to-octopus';
    return h(
      'details',
      {
        key: one.number,
        class: one.refused === null ? 'exchange' : 'exchange refused',
        open: isOpen,
        ontoggle: (/** @type {Event} */ event) => {
          const isNow = /** @type {HTMLDetailsElement} */ (event.target).open;
          if (isNow === opened.has(one.number)) return;
          if (isNow) opened.add(one.number);
          else opened.delete(one.number);
          draw();
        },
      },
      h(
        'summary',
        null,
        h('span', { class: `platform ${one.platform}` }, one.platform === 'slack' ? 'Slack' : 'Teams'),
        h(
          'span',
          { class: 'direction', title: inward ? 'to Octopus' : 'from Octopus' },
          inward ? '→' : '←',
          h('span', { class: 'unseen' }, inward ? 'to Octopus' : 'from Octopus'),
        ),
        h('span', { class: 'what' }, one.what),
        one.refused !== null && h('span', { class: 'badge bad' }, one.refused),
        h('time', null, clockTime(one.at, zone())),
      ),
      isOpen &&
        h(
          'div',
          { class: 'json' },
          h(
            'button',
            { type: 'button', class: 'button plain small', onclick: () => void copy(one.body) },
            'Copy',
          ),
          h('pre', { tabindex: '0', 'aria-label': 'JSON' }, JSON.stringify(one.body, null, 2) ?? 'nothing'),
        ),
    );
  }

  /** @param {'all' | 'slack' | 'teams' | 'refused'} one */
  function choose(one) {
    filter = one;
    draw();
  }

  function toggle() {
    drawer.hidden = !drawer.hidden;
    document.body.classList.toggle('with-drawer', isShown());
    button.setAttribute('aria-expanded', String(isShown()));
    if (!isShown()) return button.focus();
    draw();
    drawer.querySelector('button')?.focus();
    void fetchNew();
  }

  button.addEventListener('click', toggle);
  drawer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') toggle();
  });

  return {
    see: (number) => {
      newest = number;
      void fetchNew();
    },
    toggle,
  };
}

const names = { all: 'All', slack: 'Slack', teams: 'Teams', refused: 'Refused' };

/** @param {unknown} body */
async function copy(body) {
  try {
    await navigator.clipboard.writeText(JSON.stringify(body, null, 2));
    toast('Copied.', 'plain');
  } catch (error) {
    toast(`The browser did not allow it: ${String(error)}`);
  }
}
