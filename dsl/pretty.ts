import type { IToken } from 'chevrotain';
import { printed } from '../engine/printed.ts';
import { valueOf } from './literal.ts';
import * as t from './tokens.ts';

// A construct as `ppdefrule` and its kin show it in CLIPS 6.30: the source on lines of its own, not wrapped. The rules were found
// by what the program prints: conditions indent by the width of their word, actions by three.

/** A word, or a list in parentheses. */
type Form = string | readonly Form[];

const STEP = 3;
const CONSTRUCT_INDENT = 3;

/** The text of a construct, from its tokens. `module` stands before its name. */
export function prettyConstruct(tokens: readonly IToken[], module: string): string {
  const [form] = formsOf(tokens);
  if (form === undefined || typeof form === 'string') return '';
  const [kind = '', name = '', ...rest] = form;
  const plain = typeof name === 'string' ? name.replace(/^.*::/, '') : '';
  const [second] = rest;
  const isCommented = typeof second === 'string' && second.startsWith('"');
  const head = `(${flat(kind)} ${module}::${plain}${isCommented ? ` ${second}` : ''}`;
  const parts = isCommented ? rest.slice(1) : rest;
  return `${head}${partsOf(flat(kind), parts)
    .map((part) => newLine(CONSTRUCT_INDENT) + part)
    .join('')})`;
}

/** A module, whose name stands alone. */
export function prettyModule(tokens: readonly IToken[]): string {
  return prettyConstruct(tokens, '').replace(' ::', ' ');
}

/** One global of a defglobal. */
export function prettyGlobal(tokens: readonly IToken[], module: string): string {
  const [name = '', , ...value] = formsOf(tokens);
  return `(defglobal ${module} ${flat(name)} = ${value.map((each) => expression(each, CONSTRUCT_INDENT)).join(' ')})`;
}

function partsOf(kind: string, parts: readonly Form[]): string[] {
  if (kind === 'defrule') return ruleParts(parts);
  if (kind === 'deffunction') {
    const [parameters = [], ...body] = parts;
    return [flat(parameters), ...body.map((action) => expression(action, CONSTRUCT_INDENT))];
  }
  return parts.map((part) => flat(part, kind === 'deffacts'));
}

/** Conditions, the arrow, actions. An address and its arrow belong to the pattern behind them. */
function ruleParts(parts: readonly Form[]): string[] {
  const arrow = parts.indexOf('=>');
  const conditions = parts.slice(0, arrow);
  const lines: string[] = [];
  let address = '';
  for (const each of conditions) {
    if (typeof each === 'string') address += `${each} `;
    else {
      lines.push(address + condition(each, CONSTRUCT_INDENT));
      address = '';
    }
  }
  return [...lines, '=>', ...parts.slice(arrow + 1).map((action) => expression(action, CONSTRUCT_INDENT))];
}

/** How far what is inside of a group of conditions stands from its parenthesis. */
const GROUP_STEP = 5;

function condition(form: Form, indent: number): string {
  if (typeof form === 'string') return form;
  const [head = '', ...rest] = form;
  const deeper = indent + GROUP_STEP;
  const inside = (): string[] => addressed(rest).map((each) => each.address + condition(each.form, deeper));
  switch (head) {
    case 'declare':
    case 'test':
      return flat(form);
    case 'and':
    case 'or':
      return `(${head.padEnd(GROUP_STEP - 1)}${inside().join(newLine(deeper))})`;
    case 'not':
      return `(not ${inside().join(' ')})`;
    case 'logical':
    case 'exists':
    case 'forall':
    case 'best':
      return `(${head}${inside()
        .map((each) => newLine(deeper) + each)
        .join('')})`;
    default:
      return pattern(form);
  }
}

/** Forms with the words that stand before each, `?f <-`. */
function addressed(forms: readonly Form[]): { readonly address: string; readonly form: Form }[] {
  const found: { address: string; form: Form }[] = [];
  let address = '';
  for (const form of forms) {
    if (typeof form === 'string') address += `${form} `;
    else {
      found.push({ address, form });
      address = '';
    }
  }
  return found;
}

/** A pattern or fact on one line: `:` and `=` stand close to their expression. */
const pattern = (form: Form): string => flat(form, true);

function flat(form: Form, isPattern = false): string {
  if (typeof form === 'string') return form;
  return `(${joined(
    form.map((each) => flat(each, isPattern)),
    isPattern,
  )})`;
}

function joined(items: readonly string[], isPattern: boolean): string {
  let text = '';
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    const isTight =
      before === undefined ||
      /^[&|]$/.test(item) ||
      /^[&|~]$/.test(before) ||
      (isPattern && index > 1 && /^[:=]$/.test(before) && item.startsWith('('));
    text += isTight ? item : ` ${item}`;
  }
  return text;
}

/** Words behind which each argument has a line of its own, and how many stand before on the first line. */
const queries = /^(?:any-factp|find-(?:all-)?facts?|do-for-(?:all-)?facts?|delayed-do-for-all-facts)$/;

function expression(form: Form, indent: number): string {
  if (typeof form === 'string') return form;
  const [head = '', ...rest] = form;
  const deeper = indent + STEP;
  const inner = (each: Form): string => expression(each, deeper);
  const same = (each: Form): string => expression(each, indent);
  const lines = (forms: readonly Form[]): string =>
    forms.map((each) => newLine(deeper) + inner(each)).join('');
  const [first = '', second] = rest;
  switch (head) {
    case 'assert': {
      const column = indent + '(assert '.length;
      return `(assert${rest.length > 0 ? ' ' : ''}${rest.map((each) => pattern(each)).join(newLine(column))})`;
    }
    case 'if':
    case 'foreach': {
      const onLine = head === 'if' ? 1 : 2;
      return `(${[head, ...rest.slice(0, onLine).map(same)].join(' ')}${lines(rest.slice(onLine))})`;
    }
    case 'progn':
      return `(progn${lines(rest)})`;
    case 'while':
      return second === 'do'
        ? `(while ${same(first)} do${lines(rest.slice(2))})`
        : `(while ${same(first)}${lines(rest.slice(1))})`;
    case 'progn$':
    case 'loop-for-count': {
      const isNamed = typeof first !== 'string' && typeof first[0] === 'string' && first[0].startsWith('?');
      const opening = `(${head} ${same(first)}${isNamed ? ' ' : ''}`;
      const isDoing = head === 'loop-for-count' && second === 'do';
      return isDoing ? `${opening} do${lines(rest.slice(2))})` : `${opening}${lines(rest.slice(1))})`;
    }
    case 'switch':
      return `(switch ${same(first)}${rest
        .slice(1)
        .map((each) => newLine(deeper) + switchCase(each, deeper))
        .join('')})`;
    default:
      if (typeof head === 'string' && queries.test(head))
        return `(${head} ${flat(first)}${lines(rest.slice(1))})`;
      return `(${joined([flat(head), ...rest.map(same)], false)})`;
  }
}

function switchCase(form: Form, indent: number): string {
  if (typeof form === 'string') return form;
  const [head = '', ...rest] = form;
  const deeper = indent + STEP;
  const lines = (forms: readonly Form[]): string =>
    forms.map((each) => newLine(deeper) + expression(each, deeper)).join('');
  if (head !== 'case') return `(default ${lines(rest)})`;
  const [value = '', , ...body] = rest;
  return `(case ${expression(value, indent)} then${lines(body)})`;
}

const newLine = (indent: number): string => `\n${' '.repeat(indent)}`;

/** Tokens as a row of forms. */
function formsOf(tokens: readonly IToken[]): Form[] {
  const stack: Form[][] = [[]];
  for (const token of tokens) {
    if (token.tokenType === t.Open) stack.push([]);
    else if (token.tokenType === t.Close) {
      const closed = stack.pop() ?? [];
      (stack.at(-1) ?? []).push(closed);
    } else (stack.at(-1) ?? []).push(wordOf(token));
  }
  return stack[0] ?? [];
}

/** Numbers as they print; everything else as it was written. */
function wordOf(token: IToken): string {
  if (token.tokenType !== t.Integer && token.tokenType !== t.Float) return token.image;
  const read = valueOf(token);
  return printed(read.value);
}
