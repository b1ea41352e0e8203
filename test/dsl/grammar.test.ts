import { expect, test } from '@jest/globals';
import { Grammar } from '../../dsl/grammar.ts';

// Chevrotain looks for left recursion and ambiguous alternatives each time a grammar is made, unless told not to: here is the time.
test('the grammar is sound', () => {
  expect(() => new Grammar({ isChecked: true })).not.toThrow();
});
