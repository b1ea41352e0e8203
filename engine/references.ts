import type { Expression, FactForm, FactQuery, Pattern, SharedKind } from './rule.ts';

type Node = Partial<Pick<Pattern | FactForm, 'template'>> &
  Partial<Pick<FactQuery, 'members'>> & {
    readonly kind?: string;
    readonly name?: string;
    readonly global?: boolean;
  };

/** Whether a definition, or any part of one, names a template, function or global by its key. */
export function mentions(definition: unknown, kind: SharedKind, key: string): boolean {
  if (Array.isArray(definition)) return definition.some((each) => mentions(each, kind, key));
  if (typeof definition !== 'object' || definition === null) return false;
  const node = definition as Node;
  if (isNamed(node, kind, key)) return true;
  return Object.values(definition).some((each) => mentions(each, kind, key));
}

function isNamed(node: Node, kind: SharedKind, key: string): boolean {
  switch (kind) {
    case 'deftemplate':
      return (
        node.template === key || (node.members?.some(({ templates }) => templates.includes(key)) ?? false)
      );
    case 'deffunction':
      return node.name === key && isKind(node, 'call');
    case 'defglobal':
      return node.name === key && (isKind(node, 'global') || (isKind(node, 'bind') && node.global === true));
    default:
      return false;
  }
}

const isKind = (node: Node, kind: Expression['kind']): boolean => node.kind === kind;
