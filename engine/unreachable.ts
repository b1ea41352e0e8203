/** For the end of a `switch` over a closed set: the compiler shows each place that a new variant has to be taught to. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
