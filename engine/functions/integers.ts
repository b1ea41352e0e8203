const WORD = 64;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** An integer as the language keeps it: wrapped to 64 bits, a number where JavaScript is exact, else a bigint. */
export function wrapped(value: bigint): number | bigint {
  const signed = BigInt.asIntN(WORD, value);
  return signed <= SAFE && signed >= -SAFE ? Number(signed) : signed;
}

/** Runs on numbers where the result is exact, and on bigints where it is not. */
function exact(
  a: number | bigint,
  b: number | bigint,
  quick: (a: number, b: number) => number,
  wide: (a: bigint, b: bigint) => bigint,
): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const result = quick(a, b);
    if (Number.isSafeInteger(result)) return result + 0;
  }
  return wrapped(wide(BigInt(a), BigInt(b)));
}

type Integer = number | bigint;

export const addIntegers = (a: Integer, b: Integer): Integer =>
  exact(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
  );

export const subtractIntegers = (a: Integer, b: Integer): Integer =>
  exact(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
  );

export const multiplyIntegers = (a: Integer, b: Integer): Integer =>
  exact(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
  );

/** Truncates towards zero. The divisor is not zero. */
export const divideIntegers = (a: Integer, b: Integer): Integer =>
  exact(
    a,
    b,
    (x, y) => Math.trunc(x / y),
    (x, y) => x / y,
  );

/** Keeps the sign of the dividend. The divisor is not zero. */
export const remainder = (a: Integer, b: Integer): Integer =>
  exact(
    a,
    b,
    (x, y) => x % y,
    (x, y) => x % y,
  );

/** A double cut to an integer of 64 bits; what lies outside gives the least integer, as C does on a PC. */
export function integerOf(value: number): Integer {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole + 0;
  const fits = whole >= -(2 ** 63) && whole < 2 ** 63;
  return fits ? wrapped(BigInt(whole)) : -(2n ** 63n);
}
