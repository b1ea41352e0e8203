import type { CstNode, ParserMethod } from 'chevrotain';
import * as t from '../tokens.ts';
import { ExpressionGrammar } from './expressions.ts';

type Rule = ParserMethod<[], CstNode>;

/** What a rule waits for: conditions, patterns, and the constraints of their fields. */
export abstract class ConditionGrammar extends ExpressionGrammar {
  readonly condition: Rule = this.RULE('condition', () => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.addressed) },
        { ALT: () => this.SUBRULE(this.test) },
        { ALT: () => this.SUBRULE(this.best) },
        { ALT: () => this.SUBRULE(this.negation) },
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: () => this.SUBRULE(this.pattern) },
      ],
    });
  });

  /** `?f <- (…)` */
  readonly addressed: Rule = this.RULE('addressed', () => {
    this.CONSUME(t.Variable);
    this.CONSUME(t.Gets);
    this.SUBRULE(this.pattern);
  });

  readonly test: Rule = this.RULE('test', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Test);
    this.SUBRULE(this.form);
    this.CONSUME(t.Close);
  });

  readonly best: Rule = this.RULE('best', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Best);
    this.SUBRULE(this.pattern);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.attribute));
    this.CONSUME(t.Close);
  });

  readonly negation: Rule = this.RULE('negation', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.NotWord);
    this.SUBRULE(this.condition);
    this.CONSUME(t.Close);
  });

  readonly group: Rule = this.RULE('group', () => {
    this.CONSUME(t.Open);
    this.OR([
      {
        ALT: () => {
          this.OR2([
            { ALT: () => this.CONSUME(t.AndWord, { LABEL: 'kind' }) },
            { ALT: () => this.CONSUME(t.OrWord, { LABEL: 'kind' }) },
            { ALT: () => this.CONSUME(t.Exists, { LABEL: 'kind' }) },
            { ALT: () => this.CONSUME(t.Logical, { LABEL: 'kind' }) },
          ]);
          this.AT_LEAST_ONE(() => this.SUBRULE(this.condition));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Forall, { LABEL: 'kind' });
          this.SUBRULE2(this.condition);
          this.AT_LEAST_ONE2(() => this.SUBRULE3(this.condition));
        },
      },
    ]);
    this.CONSUME(t.Close);
  });

  /** Words that make a condition are no template's name: `?f <- (not …)` is no pattern. */
  readonly pattern: Rule = this.RULE('pattern', () => {
    this.CONSUME(t.Open);
    this.OR([
      {
        GATE: () => !t.conditionWords.has(this.LA(1).tokenType),
        ALT: () => this.CONSUME(t.Symbol, { LABEL: 'name' }),
      },
    ]);
    this.MANY(() => this.SUBRULE(this.patternItem));
    this.CONSUME(t.Close);
  });

  readonly patternItem: Rule = this.RULE('patternItem', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.slotPattern) }, { ALT: () => this.SUBRULE(this.constraint) }]);
  });

  readonly slotPattern: Rule = this.RULE('slotPattern', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.constraint));
    this.CONSUME(t.Close);
  });

  readonly constraint: Rule = this.RULE('constraint', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Wildcard) },
      { ALT: () => this.CONSUME(t.MultiWildcard) },
      {
        ALT: () => {
          this.SUBRULE(this.conjunction);
          this.MANY(() => {
            this.CONSUME(t.Or);
            this.SUBRULE2(this.conjunction);
          });
        },
      },
    ]);
  });

  readonly conjunction: Rule = this.RULE('conjunction', () => {
    this.SUBRULE(this.term);
    this.MANY(() => {
      this.CONSUME(t.And);
      this.SUBRULE2(this.term);
    });
  });

  readonly term: Rule = this.RULE('term', () => {
    this.OPTION(() => this.CONSUME(t.Not));
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Colon);
            this.SUBRULE(this.form);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.SUBRULE2(this.form);
          },
        },
        { ALT: () => this.SUBRULE(this.atom) },
      ],
    });
  });

  /** `(default 0)` of a slot; `(salience 10)` of a rule; `(maximize ?x)` of `best`. */
  readonly attribute: Rule = this.RULE('attribute', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });
}
