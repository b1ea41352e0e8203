import { unreachable } from '../../../policies/model.ts';
import {
  ACTIONS,
  ELEMENTS,
  isListKind,
  LISTS,
  PARTS,
  type Kind,
  type ListKind,
  type Shape,
} from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a card, each with the path to it; empty for a card that Teams shows. Teams puts a bare error in the
 * place of any other.
 */
export function problemsOf(card: unknown): readonly string[] {
  const found: string[] = [];
  const inputs = new Set<string>();
  if (!isObject(card) || card['type'] !== 'AdaptiveCard') return ['card: is not an AdaptiveCard'];
  const version = card['version'];
  if (typeof version !== 'string') found.push('card.version: is missing');
  else if (!/^1\.[0-5]$/.test(version)) found.push(`card.version: Teams shows 1.0 to 1.5, not ${version}`);
  checkShape(card, 'AdaptiveCard', PARTS['AdaptiveCard'], 'card');
  return found;

  function checkShape(value: Json, type: string, shape: Shape | undefined, path: string): void {
    if (shape === undefined) {
      found.push(`${path}: unknown type ${type}`);
      return;
    }
    for (const [name, kind] of Object.entries(shape.required)) {
      if (value[name] === undefined) found.push(`${path}.${name}: is missing in ${type}`);
      else checkKind(value[name], kind, `${path}.${name}`);
    }
    for (const [name, kind] of Object.entries(shape.optional)) {
      if (value[name] !== undefined) checkKind(value[name], kind, `${path}.${name}`);
    }
    checkFallback(value['fallback'], path, type);
    if (type.startsWith('Input.')) checkInputId(value['id'], path);
  }

  function checkKind(value: unknown, kind: Kind, path: string): void {
    if (typeof kind !== 'string') {
      const isKnown = typeof value === 'string' && kind.includes(value.toLowerCase());
      if (!isKnown) found.push(`${path}: ${String(value)} is none of ${kind.join(', ')}`);
      return;
    }
    if (isListKind(kind)) {
      checkList(value, kind, path);
      return;
    }
    switch (kind) {
      case 'any':
        return;
      case 'text':
        if (typeof value !== 'string') found.push(`${path}: is not a string`);
        return;
      case 'boolean':
        if (typeof value !== 'boolean') found.push(`${path}: is not true or false`);
        return;
      case 'number':
        if (typeof value !== 'number') found.push(`${path}: is not a number`);
        return;
      case 'size':
        if (typeof value !== 'number' && typeof value !== 'string') found.push(`${path}: is not a width`);
        return;
      case 'element':
        checkTyped(value, ELEMENTS, path);
        return;
      case 'action':
        checkTyped(value, ACTIONS, path);
        return;
      case 'card':
        checkPart(value, 'AdaptiveCard', path);
        return;
      default:
        unreachable(kind);
    }
  }

  function checkList(value: unknown, kind: ListKind, path: string): void {
    if (!Array.isArray(value)) {
      found.push(`${path}: is not a list`);
      return;
    }
    for (const [index, item] of value.entries()) {
      const place = `${path}[${index}]`;
      const part = LISTS[kind];
      if (part === 'element') checkTyped(item, ELEMENTS, place);
      else if (part === 'action') checkTyped(item, ACTIONS, place);
      else if (part !== 'TextRun' || typeof item !== 'string') checkPart(item, part, place);
    }
  }

  function checkTyped(value: unknown, shapes: Readonly<Record<string, Shape>>, path: string): void {
    if (!isObject(value)) found.push(`${path}: is not an object`);
    else if (typeof value['type'] !== 'string') found.push(`${path}.type: is missing`);
    else checkShape(value, value['type'], shapes[value['type']], path);
  }

  function checkPart(value: unknown, type: string, path: string): void {
    if (isObject(value)) checkShape(value, type, PARTS[type] ?? ELEMENTS[type], path);
    else found.push(`${path}: is not an object`);
  }

  function checkFallback(fallback: unknown, path: string, type: string): void {
    if (fallback === undefined || fallback === 'drop') return;
    checkTyped(fallback, type.startsWith('Action.') ? ACTIONS : ELEMENTS, `${path}.fallback`);
  }

  function checkInputId(id: unknown, path: string): void {
    if (typeof id !== 'string') return;
    if (inputs.has(id)) found.push(`${path}.id: ${id} is used twice`);
    inputs.add(id);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
