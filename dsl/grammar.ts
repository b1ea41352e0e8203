import { CstParser, type CstNode, type ParserMethod } from 'chevrotain';
import { expectations } from './expectations.ts';
import * as t from './tokens.ts';

type Rule = ParserMethod<[], CstNode>;

/**
 * The grammar, one rule for each phrase. A keyword is a symbol too, so where both fit the alternative that comes first wins.
 * What a name means is left to the checks: a slot's attribute, a declaration and a criterion are any word here.
 */
export class Grammar extends CstParser {
  /** `isChecked`: the grammar itself is looked through for left recursion and ambiguities, which a test does once for all. */
  constructor({ isChecked = false } = {}) {
    super(t.allTokens, {
      errorMessageProvider: expectations,
      maxLookahead: 2,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: !isChecked,
    });
    this.performSelfAnalysis();
  }

  readonly deftemplate: Rule = this.RULE('deftemplate', () => {
    this.#head(t.Deftemplate);
    this.MANY(() => this.SUBRULE(this.slotDefinition));
    this.CONSUME(t.Close);
  });

  readonly slotDefinition: Rule = this.RULE('slotDefinition', () => {
    this.CONSUME(t.Open);
    this.OR([
      { ALT: () => this.CONSUME(t.SlotWord, { LABEL: 'single' }) },
      { ALT: () => this.CONSUME(t.FieldWord, { LABEL: 'single' }) },
      { ALT: () => this.CONSUME(t.MultislotWord, { LABEL: 'multi' }) },
      { ALT: () => this.CONSUME(t.MultifieldWord, { LABEL: 'multi' }) },
    ]);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.attribute));
    this.CONSUME(t.Close);
  });

  /** `(default 0)` of a slot; `(salience 10)` of a rule; `(maximize ?x)` of `best`. */
  readonly attribute: Rule = this.RULE('attribute', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });

  readonly deffacts: Rule = this.RULE('deffacts', () => {
    this.#head(t.Deffacts);
    this.MANY(() => this.SUBRULE(this.fact));
    this.CONSUME(t.Close);
  });

  readonly defglobal: Rule = this.RULE('defglobal', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Defglobal);
    this.OPTION(() => this.CONSUME(t.Symbol, { LABEL: 'module' }));
    this.MANY(() => this.SUBRULE(this.globalDefinition));
    this.CONSUME(t.Close);
  });

  readonly globalDefinition: Rule = this.RULE('globalDefinition', () => {
    this.CONSUME(t.Global);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly deffunction: Rule = this.RULE('deffunction', () => {
    this.#head(t.Deffunction);
    this.SUBRULE(this.parameters);
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  readonly parameters: Rule = this.RULE('parameters', () => {
    this.CONSUME(t.Open);
    this.MANY(() => this.CONSUME(t.Variable, { LABEL: 'parameter' }));
    this.OPTION(() => this.CONSUME(t.MultiVariable, { LABEL: 'rest' }));
    this.CONSUME(t.Close);
  });

  readonly defrule: Rule = this.RULE('defrule', () => {
    this.#head(t.Defrule);
    this.OPTION2({
      GATE: () => this.LA(2).tokenType === t.Declare,
      DEF: () => this.SUBRULE(this.declaration),
    });
    this.MANY(() => this.SUBRULE(this.condition));
    this.CONSUME(t.Arrow);
    this.MANY2(() => this.SUBRULE(this.action));
    this.CONSUME(t.Close);
  });

  /** `(defmodule A (import MAIN deftemplate ?ALL) (export ?ALL))` */
  readonly defmodule: Rule = this.RULE('defmodule', () => {
    this.#head(t.Defmodule);
    this.MANY(() => this.SUBRULE(this.attribute));
    this.CONSUME(t.Close);
  });

  readonly declaration: Rule = this.RULE('declaration', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Declare);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.attribute));
    this.CONSUME(t.Close);
  });

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

  readonly atom: Rule = this.RULE('atom', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Symbol, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Text, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Integer, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Float, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Quantity, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Variable, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.MultiVariable, { LABEL: 'token' }) },
      { ALT: () => this.CONSUME(t.Global, { LABEL: 'token' }) },
    ]);
  });

  /** A fact to be: its items are slots, or the fields of an ordered fact. */
  readonly fact: Rule = this.RULE('fact', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.factItem));
    this.CONSUME(t.Close);
  });

  readonly factItem: Rule = this.RULE('factItem', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.slotForm) }, { ALT: () => this.SUBRULE(this.atom) }]);
  });

  /** A slot with its values; reads like a call, but any word may be a slot's name. */
  readonly slotForm: Rule = this.RULE('slotForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });

  /** What a right-hand side consists of: forms only. */
  readonly action: Rule = this.RULE('action', () => {
    this.SUBRULE(this.form);
  });

  readonly expression: Rule = this.RULE('expression', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.form) }, { ALT: () => this.SUBRULE(this.atom) }]);
  });

  readonly body: Rule = this.RULE('body', () => {
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.Else,
      DEF: () => this.SUBRULE(this.expression),
    });
  });

  /** Behind `else` that word is a symbol like any other. */
  readonly rest: Rule = this.RULE('rest', () => {
    this.MANY(() => this.SUBRULE(this.expression));
  });

  readonly form: Rule = this.RULE('form', () => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.assertForm) },
        { ALT: () => this.SUBRULE(this.changeForm) },
        { ALT: () => this.SUBRULE(this.bindForm) },
        { ALT: () => this.SUBRULE(this.ifForm) },
        { ALT: () => this.SUBRULE(this.whileForm) },
        { ALT: () => this.SUBRULE(this.countForm) },
        { ALT: () => this.SUBRULE(this.foreachForm) },
        { ALT: () => this.SUBRULE(this.prognForm) },
        { ALT: () => this.SUBRULE(this.switchForm) },
        { ALT: () => this.SUBRULE(this.queryForm) },
        { ALT: () => this.SUBRULE(this.returnForm) },
        { ALT: () => this.SUBRULE(this.breakForm) },
        { ALT: () => this.SUBRULE(this.call) },
      ],
    });
  });

  readonly call: Rule = this.RULE('call', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.MANY(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });

  readonly assertForm: Rule = this.RULE('assertForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Assert);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.fact));
    this.CONSUME(t.Close);
  });

  readonly changeForm: Rule = this.RULE('changeForm', () => {
    this.CONSUME(t.Open);
    this.OR([{ ALT: () => this.CONSUME(t.Modify) }, { ALT: () => this.CONSUME(t.Duplicate) }]);
    this.SUBRULE(this.expression);
    this.MANY(() => this.SUBRULE(this.slotForm));
    this.CONSUME(t.Close);
  });

  readonly bindForm: Rule = this.RULE('bindForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Bind);
    this.OR([{ ALT: () => this.CONSUME(t.Variable) }, { ALT: () => this.CONSUME(t.Global) }]);
    this.MANY(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });

  readonly ifForm: Rule = this.RULE('ifForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    this.SUBRULE(this.body, { LABEL: 'then' });
    this.OPTION(() => {
      this.CONSUME(t.Else);
      this.SUBRULE2(this.rest, { LABEL: 'else' });
    });
    this.CONSUME(t.Close);
  });

  readonly whileForm: Rule = this.RULE('whileForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.While);
    this.SUBRULE(this.expression);
    this.#do();
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  /** `(loop-for-count (?i 1 3) do …)`, `(loop-for-count (?i 3) …)`, `(loop-for-count 3 …)` */
  readonly countForm: Rule = this.RULE('countForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.LoopForCount);
    this.OR([
      {
        ALT: () => {
          this.CONSUME2(t.Open);
          this.CONSUME(t.Variable);
          this.SUBRULE(this.expression, { LABEL: 'bound' });
          this.OPTION2(() => this.SUBRULE2(this.expression, { LABEL: 'bound' }));
          this.CONSUME2(t.Close);
        },
      },
      { ALT: () => this.SUBRULE3(this.expression, { LABEL: 'bound' }) },
    ]);
    this.#do();
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  readonly foreachForm: Rule = this.RULE('foreachForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Foreach);
    this.CONSUME(t.Variable);
    this.SUBRULE(this.expression);
    this.#do();
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  /** `(progn$ (?x ?list) …)` or `(progn$ ?list …)` */
  readonly prognForm: Rule = this.RULE('prognForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Progn$);
    this.OR([
      {
        ALT: () => {
          this.CONSUME2(t.Open);
          this.CONSUME(t.Variable);
          this.SUBRULE(this.expression);
          this.CONSUME2(t.Close);
        },
      },
      { ALT: () => this.SUBRULE2(this.expression) },
    ]);
    this.#do();
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  readonly switchForm: Rule = this.RULE('switchForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Switch);
    this.SUBRULE(this.expression);
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.Default,
      DEF: () => this.SUBRULE(this.case),
    });
    this.OPTION(() => {
      this.CONSUME2(t.Open);
      this.CONSUME(t.Default);
      this.SUBRULE(this.body);
      this.CONSUME2(t.Close);
    });
    this.CONSUME(t.Close);
  });

  readonly case: Rule = this.RULE('case', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Case);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  /** `(do-for-all-facts ((?a lease) (?b host machine)) test …)` */
  readonly queryForm: Rule = this.RULE('queryForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Query);
    this.CONSUME2(t.Open);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.queryMember));
    this.CONSUME2(t.Close);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.body);
    this.CONSUME(t.Close);
  });

  readonly queryMember: Rule = this.RULE('queryMember', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Variable);
    this.AT_LEAST_ONE(() => this.CONSUME(t.Symbol, { LABEL: 'template' }));
    this.CONSUME(t.Close);
  });

  readonly returnForm: Rule = this.RULE('returnForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Return);
    this.OPTION(() => this.SUBRULE(this.expression));
    this.CONSUME(t.Close);
  });

  readonly breakForm: Rule = this.RULE('breakForm', () => {
    this.CONSUME(t.Open);
    this.CONSUME(t.Break);
    this.CONSUME(t.Close);
  });

  /** `(defrule name "comment"` and the like. */
  #head(keyword: typeof t.Defrule): void {
    this.CONSUME(t.Open);
    this.CONSUME(keyword);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.OPTION(() => this.CONSUME(t.Text, { LABEL: 'comment' }));
  }

  /** The word `do`, which may be left out. */
  #do(): void {
    this.OPTION1({ GATE: () => this.LA(1).tokenType === t.Do, DEF: () => this.CONSUME(t.Do) });
  }
}

/** The one parser of the process: it takes milliseconds to build, and holds no state between two inputs. */
export const grammar: Grammar = new Grammar();
