import type { QueryNode, VariableNode } from '../ast.ts';
import { error } from '../diagnostic.ts';
import type { Context } from './context.ts';
import { unknownSlot, unknownTemplate } from './facts.ts';
import type { Types } from './slot-rule.ts';

/** Queries that end in an answer: they take no actions. */
const asking: ReadonlySet<string> = new Set(['any-factp', 'find-fact', 'find-all-facts']);

/** Checks a fact query. DSL2014 in a policy, DSL2001 for a template that there is not, DSL2012 for actions where none belong. */
export function checkQuery(node: QueryNode, context: Context): Types {
  const { names, report } = context;
  const word = node.word.text;
  if (names.dialect === 'policy') {
    report(
      error('DSL2014', node.word.span, `\`${word}\` cannot be called in a policy`, {
        help: 'conditions find facts: state what is looked for before `=>`',
      }),
    );
  }
  const scope = context.scope.inner();
  for (const { variable, templates } of node.members) {
    const { text: name, span } = variable;
    for (const each of templates) {
      const isKnown = names.templates.has(each.text) || names.orderedKey(each.text) !== null;
      if (!isKnown && names.dialect === 'clips') report(unknownTemplate(each, names));
    }
    const [only] = templates;
    const template = templates.length === 1 ? names.templates.get(only?.text ?? '') : undefined;
    scope.use(name, false, span, 2);
    scope.bind({
      name,
      span,
      types: ['FACT-ADDRESS'],
      multi: false,
      isMember: true,
      ...(template === undefined ? {} : { template }),
    });
  }
  const inner = { ...context, scope, inLoop: true };
  context.valueOf(node.test, inner);
  const [first] = node.do;
  if (asking.has(word) && first !== undefined) {
    report(
      error('DSL2012', first.span, `\`${word}\` takes members and a test, and no actions`, {
        help: '`do-for-all-facts` does something with what it finds',
      }),
    );
  }
  for (const action of node.do) context.expressionOf(action, inner);
  if (word === 'any-factp') return ['SYMBOL'];
  return asking.has(word) ? 'multifield' : 'any';
}

/** `?f:slot` inside of a query: the types of the slot, or null when it is no such variable. DSL2003 for a slot that there is not. */
export function checkSlotOfMember({ name, span }: VariableNode, { scope, report }: Context): Types | null {
  const colon = name.indexOf(':');
  const member = colon < 0 ? undefined : scope.get(name.slice(0, colon));
  if (member?.isMember !== true) return null;
  const { template } = member;
  if (template === undefined || template === 'ordered') return 'any';
  const slot = name.slice(colon + 1);
  const rule = template.rules.get(slot);
  if (rule === undefined) {
    if (!template.broken) report(unknownSlot({ text: slot, span }, template));
    return 'any';
  }
  return rule.slot.multi ? 'multifield' : (rule.slot.types ?? 'any');
}
