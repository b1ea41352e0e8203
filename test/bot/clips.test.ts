import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeWithClips } from '../dsl/clips-program.ts';

// `octopus clips` as a process, beside `clips` and at a terminal.

const launcher = join(import.meta.dirname, '..', '..', 'bot', 'octopus.mjs');
const folder = mkdtempSync(join(tmpdir(), 'octopus-clips-'));
const program = join(folder, 'zoo.clp');
writeFileSync(
  program,
  `(deftemplate animal (slot name) (slot legs (type INTEGER) (default 4)))
(deffacts zoo (animal (name octopus) (legs 8)) (animal (name dog)))
(defrule count (animal (name ?n) (legs ?l)) => (printout t ?n " has " ?l crlf))
(reset)
(run)
`,
);
const batch = join(folder, 'words.bat');
writeFileSync(batch, '(assert (word one))\n(facts)\n');
const other = join(folder, 'others.bat');
writeFileSync(other, '(retract 1)\n(facts)\n');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function octopus(words: readonly string[], input: string): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [launcher, 'clips', ...words], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  return { output: stdout + stderr, status };
}

describeWithClips('a program and its commands', () => {
  test('give what clips gives, with its exit status', () => {
    const input = '(facts)\n(+ 1 2)\n(assert (animal (name "é") (legs 0)))\n(run)\n(exit 3)\n(facts)\n';
    const { stdout, status } = spawnSync('clips', ['-f2', program], { input, encoding: 'utf8' });

    expect(octopus(['-f2', program], input)).toEqual({ output: stdout, status });
    expect(status).toBe(3);
  });
});

describeWithClips('a file by each of the switches', () => {
  test.each([
    { words: ['-l', program], input: '(rules)\n(facts)\n' },
    { words: ['-f', program], input: '(facts)\n' },
    { words: ['-f', batch, '-l', program, '-f2', batch, '-f', other], input: '(rules)\n' },
  ])('$words', ({ words, input }) => {
    const typed = `${input}(exit)\n`;
    const { stdout } = spawnSync('clips', words, { input: typed, encoding: 'utf8' });

    expect(octopus(words, typed).output).toBe(stdout);
  });
});

test('the end of input ends the run', () => {
  expect(octopus(['-f2', program], '(+ 1 2)').output).toMatch(/^dog has 4\noctopus has 8\n.*\nCLIPS> $/);
});

test('what cannot be run is told', () => {
  expect(octopus(['-f2', 'none.clp'], '')).toEqual({
    output: expect.stringMatching(/^octopus: none.clp cannot be read: ENOENT/),
    status: 1,
  });
  expect(octopus(['-f2'], '').output).toBe('octopus: -f2 needs a file: `octopus clips -f2 FILE`\n');
  expect(octopus(['-x', program], '').output).toMatch(/^octopus: octopus clips does not know -x/);
});

/** `octopus clips` at a terminal: `script` gives it one. */
class Terminal {
  output = '';
  readonly #process = spawn('script', ['-qfec', `'${process.execPath}' '${launcher}' clips`, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, TERM: 'xterm' },
  });
  readonly ended: Promise<unknown>;
  #seen = 0;
  #wake: () => void = () => undefined;

  constructor() {
    this.#process.stdout.on('data', (piece: Buffer) => {
      this.output += piece.toString();
      this.#wake();
    });
    this.ended = new Promise((resolve) => this.#process.on('close', resolve));
  }

  stop(): void {
    this.#process.kill();
  }

  /** Types, and waits until what follows holds a text. */
  async type(keys: string, until: string): Promise<string> {
    this.#process.stdin.write(keys);
    for (;;) {
      const at = this.output.indexOf(until, this.#seen);
      if (at >= 0) {
        const heard = this.output.slice(this.#seen, at);
        this.#seen = at + until.length;
        return heard;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A test that fails leaves none behind. */
const terminals: Terminal[] = [];

afterAll(() => {
  for (const terminal of terminals) terminal.stop();
});

test('at a terminal there are history, completion, and lines for a program that reads', async () => {
  const terminal = new Terminal();
  terminals.push(terminal);
  const prompt = 'CLIPS> ';
  await terminal.type('', prompt);
  expect(await terminal.type('(+ 1 2)\r', `3\r\n`)).toContain('(+ 1 2)');
  await terminal.type('', prompt);
  // The key up brings the last line back.
  await terminal.type('\u001B[A', '(+ 1 2)');
  await terminal.type('\r', `3\r\n`);
  await terminal.type('', prompt);
  await terminal.type('(deffunction zebra-stripes ()\r 40)\r', prompt);
  await terminal.type('(zeb\t', 'zebra-stripes');
  await terminal.type(')\r', '40\r\n');
  await terminal.type('', prompt);
  // What runs takes its own lines.
  await terminal.type('(bind ?x (str-cat "<" (read) ">"))\r', '">"))');
  await terminal.type('word more\r', '"<word>"\r\n');
  await terminal.type('', prompt);
  await terminal.type('?x\r', '"<word>"\r\n');
  await terminal.type('', prompt);
  // What was begun is given up.
  await terminal.type('(+ 1 (\u0003', prompt);
  await terminal.type('(exit)\r', '(exit)');
  await terminal.ended;
});
