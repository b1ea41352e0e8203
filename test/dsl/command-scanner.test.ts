import { expect, test } from '@jest/globals';
import { CommandScanner } from '../../dsl/command-scanner.ts';

const commandsIn = (scanner: CommandScanner, text: string): string[] =>
  Array.from(text).flatMap((character) => scanner.take(character) ?? []);

test.each([
  { text: '(a)\n(b)\n', commands: ['(a)\n', '(b)\n'] },
  { text: '(a\n b)\n', commands: ['(a\n b)\n'] },
  { text: 'word (\n(a)\n', commands: ['word (\n', '(a)\n'] },
  { text: '(a ")\n\\")")\n', commands: ['(a ")\n\\")")\n'] },
  { text: '; (\n(a)\n', commands: ['; (\n(a)\n'] },
  { text: '(a ; )\n)\n', commands: ['(a ; )\n)\n'] },
  { text: ')\n(a)\r', commands: [')\n', '(a)\r'] },
  { text: '\n\n(a)', commands: [] },
])('$text', ({ text, commands }) => {
  expect(commandsIn(new CommandScanner(), text)).toEqual(commands);
});

test('what was begun can be forgotten', () => {
  const scanner = new CommandScanner();
  expect(commandsIn(scanner, '(a "b')).toEqual([]);
  expect(scanner.isOpen).toBe(true);
  scanner.clear();
  expect(scanner.isOpen).toBe(false);
  expect(commandsIn(scanner, '(c)\n')).toEqual(['(c)\n']);
});
