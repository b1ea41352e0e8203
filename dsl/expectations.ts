import { tokenLabel, type IParserErrorMessageProvider, type IToken, type TokenType } from 'chevrotain';
import { counted } from './diagnostic.ts';

// What the grammar says when a phrase is not what it should be: in the author's words, by phrase and not by token type.

/** What a phrase is made of, for when none of its alternatives fits. */
const phrases: Readonly<Record<string, string>> = {
  slotDefinition: '`slot` or `multislot`',
  condition: 'a condition',
  pattern: "a template's name",
  constraint: 'a value, a variable or a wildcard',
  term: 'a value, a variable, `:(…)` or `=(…)`',
  atom: 'a value or a variable',
  patternItem: 'a slot or a field',
  factItem: 'a slot or a field',
  action: 'an action in parentheses',
  form: 'a call in parentheses',
  expression: 'a value, a variable or a call',
  group: 'a condition',
  declaration: 'a declaration such as `(salience 10)`',
  best: '`(maximize …)` or `(minimize …)`',
  assertForm: 'a fact such as `(name …)`',
  bindForm: 'the variable to be bound',
  queryForm: 'a member such as `(?f template)`',
  queryMember: "a template's name",
};

/** What is missing where one token would do, by phrase and token. */
const places: Readonly<Record<string, string>> = {
  'deftemplate Symbol': "the template's name",
  'deffacts Symbol': 'the name of the facts',
  'deffunction Symbol': "the function's name",
  'defrule Symbol': "the rule's name",
  "defrule '=>'": '`=>` or another condition',
  'deftemplate Close': 'a slot or `)`',
  'deffacts Close': 'a fact or `)`',
  'defrule Close': 'an action or `)`',
  'defmodule Symbol': "the module's name",
  'defmodule Close': '`(export …)`, `(import …)` or `)`',
  'queryForm Open': 'the members, `((?f template))`',
  'defglobal Close': '`?*name* = value` or `)`',
  'slotDefinition Symbol': "the slot's name",
  'slotDefinition Close': 'an attribute such as `(type INTEGER)`, or `)`',
  'attribute Symbol': 'a name',
  'attribute Close': 'a value or `)`',
  'pattern Symbol': "a template's name",
  'pattern Close': 'a slot, a field or `)`',
  'slotPattern Symbol': "a slot's name",
  'slotPattern Close': 'a value, a variable or `)`',
  'fact Symbol': "a template's name",
  'fact Close': 'a slot, a field or `)`',
  'slotForm Symbol': "a slot's name",
  'slotForm Close': 'a value or `)`',
  'parameters Open': 'the parameters, `(?x)` or `()`',
  'parameters Close': 'a parameter such as `?x`, or `)`',
  'call Symbol': "a function's name",
  'call Open': 'a call in parentheses',
  'call Close': 'an argument or `)`',
  'addressed Open': 'a pattern',
  'negation Close': '`)`: `not` takes one condition',
  'group Close': 'another condition or `)`',
  'best Close': '`(maximize …)`, `(minimize …)` or `)`',
};

export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, ruleName }): string =>
    said(places[`${ruleName} ${expected.name}`] ?? tokenLabel(expected), actual),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual, ruleName }): string =>
    said(phrases[ruleName] ?? firstOf(expectedPathsPerAlt.flat()), actual[0]),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual, ruleName }): string =>
    said(phrases[ruleName] ?? firstOf(expectedIterationPaths), actual[0]),
  buildNotAllInputParsedMessage: ({ firstRedundant }): string => said('nothing more', firstRedundant),
};

function said(expected: string, actual: IToken | undefined): string {
  return `expected ${expected}, found ${found(actual)}`;
}

function firstOf(paths: readonly (readonly TokenType[])[]): string {
  const labels = new Set(paths.flatMap((path) => path.slice(0, 1).map((type) => tokenLabel(type))));
  return labels.size === 0 ? counted(1, 'token') : [...labels].join(' or ');
}

/** A token as it is quoted in a message: one line of it, not too long. */
export function found(token: IToken | undefined): string {
  if (token === undefined || token.image === '') return 'the end';
  const line = token.image.split('\n', 1)[0] ?? '';
  const isWhole = line.length === token.image.length && line.length <= 30;
  return `\`${isWhole ? line : `${line.slice(0, 30)}…`}\``;
}
