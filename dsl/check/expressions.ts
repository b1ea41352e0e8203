import type { FieldType } from '../../engine/rule.ts';
import type { ExpressionNode, Name, VariableNode } from '../ast.ts';
import { error, type Span } from '../diagnostic.ts';
import { didYouMean } from '../suggest.ts';
import { unreachable } from '../unreachable.ts';
import { checkAddress, checkCall, refuseChange } from './calls.ts';
import type { Context } from './context.ts';
import { checkFact, checkSlots } from './facts.ts';
import { checkQuery, checkSlotOfMember } from './queries.ts';
import { typeOf, type Types } from './slot-rule.ts';

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
      for (const fact of node.facts) checkFact(fact, context);
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
      if (types !== 'any' && types !== 'multifield' && context.names.dialect !== 'clips') {
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
    case 'query':
      return checkQuery(node, context);
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
    if (context.names.dialect === 'clips') return 'any';
    const name = node.kind === 'call' ? node.name.text : node.kind;
    context.report(error('DSL2013', node.span, `\`${name}\` gives no value`, { help: 'call it on its own' }));
    return 'any';
  }
  return types;
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
  checkSlots(slots, known, context);
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
      multi: result === 'multifield' && (earlier === undefined || earlier.multi),
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
  if (
    types === 'any' ||
    context.names.dialect === 'clips' ||
    (typeof types !== 'string' && types.includes('INTEGER'))
  )
    return;
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
    const slot = checkSlotOfMember(node, context);
    if (slot !== null) return slot;
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
  const near = didYouMean(name, names.globals.keys());
  report(
    error('DSL2004', span, `there is no global \`?*${name}*\``, {
      help: near?.replace(/`(.*)`/, '`?*$1*`') ?? `declare it: \`(defglobal ?*${name}* = …)\``,
    }),
  );
}
