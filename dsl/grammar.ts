import type { CstNode, ParserMethod } from 'chevrotain';
import { ConditionGrammar } from './grammar/conditions.ts';
import * as t from './tokens.ts';

type Rule = ParserMethod<[], CstNode>;

/**
 * The grammar, one rule for each phrase. A keyword is a symbol too, so where both fit the alternative that comes first wins.
 * What a name means is left to the checks: a slot's attribute, a declaration and a criterion are any word here.
 */
export class Grammar extends ConditionGrammar {
  /** `isChecked`: the grammar itself is looked through for left recursion and ambiguities, which a test does once for all. */
  constructor({ isChecked = false } = {}) {
    super(isChecked);
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

  /** `(defrule name "comment"` and the like. */
  #head(keyword: typeof t.Defrule): void {
    this.CONSUME(t.Open);
    this.CONSUME(keyword);
    this.CONSUME(t.Symbol, { LABEL: 'name' });
    this.OPTION(() => this.CONSUME(t.Text, { LABEL: 'comment' }));
  }
}

/** The one parser of the process: it takes milliseconds to build, and holds no state between two inputs. */
export const grammar: Grammar = new Grammar();
