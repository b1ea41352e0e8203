import fc from 'fast-check';

// Programs by chance: every construct and form of the language, in every place where it may stand, with any words.

const word = fc.constantFrom(
  'a',
  'lease',
  'new-machine',
  'x1',
  'TRUE',
  'ubuntu-24.04',
  '+',
  'an-unusually-long-symbol',
);
const variable = fc.constantFrom('?x', '?y', '?who', '?_z', '?a-rather-long-variable');
const literal = fc.oneof(
  word,
  fc.constantFrom(
    '0',
    '-7',
    '1.5',
    '8g',
    '2w',
    '""',
    '"two words"',
    '"say \\"hi\\" ; (no comment)"',
    '"two\n  lines"',
  ),
);
const value = fc.oneof(literal, variable, fc.constantFrom('?*hold*', '$?rest'));
const several = <T>(of: fc.Arbitrary<T>, least = 0): fc.Arbitrary<T[]> =>
  fc.array(of, { minLength: least, maxLength: 4 });
const form = (...parts: fc.Arbitrary<string | readonly string[]>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((all) => `(${all.flat().join(' ')})`);
const just = fc.constant<string>;

const { expression, action } = fc.letrec<{ expression: string; action: string }>((tie) => {
  const body = several(tie('expression'));
  const slots = several(form(word, body));
  const name = fc.constantFrom('str-cat', '+', 'eq', 'refuse', 'f');
  return {
    expression: fc.oneof({ depthSize: 'small', maxDepth: 4, withCrossShrink: true }, value, tie('action')),
    action: fc.oneof(
      { weight: 4, arbitrary: form(name, body) },
      form(just('assert'), several(fc.oneof(form(word, slots), form(word, several(value))), 1)),
      form(fc.constantFrom('modify', 'duplicate'), variable, slots),
      form(just('bind'), fc.oneof(variable, just('?*hold*')), body),
      form(just('if'), tie('expression'), just('then'), body),
      form(just('if'), tie('expression'), just('then'), body, just('else'), body),
      form(just('while'), tie('expression'), just('do'), body),
      form(just('loop-for-count'), form(variable, tie('expression'), tie('expression')), just('do'), body),
      form(just('foreach'), variable, tie('expression'), just('do'), body),
      form(just('progn$'), form(variable, tie('expression')), body),
      form(
        just('switch'),
        tie('expression'),
        several(form(just('case'), tie('expression'), just('then'), body)),
        form(just('default'), body),
      ),
      form(just('return'), tie('expression')),
      just('(break)'),
      form(fc.constantFrom('any-factp', 'find-all-facts'), form(form(variable, word)), tie('expression')),
      form(
        just('do-for-all-facts'),
        form(form(variable, word), form(variable, word)),
        tie('expression'),
        body,
      ),
    ),
  };
});

const term = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(literal, variable) },
  expressionForm().map((test) => `:${test}`),
  expressionForm().map((test) => `=${test}`),
);
const signed = fc.tuple(fc.constantFrom('', '', '~'), term).map((parts) => parts.join(''));
const constraint = fc.oneof(
  fc.constantFrom('?', '$?', '$?rest'),
  several(
    several(signed, 1).map((terms) => terms.join('&')),
    1,
  ).map((all) => all.join('|')),
);
const pattern = fc.oneof(
  form(word, several(form(word, several(constraint)))),
  form(word, several(constraint)),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    { weight: 5, arbitrary: pattern },
    fc.tuple(variable, pattern).map((parts) => parts.join(' <- ')),
    form(just('test'), expressionForm()),
    form(just('not'), tie('condition')),
    form(fc.constantFrom('and', 'or', 'exists', 'logical'), several(tie('condition'), 1)),
    form(just('forall'), tie('condition'), several(tie('condition'), 1)),
    form(just('best'), pattern, several(form(fc.constantFrom('maximize', 'minimize'), expression), 1)),
  ),
}));

function expressionForm(): fc.Arbitrary<string> {
  return action.filter((text) => text.startsWith('('));
}

const comment = fc.constantFrom('', '', '"What it is for."', '"Two\nlines."');
const construct = fc.oneof(
  form(
    just('deftemplate'),
    word,
    comment,
    several(
      form(
        fc.constantFrom('slot', 'multislot'),
        word,
        several(form(fc.constantFrom('type', 'default', 'range', 'allowed-symbols'), several(literal, 1))),
      ),
    ),
  ),
  form(
    just('deffacts'),
    word,
    comment,
    several(form(word, several(fc.oneof(value, form(word, several(value)))))),
  ),
  form(
    just('defmodule'),
    fc.constantFrom('A', 'B'),
    comment,
    fc.constantFrom('', '(export ?ALL)', '(import A deftemplate lease)'),
  ),
  form(just('defglobal'), several(expression.map((of) => `?*hold* = ${of}`))),
  form(just('deffunction'), word, comment, form(several(variable)), several(expression)),
  form(
    just('defrule'),
    word,
    comment,
    fc.constantFrom('', '(declare (salience 10))'),
    several(condition),
    just('=>'),
    several(action),
  ),
);

/** Constructs that parse, though their names and types may mean nothing. */
export const program: fc.Arbitrary<string> = fc
  .array(construct, { minLength: 1, maxLength: 4 })
  .map((all) => all.join('\n'));
