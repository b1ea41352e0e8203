import { compareNumbers, type Numeric } from '../order.ts';
import { Float, NOTHING, type Value } from '../value.ts';
import { builtin, FLOAT, INTEGER, integer, NUMBER, numeric, RuleError, type Builtin } from './builtin.ts';
import {
  addIntegers,
  divideIntegers,
  integerOf,
  multiplyIntegers,
  remainder,
  subtractIntegers,
  wrapped,
} from './integers.ts';

/** Arithmetic on integers of 64 bits that wrap and on doubles; one float among the arguments makes the result a float. */
export const math: readonly Builtin[] = [
  folding('+', 'the sum', addIntegers, (a, b) => a + b),
  folding('-', 'the first less all others', subtractIntegers, (a, b) => a - b),
  folding('*', 'the product', multiplyIntegers, (a, b) => a * b),
  builtin(
    '/',
    [2, null],
    [NUMBER],
    FLOAT,
    'the first divided by all others, a float unless a program wants it otherwise',
    (values, { dividesAsFloats }) => {
      const first = numeric('/', values, 0);
      let result = dividesAsFloats ? new Float(double(first)) : first;
      for (let at = 1; at < values.length; at += 1) result = quotient(result, numeric('/', values, at));
      return result;
    },
  ),
  builtin('div', [2, null], [NUMBER], INTEGER, 'whole division, cut towards zero', (values) => {
    let result = whole(numeric('div', values, 0));
    for (let at = 1; at < values.length; at += 1) {
      const by = whole(numeric('div', values, at, result));
      divisor('div', Number(by), 1);
      result = divideIntegers(result, by);
    }
    return result;
  }),
  builtin('mod', [2, 2], [NUMBER], NUMBER, 'the remainder, with the sign of the dividend', (values) => {
    const a = numeric('mod', values, 0);
    const b = numeric('mod', values, 1);
    divisor('mod', double(b));
    if (a instanceof Float || b instanceof Float)
      return new Float(double(a) - Math.trunc(double(a) / double(b)) * double(b));
    return remainder(a, b);
  }),
  builtin('max', [1, null], [NUMBER], NUMBER, 'the largest number', (values) => extreme('max', values, 1)),
  builtin('min', [1, null], [NUMBER], NUMBER, 'the smallest number', (values) => extreme('min', values, -1)),
  builtin('abs', [1, 1], [NUMBER], NUMBER, 'the size of a number without its sign', (values) => {
    const value = numeric('abs', values, 0);
    // As in CLIPS, -0.0 keeps its sign.
    if (value instanceof Float) return value.value < 0 ? new Float(-value.value) : value;
    return value < 0 ? subtractIntegers(0, value) : value;
  }),
  builtin(
    'float',
    [1, 1],
    [NUMBER],
    FLOAT,
    'the number as a float',
    (values) => new Float(double(numeric('float', values, 0))),
  ),
  builtin('integer', [1, 1], [NUMBER], INTEGER, 'the number cut to an integer', (values) =>
    whole(numeric('integer', values, 0)),
  ),
  builtin('round', [1, 1], [NUMBER], INTEGER, 'the nearest integer; a half goes down', (values) => {
    const value = numeric('round', values, 0);
    return value instanceof Float ? integerOf(Math.ceil(value.value - 0.5)) : value;
  }),
  builtin('**', [2, 2], [NUMBER], FLOAT, 'the first to the power of the second', (values) => {
    const base = double(numeric('**', values, 0));
    const exponent = double(numeric('**', values, 1));
    const result = base ** exponent;
    if (Number.isNaN(result) || (base === 0 && exponent < 0))
      throw new RuleError('`**` is not defined for those numbers');
    return new Float(result);
  }),
  builtin('pi', [0, 0], [], FLOAT, 'the number pi', () => new Float(Math.PI)),
  builtin(
    'random',
    [0, 2],
    [INTEGER],
    INTEGER,
    'a random integer, between two bounds when they are given',
    (values, services) => {
      // A linear congruential generator with the constants of Knuth's MMIX; its upper bits are the better ones.
      const next = BigInt.asUintN(64, BigInt(services.seed) * 6364136223846793005n + 1442695040888963407n);
      services.seed = Number(next >> 11n);
      const drawn = Number(next >> 33n);
      if (values.length < 2) return drawn;
      const low = Number(integer('random', values, 0));
      const high = Number(integer('random', values, 1));
      if (low > high) throw new RuleError('`random` wants the lower bound first', { value: drawn });
      return low + (drawn % (high - low + 1));
    },
    'world',
  ),
  builtin(
    'seed',
    [1, 1],
    [INTEGER],
    'nothing',
    'sets the generator behind `random`',
    (values, services) => {
      services.seed = Number(integer('seed', values, 0));
      return NOTHING;
    },
    'world',
  ),
  ...Object.entries<readonly [comment: string, of: (x: number) => number]>({
    sqrt: ['the square root', Math.sqrt],
    exp: ['e to the power of the number', Math.exp],
    log: ['the natural logarithm', Math.log],
    log10: ['the logarithm to base 10', Math.log10],
    sin: ['the sine', Math.sin],
    cos: ['the cosine', Math.cos],
    tan: ['the tangent', Math.tan],
    cot: ['the cotangent', (x) => 1 / Math.tan(x)],
    sec: ['the secant', (x) => 1 / Math.cos(x)],
    csc: ['the cosecant', (x) => 1 / Math.sin(x)],
    asin: ['the arc sine', Math.asin],
    acos: ['the arc cosine', Math.acos],
    atan: ['the arc tangent', Math.atan],
    acot: ['the arc cotangent', (x) => (x === 0 ? Math.PI / 2 : Math.atan(1 / x))],
    asec: ['the arc secant', (x) => Math.acos(1 / x)],
    acsc: ['the arc cosecant', (x) => Math.asin(1 / x)],
    sinh: ['the hyperbolic sine', Math.sinh],
    cosh: ['the hyperbolic cosine', Math.cosh],
    tanh: ['the hyperbolic tangent', Math.tanh],
    coth: ['the hyperbolic cotangent', (x) => 1 / Math.tanh(x)],
    sech: ['the hyperbolic secant', (x) => 1 / Math.cosh(x)],
    csch: ['the hyperbolic cosecant', (x) => 1 / Math.sinh(x)],
    asinh: ['the hyperbolic arc sine', (x) => Math.log(x + Math.sqrt(x * x + 1))],
    acosh: ['the hyperbolic arc cosine', (x) => Math.log(x + Math.sqrt(x * x - 1))],
    atanh: ['the hyperbolic arc tangent', (x) => Math.log((1 + x) / (1 - x)) / 2],
    acoth: ['the hyperbolic arc cotangent', (x) => Math.log((x + 1) / (x - 1)) / 2],
    asech: ['the hyperbolic arc secant', (x) => Math.acosh(1 / x)],
    acsch: ['the hyperbolic arc cosecant', (x) => Math.log(1 / x + Math.sqrt(1 / (x * x) + 1))],
    'deg-rad': ['degrees as radians', (x) => (x * Math.PI) / 180],
    'rad-deg': ['radians as degrees', (x) => (x * 180) / Math.PI],
    'deg-grad': ['degrees as gradians', (x) => x / 0.9],
    'grad-deg': ['gradians as degrees', (x) => x * 0.9],
  }).map(([name, [comment, of]]) =>
    builtin(name, [1, 1], [NUMBER], FLOAT, comment, (values) => {
      const given = double(numeric(name, values, 0));
      const result = of(given);
      const isBeyond = Number.isFinite(given) && !Number.isFinite(result) && !growing.has(name);
      if (Number.isNaN(result) || isBeyond) throw new RuleError(`\`${name}\` is not defined for that number`);
      return new Float(result);
    }),
  ),
];

/** What grows beyond all floats without being undefined anywhere. */
const growing: ReadonlySet<string> = new Set(['exp', 'sinh', 'cosh', 'asinh', 'acosh']);

const double = (value: Numeric): number => (value instanceof Float ? value.value : Number(value));

const whole = (value: Numeric): number | bigint =>
  value instanceof Float ? integerOf(value.value) : wrapped(BigInt(value));

function quotient(a: Numeric, b: Numeric): Numeric {
  const by = divisor('/', double(b));
  if (a instanceof Float || b instanceof Float) return new Float(double(a) / by);
  return divideIntegers(a, b);
}

function divisor(name: string, value: number, soFar?: Numeric): number {
  if (value === 0) throw new RuleError(`\`${name}\` divides by zero`, { value: soFar });
  return value;
}

function folding(
  name: string,
  comment: string,
  integers: (a: number | bigint, b: number | bigint) => number | bigint,
  doubles: (a: number, b: number) => number,
): Builtin {
  return builtin(name, [2, null], [NUMBER], NUMBER, comment, (values) => {
    let result = numeric(name, values, 0);
    for (let at = 1; at < values.length; at += 1) {
      // As in CLIPS, what an error leaves of a product is 0.
      const next = numeric(name, values, at, name === '*' ? undefined : result);
      result =
        result instanceof Float || next instanceof Float
          ? new Float(doubles(double(result), double(next)))
          : integers(result, next);
    }
    return result;
  });
}

/** The first of the numbers that no other one goes beyond. */
function extreme(name: string, values: readonly Value[], direction: 1 | -1): Numeric {
  let best = numeric(name, values, 0);
  for (let at = 1; at < values.length; at += 1) {
    const next = numeric(name, values, at, best);
    if (compareNumbers(next, best) * direction > 0) best = next;
  }
  return best;
}
