import process from 'node:process';
import { burstBench } from './burst.ts';
import { decisionBench } from './decisions.ts';
import { journalBench } from './journal.ts';
import { startBench } from './start.ts';

// Figures, as ratios and percentiles: absolute times are of the computer that they were taken on.
//
//   npm run bench [-- start journal decisions burst]

const benches = { start: startBench, journal: journalBench, decisions: decisionBench, burst: burstBench };

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name}:`);
  for (const line of await bench()) console.log(`  ${line}`);
}
// After the burst Slack's client goes on trying to edit messages of a Slack that is gone.
process.exit(0);
