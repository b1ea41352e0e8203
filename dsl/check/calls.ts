import { builtins } from '../../engine/functions/index.ts';
import type { CallNode, ExpressionNode, Name } from '../ast.ts';
import { counted, error, type Diagnostic, type Span } from '../diagnostic.ts';
import type { KnownFunction } from '../names.ts';
import { functionsNotYet, insteadOf } from '../not-yet.ts';
import { didYouMean } from '../suggest.ts';
import type { Context } from './context.ts';
import { callers } from './functions.ts';
import { inWords, type Types } from './slot-rule.ts';

/** What takes facts: the argument has to be the address of one. */
const takesFacts: ReadonlySet<string> = new Set([
  'retract',
  'fact-index',
  'fact-relation',
  'fact-slot-value',
  'fact-existp',
]);

/** What may be a fact, for all that a program says of it: its number, or `*`. */
const FACTS = ['FACT-ADDRESS', 'INTEGER', 'SYMBOL'] as const;

/** Checks a call: the function, whether it may be called here, and its arguments. */
export function checkCall(node: CallNode, context: Context): Types {
  const { names, report } = context;
  const name = node.name.text;
  const known = names.functions.get(name);
  if (known === undefined) {
    report(unknownFunction(node, context));
    for (const argument of node.arguments) context.valueOf(argument, context);
    return 'any';
  }
  if (!isQuiet(node)) checkUse(known, node.name, context);
  checkArguments(node, known, context);
  const [first] = node.arguments;
  if (callers.has(name) && first !== undefined) checkNamed(first, name, context);
  // What is refused here is not held against its missing value too.
  return known.use !== 'action' || mayChange(context) ? known.signature.returns : 'any';
}

/** `(format nil …)` writes nowhere: it only makes a text. */
function isQuiet({ name, arguments: [first] }: CallNode): boolean {
  return name.text === 'format' && first?.kind === 'literal' && first.text === 'nil';
}

function checkUse({ use }: KnownFunction, { text: name, span }: Name, context: Context): void {
  if (use === 'action') refuseChange(name, span, context);
  if (use !== 'never') return;
  context.report(
    error('DSL2014', span, `\`${name}\` cannot be called in a policy`, {
      help: 'policies decide by the values of facts alone: they write nothing, draw nothing, and know no order of facts',
    }),
  );
}

/** The function that another one is to call: it has to stand there as it is, or nobody knows what it may do. */
function checkNamed(argument: ExpressionNode, by: string, context: Context): void {
  if (context.names.dialect === 'clips') return;
  const known = argument.kind === 'literal' ? context.names.functions.get(argument.text) : undefined;
  if (known !== undefined) {
    checkUse(known, { text: known.signature.name, span: argument.span }, context);
    return;
  }
  context.report(
    error('DSL2002', argument.span, `\`${by}\` takes the name of a function here`, {
      help:
        argument.kind === 'literal'
          ? didYouMean(argument.text, context.names.functions.keys())
          : `write the name itself: \`(${by} > …)\``,
    }),
  );
}

/** DSL2002, or DSL1004 for what CLIPS has. */
function unknownFunction({ name, arguments: values }: CallNode, { names }: Context): Diagnostic {
  if (functionsNotYet.has(name.text)) {
    return error('DSL1004', name.span, `\`${name.text}\` of CLIPS is not part of this language`, {
      help: insteadOf(name.text),
    });
  }
  const isTemplate = names.templates.has(name.text);
  return error('DSL2002', name.span, `there is no function \`${name.text}\``, {
    help: isTemplate
      ? `\`${name.text}\` is a template: \`(assert (${name.text} …))\` makes a fact of it`
      : (didYouMean(name.text, names.functions.keys()) ??
        (values.length === 0 ? null : `define it: \`(deffunction ${name.text} (…) …)\``)),
  });
}

/** DSL2012 and DSL2013: too many, too few, or wrong arguments. */
function checkArguments(node: CallNode, known: KnownFunction, context: Context): void {
  const { arity, parameters } = known.signature;
  const [least, most] = arity;
  const given = node.arguments.length;
  const isCounted =
    !known.broken && !node.arguments.some((argument) => isSpread(argument, context.names.spreads));
  if (isCounted && (given < least || (most !== null && given > most))) {
    context.report(
      error(
        'DSL2012',
        node.span,
        `\`${node.name.text}\` takes ${arityInWords(arity)}, it is given ${given}`,
        {
          help: known.signature.comment === '' ? null : known.signature.comment,
          related:
            known.span === null
              ? []
              : [{ span: known.span, message: `\`${node.name.text}\` is declared here` }],
        },
      ),
    );
  }
  for (const [index, argument] of node.arguments.entries()) {
    const isFact = takesFacts.has(node.name.text) && (index === 0 || node.name.text === 'retract');
    if (isFact && context.names.dialect !== 'clips') {
      checkAddress(argument, node.name.text, context);
      continue;
    }
    const types = context.valueOf(argument, context);
    const wanted = isFact ? FACTS : (parameters[Math.min(index, parameters.length - 1)] ?? 'any');
    if (fits(types, wanted) || !isToldOf(argument, types, node.name.text, context)) continue;
    context.report(
      error(
        'DSL2013',
        argument.span,
        `\`${node.name.text}\` takes ${kindOf(wanted)} here, this is ${kindOf(types)}`,
        {
          help: known.signature.comment === '' ? null : known.signature.comment,
        },
      ),
    );
  }
}

/** What CLIPS says of these shows when the call is made. */
const lenient: ReadonlySet<string> = new Set(['str-cat', 'sym-cat']);

/** What has the length of a text too, which a policy has no use for. */
const lengths: ReadonlySet<string> = new Set(['length$', 'length']);

/**
 * As in CLIPS, a program is told of a wrong argument beforehand where its type is plain to see: a word, or the value of a
 * function of the language. All else shows when the call is made.
 */
function isToldOf(argument: ExpressionNode, types: Types, by: string, { names }: Context): boolean {
  if (names.dialect !== 'clips') return true;
  // Commands tell it in the words of CLIPS, when they are called.
  if (lenient.has(by) || !builtins.has(by) || isSpread(argument, names.spreads)) return false;
  const isNumber = typeof types !== 'string' && (types.includes('FLOAT') || types.includes('INTEGER'));
  if (argument.kind === 'literal') return isNumber || !lengths.has(by);
  // A float that was calculated stands for an integer.
  return argument.kind === 'call' && builtins.has(argument.name.text) && !isNumber;
}

/** A call of `expand$`, or `$?x` where it is told to spread, stands for any number of arguments. */
function isSpread(argument: ExpressionNode, spreads: boolean): boolean {
  if (argument.kind === 'variable') return spreads && argument.multi;
  return argument.kind === 'call' && argument.name.text === 'expand$';
}

function kindOf(types: Types): string {
  return typeof types === 'string' ? 'a multifield' : inWords(types);
}

function fits(types: Types, wanted: KnownFunction['signature']['parameters'][number]): boolean {
  if (types === 'any' || types === 'nothing' || wanted === 'any') return true;
  if (wanted === 'multifield') return types === 'multifield';
  if (types === 'multifield') return false;
  return types.some((type) => wanted.includes(type) || (type === 'INTEGER' && wanted.includes('FLOAT')));
}

function arityInWords([least, most]: readonly [number, number | null]): string {
  if (most === null) return `${counted(least, 'argument')} or more`;
  if (least === most) return least === 0 ? 'no arguments' : counted(least, 'argument');
  return `${least} to ${counted(most, 'argument')}`;
}

function mayChange({ place }: Context): boolean {
  return place === 'action' || place === 'function';
}

/** DSL2015: a change where nothing may be changed. */
export function refuseChange(name: string, span: Span, context: Context): void {
  if (mayChange(context)) return;
  const { place, report } = context;
  report(
    error(
      'DSL2015',
      span,
      `\`${name}\` changes something, it cannot stand ${place === 'condition' ? 'in a condition' : 'here'}`,
      {
        help: 'actions stand behind `=>`',
      },
    ),
  );
}

/** DSL2017: something that is no fact. */
export function checkAddress(node: ExpressionNode, by: string, context: Context): void {
  const types = context.valueOf(node, context);
  if (types === 'any' || (types !== 'multifield' && types !== 'nothing' && types.includes('FACT-ADDRESS')))
    return;
  const isStar = node.kind === 'literal' && node.text === '*' && by === 'retract';
  if (isStar) return;
  const shown =
    node.kind === 'variable' ? `\`?${node.name}\`` : node.kind === 'literal' ? `\`${node.text}\`` : 'this';
  context.report(
    error('DSL2017', node.span, `\`${by}\` takes the address of a fact, ${shown} is none`, {
      help: 'bind the address in a condition: `?f <- (lease (id ?l))`',
    }),
  );
}
