import type { SalienceEvaluation } from './agenda.ts';
import { SessionConstructs } from './session-constructs.ts';
import type { Strategy } from './strategy.ts';

/** How a session chooses, checks and calculates. */
export abstract class SessionSettings extends SessionConstructs {
  /** Throws inside of a transaction: what is about to be done could not be taken back. */
  protected abstract refuseInTransaction(what: string): void;

  /** Makes the matches that were put off, so that what is looked at or changed is whole. */
  protected abstract settle(): void;

  /** How activations of the same salience are ordered. Setting another strategy sorts the agendas anew. */
  get strategy(): Strategy {
    return this.parts.agenda.strategy;
  }

  set strategy(strategy: Strategy) {
    this.refuseInTransaction('strategy');
    if (strategy === this.parts.agenda.strategy) return;
    this.settle();
    this.parts.fabric.keepsOrder ||= strategy !== 'canonical';
    this.parts.agenda.strategy = strategy;
  }

  /** When saliences are evaluated. */
  get salienceEvaluation(): SalienceEvaluation {
    return this.parts.agenda.evaluation;
  }

  set salienceEvaluation(evaluation: SalienceEvaluation) {
    this.settle();
    this.parts.agenda.evaluation = evaluation;
  }

  /** Evaluates the salience of what waits, in all modules or in one, and sorts it anew. */
  refreshAgenda(module?: string): void {
    this.settle();
    this.parts.agenda.evaluateAnew(module);
  }

  /** Whether a fact may stand twice. */
  get factDuplication(): boolean {
    return this.parts.memory.allowsDuplicates;
  }

  set factDuplication(isAllowed: boolean) {
    this.parts.memory.allowsDuplicates = isAllowed;
  }

  /** Whether a value that breaks its slot's constraints is told as a problem; the fact stands all the same, as in CLIPS. */
  get dynamicConstraintChecking(): boolean {
    return this.parts.memory.checksConstraints;
  }

  set dynamicConstraintChecking(isOn: boolean) {
    this.parts.memory.checksConstraints = isOn;
  }

  /** Whether `/` makes a float of two integers; else it cuts, as `div` does. */
  get dividesAsFloats(): boolean {
    return this.parts.library.dividesAsFloats;
  }

  set dividesAsFloats(isOn: boolean) {
    this.parts.library.dividesAsFloats = isOn;
  }
}
