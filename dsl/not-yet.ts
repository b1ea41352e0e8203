// What books on CLIPS show and this language does not have, so that their readers are told so.

export const constructsNotYet: ReadonlySet<string> = new Set([
  'defclass',
  'definstances',
  'defgeneric',
  'defmethod',
  'defmessage-handler',
]);

export const functionsNotYet: ReadonlySet<string> = new Set([
  'make-instance',
  'modify-instance',
  'unmake-instance',
  'send',
  'focus',
  'build',
  'eval',
  'batch',
  'batch*',
  'load',
  'load*',
  'assert-string',
]);

/** What to do instead of calling one of `functionsNotYet`. */
export function insteadOf(name: string): string {
  if (name.includes('fact')) return 'conditions find facts: state what is looked for before `=>`';
  if (name === 'focus') return 'there are no modules: order rules by `(declare (salience …))`';
  return 'a policy consists of facts and rules alone';
}
