import { h } from './dom.js';

// The page's own drawings.

/** Octopus as a small drawing. */
export const octopus = () =>
  h(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', {
      class: 'line',
      d: 'M7.5 13c.3 3-.8 4.8-3.5 5.3M10.4 14.5c.4 2.3.2 4-1.4 5.8M13.6 14.5c-.4 2.3-.2 4 1.4 5.8M16.5 13c-.3 3 .8 4.8 3.5 5.3',
    }),
    h('circle', { cx: '12', cy: '9.5', r: '6' }),
    h('circle', { cx: '9.9', cy: '10', r: '1.2', class: 'eye' }),
    h('circle', { cx: '14.1', cy: '10', r: '1.2', class: 'eye' }),
  );

/** A paper clip. */
export const clip = () =>
  h(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', {
      class: 'line',
      d: 'M20 11.5 12.2 19.3a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.4l7.3-7.3',
    }),
  );

/** A paper plane: send. */
export const plane = () =>
  h(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    h('path', { d: 'M4 4.6c0-.8.8-1.3 1.5-1l15 7.4c.9.4.9 1.6 0 2l-15 7.4c-.7.3-1.5-.2-1.5-1V14l9-2-9-2z' }),
  );
