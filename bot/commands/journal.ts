import { existsSync } from 'node:fs';
import { DataFolder } from '../../jobs/data-folder.ts';
import { cutJournal, Journal } from '../../jobs/journal.ts';
import { UsageError } from './expected.ts';

/** Reads the journal of a data folder whole. Rejects with `JournalCorrupt`, which names the line and what to do. */
export async function checkJournal(data: string): Promise<void> {
  const folder = await existing(data);
  try {
    const problems: string[] = [];
    const journal = await Journal.open<unknown>(folder.path, {
      onProblem: (sentence) => problems.push(sentence),
    });
    await journal.close();
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    process.stdout.write(`the journal is whole: ${journal.last} entries\n`);
  } finally {
    folder.close();
  }
}

/** Moves everything from an entry on aside. Nothing is deleted. */
export async function cut(data: string, before: number): Promise<void> {
  const folder = await existing(data);
  try {
    const moved = await cutJournal(folder.path, before);
    const said = moved.length === 0 ? `there is no entry ${before}` : `moved aside: ${moved.join(', ')}`;
    process.stdout.write(`${said}\n`);
  } finally {
    folder.close();
  }
}

/** A folder that is not there has no journal to look at, and is not made. */
function existing(data: string): Promise<DataFolder> {
  if (!existsSync(data)) throw new UsageError(`there is no data folder ${data}; --data names another one`);
  return DataFolder.open(data);
}
