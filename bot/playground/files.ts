import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';

const page = join(import.meta.dirname, 'page');
const cards = 'adaptivecards.min.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The files of the page by the path of their address: those in `page/` and the renderer of Adaptive Cards. The list is
 * made once, so no path from outside ever becomes a file's name; contents are read at each request, so an edited page
 * shows after a reload.
 */
export async function pageFiles(): Promise<
  ReadonlyMap<string, () => Promise<{ type: string; body: Buffer }>>
> {
  const names = (await readdir(page)).filter((name) => extname(name) in types);
  const resolved = createRequire(import.meta.url).resolve('adaptivecards/package.json');
  const paths = new Map<string, string>([
    ['/', join(page, 'index.html')],
    [`/vendor/${cards}`, join(resolved, '..', 'dist', cards)],
    ...names.map((name): [string, string] => [`/${name}`, join(page, name)]),
  ]);
  return new Map(
    [...paths].map(([address, path]) => [
      address,
      async () => ({ type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(path) }),
    ]),
  );
}
