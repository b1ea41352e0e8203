import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { RuleBase } from '../../engine/rule.ts';
import { Session } from '../../engine/session.ts';
import { networkPicture } from '../../engine/view/network-svg.ts';
import { networkText } from '../../engine/view/network-text.ts';
import { networkOf } from '../../engine/view/network-view.ts';
import { compiledWith } from './check-policies.ts';
import { UsageError } from './expected.ts';

interface Out {
  write(text: string): unknown;
}

/**
 * Prints the network that the rules of these files make, or the source that is generated of it, and draws it into a file when asked to. The files
 * are read as `policy check` reads them. Gives the exit code: 1 when there is an error in them, which is printed.
 */
export function explainNetwork(
  names: readonly string[],
  { svg, source = false }: { readonly svg?: string; readonly source?: boolean },
  out: Out,
  problems: Out,
): number {
  const { base, report } = compiledWith(names);
  if (base === null) {
    problems.write(report);
    return 1;
  }
  const own = new Set(names.map((name) => basename(name)));
  const rules = base.rules.filter(({ origin }) => own.has(origin.file));
  const network = networkOf({ ...base, rules });
  out.write(source ? sourceOf({ ...base, rules }) : networkText(network));
  if (svg !== undefined) draw(svg, networkPicture(network, [...own].join(', ')));
  return 0;
}

/** The JavaScript that the network runs as after a while. */
function sourceOf(base: RuleBase): string {
  const world = { functions: new Map(), write: (): void => undefined };
  const source = new Session({ ...base, facts: [] }, { strategy: 'canonical', world }).networkSource();
  return source.endsWith('\n') ? source : `${source}\n`;
}

function draw(file: string, picture: string): void {
  try {
    writeFileSync(file, picture);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
