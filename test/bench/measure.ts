import process from 'node:process';

/** What the work takes, in milliseconds. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** What the work takes of the processor in this thread, in milliseconds: unlike the clock it does not see what else runs. */
export function cpuMilliseconds(work: () => void): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

/** The value that this part of all values does not exceed; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Half and all but one of a hundred: `half within 1.20 ms, 99 % within 3.41 ms`. */
export function spread(values: readonly number[]): string {
  return `half within ${inMs(quantile(values, 0.5))}, 99 % within ${inMs(quantile(values, 0.99))}`;
}

export function inMs(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
