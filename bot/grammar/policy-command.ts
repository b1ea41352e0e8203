import { closest } from '../../dsl/suggest.ts';
import { echo } from './echo.ts';
import type { Word } from './lexer.ts';
import { NOTHING_KNOWN, type Meaning } from './meaning.ts';
import type { Reading } from './reading.ts';

const ACTIONS = ['list', 'show', 'load', 'reload', 'rollback', 'why-not'] as const;

/** `policy list|show|load|reload|rollback|why-not`; alone it lists. */
export function policyCommand(reading: Reading, words: readonly Word[]): Meaning {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'question', question: { kind: 'policy-list' } };
  switch (first.key) {
    case 'list':
    case 'ls':
      return { kind: 'question', question: { kind: 'policy-list' } };
    case 'show':
      return show(rest);
    case 'load':
      return load(reading, rest);
    case 'reload':
      return { kind: 'ask', ask: { kind: 'reload-policies' } };
    case 'rollback':
    case 'undo':
      return rollBack(reading, rest);
    case 'why-not':
    case 'whynot':
      return whyNot(reading, rest);
    default: {
      const message = `${reading.place(first)} is nothing that can be done with policies: ${ACTIONS.join(', ')}.`;
      return reading.unclear(first, message, closest(first.key, ACTIONS));
    }
  }
}

function show(words: readonly Word[]): Meaning {
  const [word] = words;
  const version = word === undefined ? null : versionNumber(word);
  const file = word === undefined || version !== null ? null : echo(word.text, 80);
  return { kind: 'question', question: { kind: 'policy-show', file, version } };
}

/** `policy why-not switch-off-idle hv01`: the rule, and what it is asked about. */
function whyNot(reading: Reading, words: readonly Word[]): Meaning {
  const [rule, about] = words.filter(({ key }) => key !== 'for');
  if (rule === undefined)
    return reading.unclear(
      null,
      'name a rule: `policy why-not switch-off-idle hv01`; `policy show` lists them.',
    );
  return {
    kind: 'question',
    question: {
      kind: 'policy-why-not',
      rule: echo(rule.text, 80),
      about: about === undefined ? null : echo(about.text, 80),
    },
  };
}

function rollBack(reading: Reading, words: readonly Word[]): Meaning {
  const word = words.find(({ key }) => key !== 'to' && key !== 'version');
  if (word === undefined) return { kind: 'ask', ask: { kind: 'roll-back-policies', version: null } };
  const version = versionNumber(word);
  if (version !== null) return { kind: 'ask', ask: { kind: 'roll-back-policies', version } };
  return reading.unclear(
    word,
    `${reading.place(word)} is not the number of a version; \`policy list\` shows them.`,
    '',
  );
}

function versionNumber({ key }: Word): number | null {
  const [, number] = /^v?(\d{1,9})$/u.exec(key) ?? [];
  return number === undefined ? null : Number(number);
}

/** The text comes with the message: as an attachment, in a code block, or behind the command from its first parenthesis on. */
function load(reading: Reading, words: readonly Word[]): Meaning {
  const { files, block, raw } = reading;
  const [file] = files;
  if (files.length > 1)
    return reading.unclear(null, 'one policy file at a time: attach one file to `policy load`.');
  const behind = raw.indexOf('(');
  const text = file?.text ?? block ?? (behind === -1 ? null : raw.slice(behind));
  if (text === null)
    return { kind: 'missing', missing: { verb: 'policy', known: NOTHING_KNOWN, fields: ['file'] } };
  const name =
    wordName(words, file === undefined) ?? (file === undefined ? null : fileName(file.name)) ?? 'custom.clp';
  return { kind: 'ask', ask: { kind: 'load-policy', name, text } };
}

/** A file's name behind `load`; with an attachment only one that ends like a policy file. */
function wordName(words: readonly Word[], alone: boolean): string | null {
  const word = words.find(({ text }) => text.includes('.clp')) ?? (alone ? words[0] : undefined);
  return word === undefined || word.text.includes('(') ? null : fileName(word.text);
}

/** A base name without folders or odd characters that ends in `.clp`; null when nothing is left. */
function fileName(text: string): string | null {
  const base = text.split(/[/\\]/u).at(-1) ?? '';
  const stem = base
    .replace(/(?:\.clp)?(?:\.txt)?$/iu, '')
    .replaceAll(/[^\w.-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/gu, '')
    .slice(0, 60);
  return stem === '' ? null : `${stem}.clp`;
}
