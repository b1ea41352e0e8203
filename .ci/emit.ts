import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

// What is packed: JavaScript and types in dist/, since Node strips no types under node_modules. Everything that is no source
// (policies, the page of the playground, modules of PowerShell) goes beside it, at its own place.

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const folders = ['bot', 'engine', 'dsl', 'hyperv', 'jobs', 'policies'];

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, '.ci')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
for (const folder of folders) {
  cpSync(join(root, folder), join(dist, folder), {
    recursive: true,
    filter: (source) => !/\.(?:ts|md|png)$/.test(source) && !source.endsWith('tsconfig.json'),
  });
}
