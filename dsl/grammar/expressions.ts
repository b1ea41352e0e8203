import { CstParser, type CstNode, type ParserMethod } from 'chevrotain';
import { expectations } from '../expectations.ts';
import * as t from '../tokens.ts';

type Rule = ParserMethod<[], CstNode>;

/** Actions and expressions: calls, and the forms that do not evaluate all of their arguments. Facts, since `assert` makes them. */
export abstract class ExpressionGrammar extends CstParser {
  constructor(isChecked: boolean) {
    super(t.allTokens, {
      errorMessageProvider: expectations,
      maxLookahead: 2,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: !isChecked,
    });
  }

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

  /** The word `do`, which may be left out. */
  #do(): void {
    this.OPTION1({ GATE: () => this.LA(1).tokenType === t.Do, DEF: () => this.CONSUME(t.Do) });
  }
}
