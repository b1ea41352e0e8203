import { h, patch } from './dom.js';
import { post } from './feed.js';
import { byId, toast } from './speak.js';
import { clockTime, dayOf, fullTime, secondsOf } from './time.js';

// The clock of the playground, which can be moved forward to see what leases do.

const steps = /** @type {const} */ ([
  ['+1 h', 3600, 'one hour'],
  ['+1 day', 86_400, 'one day'],
  ['+1 week', 604_800, 'one week'],
]);

/** @returns {(now: number, zone: string) => void} shows the instant */
export function makeClock() {
  const place = byId('clock');
  let isMoving = false;
  let shown = { now: 0, zone: 'UTC' };

  /** @param {number} seconds */
  async function move(seconds) {
    if (isMoving) return;
    isMoving = true;
    draw();
    const result = await post('/clock', { seconds });
    isMoving = false;
    if (!result.ok) toast(result.error ?? 'The clock did not move.');
    draw();
  }

  /** @param {Event} event */
  function moveBy(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (byId('clock-by'));
    const seconds = secondsOf(field.value);
    if (seconds === null) {
      toast(`“${field.value}” is not a length of time. It looks like 13d, 2w, 36h or 1d 6h.`);
      return field.focus();
    }
    field.value = '';
    void move(seconds);
  }

  function draw() {
    const { now, zone } = shown;
    patch(place, [
      h(
        'time',
        {
          class: isMoving ? 'now moving' : 'now',
          title: `${fullTime(now, zone)}, ${zone}`,
          datetime: new Date(now * 1000).toISOString(),
        },
        h('span', { class: 'hour' }, clockTime(now, zone)),
        h('span', { class: 'day' }, dayOf(now, zone)),
      ),
      h(
        'div',
        { class: 'choices', role: 'group', 'aria-label': 'Move the clock forward' },
        steps.map(([label, seconds, words]) =>
          h(
            'button',
            {
              key: label,
              type: 'button',
              'aria-label': `Move the clock ${words} forward`,
              'aria-disabled': isMoving ? 'true' : null,
              onclick: () => void move(seconds),
            },
            label,
          ),
        ),
      ),
      h(
        'form',
        { class: 'clock-form', onsubmit: moveBy },
        h('input', {
          id: 'clock-by',
          type: 'text',
          size: 4,
          'aria-label': 'Move the clock forward by',
          placeholder: '13d',
          autocomplete: 'off',
        }),
        h(
          'button',
          { type: 'submit', class: 'button plain small', 'aria-disabled': isMoving ? 'true' : null },
          'Go',
        ),
      ),
    ]);
  }

  return (now, zone) => {
    shown = { now, zone };
    draw();
  };
}
