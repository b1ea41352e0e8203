import { readFileSync } from 'node:fs';
import process from 'node:process';
import { runProgram } from '../../../dsl/run-program.ts';

// Runs a program of the language once and says how long that took of the processor; with a number behind the file, so many
// times, since what runs again is compiled already. Then it waits, so that whoever started it can look at the process.

const [file = '', times = '1'] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const spent: number[] = [];
let output = '';
for (let time = 0; time < Number(times); time += 1) {
  const from = process.cpuUsage();
  output = runProgram(text);
  spent.push(process.cpuUsage(from).user / 1e6);
}
process.stdout.write(`${output}\n${JSON.stringify({ spent })}\ndone\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit());
