#!/usr/bin/env node
// The launcher, in plain JavaScript on purpose: any Node can read it, and it moves to the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// A packed Octopus carries JavaScript in dist/, since Node strips no types under node_modules.
const packed = new URL('../dist/bot/main.js', import.meta.url);
const isSource = existsSync(new URL('main.ts', import.meta.url));

if (process.features.typescript) {
  module.enableCompileCache?.();
  await (isSource ? import('./main.ts') : import(packed.href));
} else {
  const pinned = ['../node_modules/.bin/node', '../../.bin/node']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (pinned === undefined) {
    console.error(
      `octopus needs Node 22.18 or newer; this is ${process.version}. Run "npm ci" to install the pinned runtime.`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}
