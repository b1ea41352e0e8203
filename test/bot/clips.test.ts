import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describeWithClips('functions that call themselves', () => {
  const deep = join(folder, 'deep.clp');
  writeFileSync(
    deep,
    `(deffunction sum (?n) (if (= ?n 0) then 0 else (+ ?n (sum (- ?n 1)))))
(deffunction fact (?n) (if (<= ?n 1) then 1.0 else (* ?n (fact (- ?n 1)))))
(deffunction even (?n))
(deffunction odd (?n) (if (= ?n 0) then FALSE else (even (- ?n 1))))
(deffunction even (?n) (if (= ?n 0) then TRUE else (odd (- ?n 1))))
(deffunction count (?n $?all) (progn$ (?each ?all) (return (count (+ ?n 1) (rest$ ?all)))) ?n)
(deffunction walk (?n) (while (> ?n 0) do (switch ?n (case 0 then 0) (default (return (walk (- ?n 1)))))) done)
(defrule r (n ?n) (test (even ?n)) => (printout t (sum ?n) crlf))
(assert (n 3000))
(run)
(printout t (sum 5000) " " (fact 3000) " " (even 4001) " " (count 0 (explode$ "1 2 3 4 5 6 7 8 9")) " " (walk 2000) crlf)
(exit)
`,
  );

  test('go as deep as in clips', () => {
    const { stdout } = spawnSync('clips', ['-f2', deep], { input: '', encoding: 'utf8' });
    expect(stdout).toMatch(/^4501500\n12502500 /);
    expect(octopus(['-f2', deep], '').output).toBe(stdout);
  });

  test.each([
    { what: 'a program', words: ['-f2', 'endless.clp'], input: '' },
    {
      what: 'a prompt',
      words: [],
      input: '(deffunction down (?n) (+ 1 (down ?n)))\n(down 1)\n(+ 1 1)\n(exit)\n',
    },
  ])('without an end are told in $what, which goes on', ({ words, input }) => {
    writeFileSync(
      join(folder, 'endless.clp'),
      '(deffunction down (?n) (+ 1 (down ?n)))\n(down 1)\n(printout t 2 crlf)\n(exit)\n',
    );

    expect(octopus(words, input).output).toMatch(/`down` calls itself too deep\n(?:FALSE\nCLIPS> )?2\n/);
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

const prompt = 'CLIPS> ';
const CTRL_C = '\u0003';

/** `octopus clips` at a terminal: `script` gives it one. */
class Terminal {
  output = '';
  readonly #process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<unknown>;
  #seen = 0;
  #wake: () => void = () => undefined;

  constructor(stateFolder: string, words = '') {
    const line = `'${process.execPath}' '${launcher}' clips ${words}`;
    this.#process = spawn('script', ['-qfec', line, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, TERM: 'xterm', XDG_STATE_HOME: stateFolder },
    });
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

function terminalOf(stateFolder: string, words?: string): Terminal {
  const terminal = new Terminal(stateFolder, words);
  terminals.push(terminal);
  return terminal;
}

afterAll(() => {
  for (const terminal of terminals) terminal.stop();
});

test('at a terminal there are history, completion, and lines for a program that reads', async () => {
  const terminal = terminalOf(folder);
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
  await terminal.type(`(+ 1 (${CTRL_C}`, prompt);
  await terminal.type('(exit)\r', '(exit)');
  await terminal.ended;
});

test('Ctrl-C stops what runs, and the program goes on', async () => {
  const endless = join(folder, 'endless-run.clp');
  writeFileSync(
    endless,
    `(deffunction ever () (printout t begun crlf) (while TRUE do))
(defrule again ?f <- (n ?n) => (retract ?f) (if (= ?n 1) then (printout t "fires" crlf)) (assert (n (+ ?n 1))))
(printout t "first" crlf)
(while TRUE do)
`,
  );
  const terminal = terminalOf(folder, `-f2 ${endless}`);
  // In the program itself,
  await terminal.type('', 'first\r\n');
  await terminal.type(CTRL_C, 'interrupted\r\n');
  await terminal.type('', prompt);
  // in a command,
  await terminal.type('(ever)\r', 'begun\r\n');
  await terminal.type(CTRL_C, 'interrupted\r\n');
  await terminal.type('', prompt);
  // in rules that fire for ever,
  await terminal.type('(assert (n 1))\r', prompt);
  await terminal.type('(run)\r', 'fires\r\n');
  await terminal.type(CTRL_C, 'interrupted\r\n');
  await terminal.type('', prompt);
  // while a program waits for a line,
  await terminal.type('(bind ?x (read))\r', '(read))');
  await terminal.type(CTRL_C, 'interrupted\r\n');
  await terminal.type('', prompt);
  // and in what was not asked for yet.
  await terminal.type('(ever)\r(printout t "never" crlf)\r', 'begun\r\n');
  await terminal.type(CTRL_C, 'interrupted\r\n');
  await terminal.type('', prompt);
  await terminal.type('(+ 40 2)\r', '\n42\r\n');
  await terminal.type('(exit)\r', '(exit)');
  await terminal.ended;
  expect(terminal.output).not.toMatch(/^never/m);
});

test('lines are kept for the next time', async () => {
  const state = join(folder, 'state');
  const first = terminalOf(state);
  await first.type('', prompt);
  await first.type('(bind ?x kept)\r', '\nkept\r\n');
  await first.type('', prompt);
  // What a program asks for is not kept.
  await first.type('(read)\r', '(read)');
  await first.type('secret\r', '\nsecret\r\n');
  await first.type('', prompt);
  await first.type('(exit)\r', '(exit)');
  await first.ended;
  const file = join(state, 'octopus', 'clips-history');
  expect(readFileSync(file, 'utf8')).toBe('(bind ?x kept)\n(read)\n(exit)\n');

  const second = terminalOf(state);
  await second.type('', prompt);
  await second.type('\u001B[A\u001B[A\u001B[A\r', '\nkept\r\n');
  await second.type('', prompt);
  await second.type('\u0004', '');
  await second.ended;
});

test('where lines cannot be kept, this is said, and the prompt works', async () => {
  const terminal = terminalOf(program);
  expect(await terminal.type('', prompt)).toMatch(/octopus: lines are not kept for the next time: E/);
  await terminal.type('(+ 40 2)\r', '\n42\r\n');
  await terminal.type('', prompt);
  await terminal.type('(exit)\r', '(exit)');
  await terminal.ended;
});
