import type { FieldType } from '../../engine/rule.ts';
import type { CallNode, ExpressionNode, Name, VariableNode } from '../ast.ts';
import { counted, error, type Span } from '../diagnostic.ts';
import type { KnownFunction } from '../names.ts';
import { functionsNotYet, insteadOf } from '../not-yet.ts';
import { didYouMean } from '../suggest.ts';
import { unreachable } from '../unreachable.ts';
import type { Context } from './context.ts';
import { checkFact, checkSlots } from './facts.ts';
import { callers } from './functions.ts';
import { inWords, typeOf, type Types } from './slot-rule.ts';

/** What takes facts: the argument has to be the address of one. */
const takesFacts: ReadonlySet<string> = new Set([
  'retract',
  'fact-index',
  'fact-relation',
  'fact-slot-value',
  'fact-existp',
]);

/** Checks an expression and everything in it, and says what it can be. */
export function checkExpression(node: ExpressionNode, context: Context): Types {
  switch (node.kind) {
    case 'literal':
      return [typeOf(node.value)];
    case 'variable':
      return variableTypes(node, context);
    case 'global':
      checkGlobal(node.name, node.span, context);
      return 'any';
    case 'call':
      return checkCall(node, context);
    case 'assert':
      refuseChange('assert', node.span, context);
      for (const fact of node.facts) checkFact(fact, context, checkValue);
      return ['FACT-ADDRESS', 'SYMBOL'];
    case 'modify':
    case 'duplicate':
      refuseChange(node.kind, node.span, context);
      checkAddress(node.fact, node.kind, context);
      checkChange(node, context);
      return ['FACT-ADDRESS', 'SYMBOL'];
    case 'bind':
      return checkBind(node, context);
    case 'if':
      checkValue(node.test, context);
      checkBody(node.whenTrue, context);
      checkBody(node.whenFalse, context);
      return 'any';
    case 'while':
      checkValue(node.test, context);
      checkBody(node.do, { ...context, inLoop: true });
      return 'any';
    case 'loop-for-count':
      for (const bound of [node.from, node.to]) if (bound !== null) checkInteger(bound, context);
      checkLoop(node.variable, ['INTEGER'], node.do, context);
      return 'any';
    case 'foreach': {
      const types = checkExpression(node.list, context);
      if (types !== 'any' && types !== 'multifield') {
        context.report(
          error('DSL2013', node.list.span, 'a loop over a list takes a multifield', {
            help: '`(create$ a b)` makes one, `$?x` is one',
          }),
        );
      }
      checkLoop(node.variable, null, node.do, context);
      return 'any';
    }
    case 'switch':
      checkValue(node.on, context);
      for (const one of node.cases) {
        checkValue(one.value, context);
        checkBody(one.do, context);
      }
      checkBody(node.otherwise ?? [], context);
      return 'any';
    case 'return':
      if (context.place === 'condition' || context.place === 'value') {
        context.report(
          error('DSL2023', node.span, '`return` ends nothing here', {
            help: 'it stands in functions and behind `=>`',
          }),
        );
      }
      if (node.value !== null) checkExpression(node.value, context);
      return 'any';
    case 'break':
      if (!context.inLoop) {
        context.report(
          error('DSL2023', node.span, '`break` stands outside of a loop', {
            help: '`(return)` ends a rule or function',
          }),
        );
      }
      return 'any';
    default:
      return unreachable(node);
  }
}

/** Expressions that follow each other; only the last one's value may be used. */
export function checkBody(nodes: readonly ExpressionNode[], context: Context): void {
  for (const node of nodes) checkExpression(node, context);
}

/** An expression whose value is used: a primitive that gives none will not do (DSL2013). */
export function checkValue(node: ExpressionNode, context: Context): Types {
  const types = checkExpression(node, context);
  if (types === 'nothing') {
    const name = node.kind === 'call' ? node.name.text : node.kind;
    context.report(error('DSL2013', node.span, `\`${name}\` gives no value`, { help: 'call it on its own' }));
    return 'any';
  }
  return types;
}

/** DSL2017: something that is no fact. */
function checkAddress(node: ExpressionNode, by: string, context: Context): void {
  const types = checkValue(node, context);
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

/** Slots of a modify or duplicate. Which template the fact has is known when a condition has bound its address. */
function checkChange(
  node: Extract<ExpressionNode, { kind: 'modify' | 'duplicate' }>,
  context: Context,
): void {
  const { fact, slots } = node;
  const template = fact.kind === 'variable' ? context.scope.get(fact.name)?.template : undefined;
  if (template === 'ordered') {
    context.report(
      error('DSL2017', fact.span, `\`${node.kind}\` changes slots, and an ordered fact has none`, {
        help: 'retract it and assert another one, or declare a template',
      }),
    );
  }
  const known = template === 'ordered' || template === undefined ? null : template;
  checkSlots(slots, known, context, checkValue);
  if (template !== undefined) return;
  const templates = [...context.names.templates.values()];
  const all = new Set(templates.flatMap(({ rules }) => [...rules.keys()]));
  if (templates.some(({ broken }) => broken)) return;
  for (const { name } of slots.filter((slot) => !all.has(slot.name.text))) {
    context.report(
      error('DSL2003', name.span, `no template has a slot \`${name.text}\``, {
        help: didYouMean(name.text, all),
      }),
    );
  }
}

function checkBind(node: Extract<ExpressionNode, { kind: 'bind' }>, context: Context): Types {
  const { target, values } = node;
  if (context.place === 'condition' || context.place === 'value') refuseChange('bind', node.span, context);
  const types = values.map((value) => checkValue(value, context));
  const [only = 'any'] = types;
  const result: Types = types.length === 1 ? only : 'multifield';
  if (target.kind === 'global') checkGlobal(target.name, target.span, context);
  else {
    context.scope.use(target.name, false, target.span);
    // A variable that is bound again in a loop or a branch may hold either value.
    const earlier = context.scope.get(target.name);
    context.scope.bind({
      name: target.name,
      span: target.span,
      types: earlier === undefined && typeof result !== 'string' ? result : null,
      multi: result === 'multifield',
    });
  }
  return result;
}

function checkLoop(
  variable: Name | null,
  types: readonly FieldType[] | null,
  body: readonly ExpressionNode[],
  context: Context,
): void {
  if (variable !== null) {
    const { text: name, span } = variable;
    context.scope.use(name, false, span, 2);
    context.scope.use(`${name}-index`, false, span, 2);
    context.scope.bind({ name, span, types, multi: false });
    context.scope.bind({ name: `${name}-index`, span, types: ['INTEGER'], multi: false });
  }
  checkBody(body, { ...context, inLoop: true });
}

function checkInteger(node: ExpressionNode, context: Context): void {
  const types = checkValue(node, context);
  if (types === 'any' || (typeof types !== 'string' && types.includes('INTEGER'))) return;
  context.report(
    error('DSL2013', node.span, 'a counting loop counts with integers', {
      help: '`(integer ?x)` makes one of a float',
    }),
  );
}

function variableTypes(node: VariableNode, context: Context): Types {
  const { scope, broken, report } = context;
  scope.use(node.name, node.multi, node.span);
  const bound = scope.get(node.name);
  if (bound === undefined) {
    const help =
      context.place === 'value' ? 'there are no variables here: write a value, or a global `?*x*`' : null;
    if (!broken) report(scope.unbound(node.name, node.multi, node.span, help));
    scope.assume(node.name, node.span);
    return 'any';
  }
  if (bound.multi) return 'multifield';
  return bound.types ?? 'any';
}

/** DSL2004: a global that no defglobal declares. */
function checkGlobal(name: string, span: Span, { names, report }: Context): void {
  if (names.globals.has(name)) return;
  const near = didYouMean(name, names.globals);
  report(
    error('DSL2004', span, `there is no global \`?*${name}*\``, {
      help: near?.replace(/`(.*)`/, '`?*$1*`') ?? `declare it: \`(defglobal ?*${name}* = …)\``,
    }),
  );
}

function checkCall(node: CallNode, context: Context): Types {
  const { names, report } = context;
  const name = node.name.text;
  const known = names.functions.get(name);
  if (known === undefined) {
    report(unknownFunction(node, context));
    for (const argument of node.arguments) checkExpression(argument, context);
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
function unknownFunction(
  { name, arguments: values }: CallNode,
  { names }: Context,
): ReturnType<typeof error> {
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
  const isCounted = !known.broken && !node.arguments.some(isSpread);
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
    if (takesFacts.has(node.name.text) && (index === 0 || node.name.text === 'retract')) {
      checkAddress(argument, node.name.text, context);
      continue;
    }
    const types = checkValue(argument, context);
    const wanted = parameters[Math.min(index, parameters.length - 1)] ?? 'any';
    if (fits(types, wanted)) continue;
    const is = typeof types === 'string' ? 'a multifield' : inWords(types);
    context.report(
      error(
        'DSL2013',
        argument.span,
        `\`${node.name.text}\` takes ${wanted === 'multifield' ? 'a multifield' : inWords(typeof wanted === 'string' ? [] : wanted)} here, this is ${is}`,
        {
          help: known.signature.comment === '' ? null : known.signature.comment,
        },
      ),
    );
  }
}

/** `$?x` spreads in a call of `expand$` only, which then stands for any number of arguments. */
function isSpread(argument: ExpressionNode): boolean {
  return argument.kind === 'call' && argument.name.text === 'expand$';
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
function refuseChange(name: string, span: Span, context: Context): void {
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
