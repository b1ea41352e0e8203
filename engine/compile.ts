import { flattened, RuleError } from './functions/builtin.ts';
import { addIntegers } from './functions/integers.ts';
import { compareNumbers, isMultifield, sameValue } from './order.ts';
import { printed } from './printed.ts';
import type { Expression, FactForm, FunctionDefinition, SlotForm } from './rule.ts';
import { QueryScope, queryOf } from './query.ts';
import { FALSE, Float, NOTHING, TRUE, type Field, type Value } from './value.ts';
import {
  Frame,
  LocalScope,
  LocatedError,
  type Callable,
  type Environment,
  type Evaluate,
  type Scope,
} from './frame.ts';
import { QUICK } from './quick.ts';
import { unreachable } from './unreachable.ts';

/** Turns an expression into a closure. Throws a TypeError for names that nobody defines: `dsl/check.ts` has found them before. */
export function compile(expression: Expression, scope: Scope, environment: Environment): Evaluate {
  switch (expression.kind) {
    case 'value': {
      const { value } = expression;
      return () => value;
    }
    case 'variable': {
      const read = scope.read(expression.name);
      if (read === null) throw new TypeError(`variable \`?${expression.name}\` is not bound here`);
      return read;
    }
    case 'global': {
      // Looked up at the first use, so that functions may use globals that come later.
      let cell: { value: Value } | null = null;
      return () => (cell ??= environment.global(expression.name)).value;
    }
    case 'call':
      return compileCall(expression, scope, environment);
    case 'assert': {
      const forms = expression.facts.map((form) => compileForm(form, scope, environment));
      return (frame) => {
        let last: Value = FALSE;
        for (const form of forms) last = form(frame);
        return last;
      };
    }
    case 'modify':
    case 'duplicate': {
      const fact = compile(expression.fact, scope, environment);
      const slots = compileSlots(null, expression.slots, scope, environment);
      const { kind } = expression;
      return (frame) => environment.alterFact(kind, fact(frame), slots(frame));
    }
    case 'bind':
      return compileBind(expression, scope, environment);
    case 'if': {
      const test = compile(expression.test, scope, environment);
      const then = compileBody(expression.then, scope, environment);
      const otherwise = compileBody(expression.else, scope, environment);
      return (frame) => (test(frame) === FALSE ? otherwise(frame) : then(frame));
    }
    case 'while': {
      const test = compile(expression.test, scope, environment);
      const body = compileBody(expression.do, scope, environment);
      return (frame) => loop(frame, environment, () => test(frame) !== FALSE, body);
    }
    case 'loop-for-count':
      return compileCount(expression, scope, environment);
    case 'foreach':
      return compileForeach(expression, scope, environment);
    case 'switch': {
      const on = compile(expression.on, scope, environment);
      const cases = expression.cases.map((each) => ({
        value: compile(each.value, scope, environment),
        body: compileBody(each.do, scope, environment),
      }));
      const otherwise = compileBody(expression.otherwise ?? [], scope, environment);
      return (frame) => {
        const value = on(frame);
        return (cases.find((each) => sameValue(value, each.value(frame)))?.body ?? otherwise)(frame);
      };
    }
    case 'query': {
      const inner = new QueryScope(scope, expression, environment);
      const test = compile(expression.test, inner, environment);
      const body = compileBody(expression.do, inner, environment);
      return queryOf(expression, inner, test, body, environment);
    }
    case 'return': {
      const value = expression.value === null ? null : compile(expression.value, scope, environment);
      return (frame) => {
        frame.result = value === null ? [] : value(frame);
        frame.signal = 'return';
        return frame.result;
      };
    }
    case 'break':
      return (frame) => {
        frame.signal = 'break';
        return FALSE;
      };
    default:
      return unreachable(expression);
  }
}

/** Runs actions one after the other until one of them breaks or returns; the value is that of the last. */
export function compileBody(
  actions: readonly Expression[],
  scope: Scope,
  environment: Environment,
): Evaluate {
  const compiled = actions.map((action) => compile(action, scope, environment));
  return (frame) => {
    let value: Value = FALSE;
    for (const action of compiled) {
      value = action(frame);
      if (frame.signal !== 'none') return value;
    }
    return value;
  };
}

/** A deffunction as something to call. */
export function compileFunction(definition: FunctionDefinition, environment: Environment): Callable {
  const { parameters, rest } = definition;
  const scope = new LocalScope(rest === null ? parameters : [...parameters, rest]);
  const body = compileBody(definition.body, scope, environment);
  return {
    arity: [parameters.length, rest === null ? parameters.length : null],
    call(values) {
      const locals: (Value | undefined)[] = values.slice(0, parameters.length);
      if (rest !== null) locals.push(flattened(values.slice(parameters.length)));
      const frame = new Frame(locals);
      environment.enter(definition, values);
      try {
        const value = body(frame);
        return frame.signal === 'return' ? frame.result : value;
      } finally {
        environment.leave(definition, values);
      }
    },
  };
}

function compileCall(
  expression: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
  environment: Environment,
): Evaluate {
  const { name, origin } = expression;
  const given = expression.arguments.map((each) => compile(each, scope, environment));
  const isSpread = expression.arguments.map((each) => each.kind === 'call' && each.name === 'expand$');
  if (name === 'and') return (frame) => (given.every((each) => each(frame) !== FALSE) ? TRUE : FALSE);
  if (name === 'or') return (frame) => (given.some((each) => each(frame) !== FALSE) ? TRUE : FALSE);
  const [first, second] = given;
  const spreads = isSpread.includes(true);
  if (name === 'not' && given.length === 1 && first !== undefined && !spreads)
    return (frame) => (first(frame) === FALSE ? TRUE : FALSE);
  const quick = given.length === 2 && !spreads ? QUICK.get(name) : undefined;
  let callable: Callable | undefined;
  const call = (values: readonly Value[]): Value => {
    callable ??= environment.callable(name);
    if (callable === undefined) throw new LocatedError(`there is no function \`${name}\``, origin);
    const [least, most] = callable.arity;
    if (values.length < least || (most !== null && values.length > most)) {
      throw new LocatedError(`\`${name}\` does not take ${values.length} arguments`, origin);
    }
    try {
      return callable.call(values);
    } catch (problem) {
      if (!(problem instanceof RuleError) || problem instanceof LocatedError) throw problem;
      throw new LocatedError(problem.message, origin, problem.value);
    }
  };
  if (name === 'timer') {
    return (frame) => {
      const begin = environment.now();
      for (const each of given) each(frame);
      return new Float(environment.now() - begin);
    };
  }
  if (name === 'printout' && first !== undefined && given.length > 1 && !spreads) {
    // As in CLIPS, each value is written before the next one is evaluated.
    return (frame) => {
      const router = first(frame);
      for (const each of given.slice(1)) call([router, each(frame)]);
      return NOTHING;
    };
  }
  if (spreads) {
    return (frame) => {
      const values: Value[] = [];
      for (const [at, each] of given.entries()) {
        const value = each(frame);
        if (isSpread[at] === true && isMultifield(value)) values.push(...value);
        else values.push(value);
      }
      return call(values);
    };
  }
  if (quick === undefined || first === undefined || second === undefined) {
    return (frame) => {
      // A loop, since each frame of a closure counts when functions nest deep.
      const values: Value[] = [];
      for (const each of given) values.push(each(frame));
      return call(values);
    };
  }
  return (frame) => {
    const a = first(frame);
    const b = second(frame);
    return quick(a, b) ?? call([a, b]);
  };
}

function compileBind(
  expression: Extract<Expression, { kind: 'bind' }>,
  scope: Scope,
  environment: Environment,
): Evaluate {
  const values = expression.values.map((each) => compile(each, scope, environment));
  const { name } = expression;
  const [only] = values;
  const combined: Evaluate =
    values.length === 1 && only !== undefined
      ? only
      : (frame) => flattened(values.map((each) => each(frame)));
  if (expression.global) {
    if (values.length === 0) return () => environment.resetGlobal(name);
    return (frame) => {
      const value = combined(frame);
      environment.setGlobal(name, value);
      return value;
    };
  }
  const at = scope.local(name);
  if (values.length === 0) {
    return (frame) => {
      frame.locals[at] = undefined;
      return FALSE;
    };
  }
  return (frame) => (frame.locals[at] = combined(frame));
}

/** Rounds as long as they go on; `break` ends the loop, `return` everything around it too. */
function loop(frame: Frame, environment: Environment, goesOn: () => boolean, body: Evaluate): Value {
  while (goesOn()) {
    environment.step();
    body(frame);
    if (frame.signal === 'break') {
      frame.signal = 'none';
      return FALSE;
    }
    if (frame.signal === 'return') return frame.result;
  }
  return FALSE;
}

function compileCount(
  expression: Extract<Expression, { kind: 'loop-for-count' }>,
  scope: Scope,
  environment: Environment,
): Evaluate {
  const from = compile(expression.from, scope, environment);
  const to = compile(expression.to, scope, environment);
  const at = expression.variable === null ? null : scope.local(expression.variable);
  const body = compileBody(expression.do, scope, environment);
  return (frame) => {
    let count = wholeNumber(from(frame));
    const last = wholeNumber(to(frame));
    const shadowed = at === null ? undefined : frame.locals[at];
    const value = loop(
      frame,
      environment,
      () => {
        if (compareNumbers(count, last) > 0) return false;
        if (at !== null) frame.locals[at] = count;
        count = addIntegers(count, 1);
        return true;
      },
      body,
    );
    if (at !== null) frame.locals[at] = shadowed;
    return value;
  };
}

function compileForeach(
  expression: Extract<Expression, { kind: 'foreach' }>,
  scope: Scope,
  environment: Environment,
): Evaluate {
  const list = compile(expression.list, scope, environment);
  const at = scope.local(expression.variable);
  const counter = scope.local(`${expression.variable}-index`);
  const body = compileBody(expression.do, scope, environment);
  return (frame) => {
    const fields = list(frame);
    if (!isMultifield(fields))
      throw new RuleError(`a loop over a list wants a multifield, not ${printed(fields, { quoted: true })}`);
    const shadowed = [frame.locals[at], frame.locals[counter]];
    let next = 0;
    let last: Value = FALSE;
    const result = loop(
      frame,
      environment,
      () => {
        if (next >= fields.length) return false;
        frame.locals[at] = fields[next] as Field;
        next += 1;
        frame.locals[counter] = next;
        return true;
      },
      (inner) => (last = body(inner)),
    );
    [frame.locals[at], frame.locals[counter]] = shadowed;
    return frame.signal === 'return' ? result : last;
  };
}

function wholeNumber(value: Value): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new RuleError(`\`loop-for-count\` wants integers, not ${printed(value, { quoted: true })}`);
}

function compileForm(form: FactForm, scope: Scope, environment: Environment): Evaluate {
  const slots = compileSlots(form.template, form.slots, scope, environment);
  return (frame) => {
    const values = slots(frame);
    try {
      return environment.assertFact(form.template, values);
    } catch (problem) {
      if (!(problem instanceof RuleError) || problem instanceof LocatedError) throw problem;
      throw new LocatedError(problem.message, form.origin);
    }
  };
}

/** Slot values of a fact to be made. A single slot takes one value as it is; several, or none, make a multifield. */
function compileSlots(
  template: string | null,
  forms: readonly SlotForm[],
  scope: Scope,
  environment: Environment,
): (frame: Frame) => ReadonlyMap<string, Value> {
  const slots = forms.map((form) => ({
    name: form.slot,
    multi: template !== null && environment.isMulti(template, form.slot),
    values: form.values.map((each) => compile(each, scope, environment)),
  }));
  return (frame) => {
    const result = new Map<string, Value>();
    for (const { name, multi, values } of slots) {
      const [only] = values;
      result.set(
        name,
        values.length === 1 && only !== undefined && !multi
          ? only(frame)
          : flattened(values.map((each) => each(frame))),
      );
    }
    return result;
  };
}
