// Instants and lengths of time as people read and write them.

/**
 * @param {number} at seconds since 1970
 * @param {string} zone
 */
export const clockTime = (at, zone) =>
  format(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/**
 * @param {number} at
 * @param {string} zone
 */
export const dayOf = (at, zone) => format(at, zone, { weekday: 'long', day: 'numeric', month: 'long' });

/**
 * @param {number} at
 * @param {string} zone
 */
export const fullTime = (at, zone) =>
  format(at, zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {number} at
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
export function format(at, zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined)
    formats.set(key, (made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })));
  return made.format(at * 1000);
}

const lengths = /** @type {const} */ ({ s: 1, min: 60, m: 60, h: 3600, d: 86_400, w: 604_800 });

/**
 * `13d`, `2 w`, `1d 6h`, `90min` as seconds; null for anything else.
 * @param {string} text
 * @returns {number | null}
 */
export function secondsOf(text) {
  const parts = [
    ...text
      .trim()
      .toLowerCase()
      .replace(/^\+/u, '')
      .matchAll(/(\d+)\s*(min|[smhdw])\s*/gu),
  ];
  if (
    parts.length === 0 ||
    parts
      .map(([part]) => part)
      .join('')
      .trim() !== text.trim().toLowerCase().replace(/^\+/u, '')
  )
    return null;
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * lengths[/** @type {keyof typeof lengths} */ (unit)],
    0,
  );
  return seconds > 0 ? seconds : null;
}

/**
 * A length of time in its two largest units.
 * @param {number} seconds
 */
export function inUnits(seconds) {
  const units = /** @type {const} */ ([
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ]);
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || 'less than a minute';
}
