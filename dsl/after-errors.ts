import { LocatedError } from '../engine/frame.ts';
import type { Expression } from '../engine/rule.ts';
import type { RuleError, Session } from '../engine/session.ts';
import { FALSE, Float, symbol, TRUE, type Value } from '../engine/value.ts';

// CLIPS goes on after an error, with a value that depends on the function. Here the error ends what is under way; only the prompt
// shows that value, where the function that failed is the one that was typed.

const ZERO = new Float(0);

/** What functions give after an error, where it is not FALSE and does not depend on their arguments. */
const values = new Map<string, Value>([
  ...each(0, '+ - * div mod max min abs integer round str-compare'),
  ...each(
    ZERO,
    '** float sqrt exp log log10 sin cos tan cot sec csc asin acos atan acot asec acsc sinh cosh tanh coth sech csch ' +
      'asinh acosh atanh acoth asech acsch deg-rad rad-deg deg-grad grad-deg',
  ),
  ...each(new Float(1), '/'),
  ...each(-1, 'length$ length str-length fact-index'),
  ...each(symbol('nil'), 'nth$ nth sym-cat'),
  ...each(
    [],
    'create$ mv-append first$ rest$ subseq$ mv-subseq delete$ mv-delete replace$ mv-replace insert$ delete-member$ replace-member$ ' +
      'explode$ str-explode get-fact-list get-defrule-list get-deftemplate-list get-deffacts-list get-defglobal-list ' +
      'get-deffunction-list deftemplate-slot-types deftemplate-slot-range deftemplate-slot-cardinality ' +
      'deftemplate-slot-allowed-values',
  ),
  ...each('', 'implode$ str-implode str-cat sub-string upcase lowcase format'),
  ...each('*** ERROR ***', 'string-to-field'),
  ...each(TRUE, 'check-syntax'),
]);

function each(value: Value, names: string): (readonly [string, Value])[] {
  return names.split(' ').map((name) => [name, value]);
}

/** What the prompt shows for an expression that an error has ended. */
export function valueAfter(problem: RuleError, expression: Expression, session: Session): Value {
  if (expression.kind === 'bind') {
    const [only] = expression.values;
    return expression.values.length === 1 && only !== undefined ? valueAfter(problem, only, session) : FALSE;
  }
  if (expression.kind !== 'call') return FALSE;
  const { name, origin } = expression;
  const isItsOwn = problem instanceof LocatedError && problem.origin === origin;
  if (isItsOwn && problem.value !== undefined) return problem.value;
  if (name === 'set-current-module') return symbol(session.currentModule);
  if (name === 'set-strategy') return symbol(session.strategy);
  if (name === 'set-salience-evaluation') return symbol(session.salienceEvaluation);
  return values.get(name) ?? FALSE;
}
