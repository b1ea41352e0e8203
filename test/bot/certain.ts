/** A value of a test as the branded type that its guard vouches for. */
export function certain<Branded>(is: (value: unknown) => value is Branded, value: unknown): Branded {
  if (!is(value)) throw new Error(`${String(value)} is not what the test takes it for`);
  return value;
}
