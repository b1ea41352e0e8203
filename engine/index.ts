// The public face of the engine: `import { … } from 'octopus/engine'`. What is not named here may change at any time.

export { Session, RuleError, strategies } from './session.ts';
export type { SessionOptions, Strategy, SalienceEvaluation, PlainValue, Removal } from './session.ts';
export type {
  Activation,
  Fact,
  Firing,
  HostFunction,
  RunResult,
  RuntimeProblem,
  Statistics,
  World,
} from './world.ts';
export type { Listener } from './listener.ts';
export { multislot, plainFact, slot, template } from './define.ts';
export type { Found, NewFact, PlainFact, SlotShape, TypedTemplate } from './define.ts';
export type * from './rule.ts';
export { keyOf, MAIN } from './rule.ts';
export { FactAddress, FALSE, Float, Sym, symbol, TRUE } from './value.ts';
export type { Field, Value } from './value.ts';
export { printed } from './printed.ts';
export { compareValues, sameValue } from './order.ts';
export { Provenance } from './explanation.ts';
export type { ExplainedFact, Explanation } from './explanation.ts';
export type { Failure, Way, WhyNot } from './why-not.ts';
export {
  conditionWritten,
  expressionWritten,
  factWritten,
  fieldWritten,
  valueWritten,
} from './view/written.ts';
export { builtins } from './functions/index.ts';
export { matchNaively } from './naive.ts';
export type { NaiveMatch } from './naive.ts';
export { networkOf } from './view/network-view.ts';
export type { AlphaView, NetworkView, NodeView } from './view/network-view.ts';
export { networkText } from './view/network-text.ts';
export { networkPicture } from './view/network-svg.ts';
