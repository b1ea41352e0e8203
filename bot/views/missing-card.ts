import { helpTopics, newSentence, type Missing } from '../grammar.ts';
import type { Block, Card } from '../surface.ts';
import { joined } from './words.ts';

/** What a command lacks, for where no form can be shown: an example sentence says how it is done. */
export function missingCard({ verb, known, fields }: Missing): Card {
  if (fields.includes('file')) {
    const text = 'The policy file is missing: attach it to the message, or put its text in a code block.';
    const example = 'policy load quota.clp\n```\n(defrule … )\n```';
    const blocks: Block[] = [
      { kind: 'text', text },
      { kind: 'code', text: example },
    ];
    return { title: 'Which policy file?', blocks, summary: text, tone: 'warning' };
  }
  const text = `This lacks ${joined(fields.map((field) => WORDS[field]))}.`;
  const example = verb === 'new' ? exampleOf({ verb, known, fields }) : topicExample(verb);
  const blocks: Block[] = [
    { kind: 'text', text: `${text} For example:` },
    { kind: 'code', text: example },
  ];
  return {
    title: `${verb}: something is missing`,
    blocks,
    summary: `${text} For example: ${example}`,
    tone: 'warning',
  };
}

const WORDS = {
  cores: 'the number of cores',
  memory: 'the memory',
  image: 'the image',
  machine: 'the name of the machine',
  host: 'the name of the host',
  action: 'what to do with it',
  file: 'the file',
} as const;

function exampleOf({ known }: Missing): string {
  const { image, ...rest } = known;
  const whole = { ...rest, image, cores: known.cores ?? 4, memory: known.memory ?? 8192 };
  return image === null ? `${newSentence(whole)} ubuntu` : newSentence(whole);
}

function topicExample(verb: Missing['verb']): string {
  return helpTopics(true).find((topic) => topic.verb === verb)?.example ?? verb;
}
