/** Functions that look at nothing but their arguments, print, or take facts away. */
const PLAIN: ReadonlySet<string> = new Set(
  (
    '+ - * / div mod abs min max = <> < <= > >= eq neq and or not create$ nth$ length$ member$ str-cat sym-cat ' +
    'printout retract'
  ).split(' '),
);

/** Whether actions do nothing but change facts, compute and print: nothing in them looks at what matches. */
export function arePlain(actions: unknown): boolean {
  if (Array.isArray(actions)) return actions.every(arePlain);
  if (typeof actions !== 'object' || actions === null) return true;
  if ('kind' in actions) {
    if (actions.kind === 'query') return false;
    if (actions.kind === 'call' && 'name' in actions && !PLAIN.has(String(actions.name))) return false;
  }
  return Object.values(actions).every(arePlain);
}
