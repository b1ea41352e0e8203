import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from './files.ts';
import { cutTail, damageOf, JournalCorrupt, linesOf, segmentsIn, type Segment } from './segment.ts';

/**
 * Takes entry `before` and all later ones out of the journal of a folder that nobody has open, for an operator who goes on
 * without them. They are moved to `*.cut` files beside it, and nothing is deleted. Resolves with the names of these files.
 *
 * Damage before that entry rejects with `JournalCorrupt`, which names the entry to cut at instead.
 */
export async function cutJournal(folder: string, before: number): Promise<readonly string[]> {
  const taken = new Set(await readdir(folder));
  const moved: string[] = [];
  for (const segment of await segmentsIn(folder)) {
    const offset = segment.first >= before ? 0 : await offsetOf(segment, before);
    if (offset === undefined) continue;
    const name = freeName(`${segment.name}.cut`, taken);
    taken.add(name);
    if (offset === 0) {
      await rename(segment.path, join(folder, name));
    } else {
      // First a copy, then the cut: a crash in between leaves the journal as it was, and a copy too many.
      await pipeline(
        createReadStream(segment.path, { start: offset }),
        createWriteStream(join(folder, name), { flags: 'wx', flush: true }),
      );
      await cutTail(segment, offset);
    }
    moved.push(name);
  }
  await syncFolder(folder);
  return moved;
}

/** Where the line of an entry begins, if the file goes that far. Lines are counted: the one to cut at may be unreadable. */
async function offsetOf(segment: Segment, number: number): Promise<number | undefined> {
  for await (const lines of linesOf(segment)) {
    for (const line of lines) {
      const here = segment.first + line.place - 1;
      if (here === number) return line.offset;
      const damage = damageOf(line);
      if (damage) throw new JournalCorrupt(segment, line.place, here, damage);
    }
  }
  return undefined;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`;
  return name;
}
