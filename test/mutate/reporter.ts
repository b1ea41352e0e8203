import { appendFileSync } from 'node:fs';
import process from 'node:process';

interface Result {
  readonly testFilePath: string;
  readonly numFailingTests: number;
  readonly testExecError?: unknown;
  readonly perfStats: { readonly start: number; readonly end: number };
}

/** Notes every file of tests as it ends, a line each: a run that ends with the first failure writes no report of Jest's own. */
export default class Reporter {
  onTestResult(_: unknown, { testFilePath, numFailingTests, testExecError, perfStats }: Result): void {
    const failed = numFailingTests > 0 || (testExecError !== undefined && testExecError !== null);
    const line = { path: testFilePath, failed, ms: perfStats.end - perfStats.start };
    appendFileSync(process.env['REPORT'] as string, `${JSON.stringify(line)}\n`);
  }
}
