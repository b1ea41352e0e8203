import { burstBench } from './burst.ts';
import { decisionBench } from './decisions.ts';
import { journalBench } from './journal.ts';
import { startBench } from './start.ts';

// Figures, as ratios and percentiles: absolute times are of the computer that they were taken on.

const benches = { start: startBench, burst: burstBench, journal: journalBench, decisions: decisionBench };

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name}:`);
  for (const line of await bench()) console.log(`  ${line}`);
}
