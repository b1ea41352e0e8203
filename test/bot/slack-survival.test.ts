import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

// Left to itself, the socket client ends the process by an unhandled rejection when Slack answers oddly.
test('nothing that Slack does ends the process, and it is found again each time', async () => {
  const program = join(import.meta.dirname, 'slack-misbehaving.ts');
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [program], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
  expect(output.trim().split('\n')).toEqual([
    'connected after http-500',
    'connected after a web page',
    'connected after token revoked',
    'connected after nobody there',
    'connected after no upgrade',
    'connected after closed before hello',
    'stopped',
  ]);
  expect(code).toBe(0);
});
