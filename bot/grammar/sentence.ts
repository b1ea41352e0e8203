import type { Ask } from '../../policies/command.ts';
import { unreachable, type Mib, type Seconds } from '../../policies/model.ts';
import type { Known } from './meaning.ts';

/** The sentence that makes this ask, so that whoever reads it can type it. What only a button knows (`seen`) is not said. */
export function sentence(ask: Ask): string {
  switch (ask.kind) {
    case 'new-machine':
      return newSentence({ ...ask, host: null });
    case 'renew-lease':
      return `renew ${ask.lease}${ask.length === null ? '' : ` for ${inLengthUnit(ask.length)}`}`;
    case 'release-lease':
      return `release ${ask.lease}`;
    case 'delete-machine':
      return `delete ${ask.lease}`;
    case 'start-machine':
      return `start ${ask.lease}`;
    case 'stop-machine':
      return `stop ${ask.lease}`;
    case 'restart-machine':
      return `restart ${ask.lease}`;
    case 'drain-host':
      return `host ${ask.host} drain`;
    case 'resume-host':
      return `host ${ask.host} resume`;
    case 'power-host-off':
      return `host ${ask.host} off`;
    case 'power-host-on':
      return `host ${ask.host} on`;
    case 'load-policy':
      return `policy load ${ask.name}\n${fenced(ask.text)}`;
    case 'reload-policies':
      return 'policy reload';
    case 'roll-back-policies':
      return ask.version === null ? 'policy rollback' : `policy rollback ${ask.version}`;
    default:
      return unreachable(ask);
  }
}

/** `new 4c 8g ubuntu named build-box for 2w`, with what is known. */
export function newSentence({ cores, memory, image, name, length }: Known): string {
  const words = ['new'];
  if (cores !== null) words.push(`${cores}c`);
  if (memory !== null) words.push(inMemoryUnit(memory));
  if (image !== null) words.push(image);
  if (name !== null) words.push('named', name);
  if (length !== null) words.push('for', inLengthUnit(length));
  return words.join(' ');
}

/** A size as it is typed: `8g`, `512m`. */
export function inMemoryUnit(mib: Mib): string {
  return mib % 1024 === 0 ? `${mib / 1024}g` : `${mib}m`;
}

/** A length of time as it is typed, in the largest unit that holds it whole: `2w`, `90s`. */
export function inLengthUnit(seconds: Seconds): string {
  if (seconds % 604_800 === 0) return `${seconds / 604_800}w`;
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}min` : `${seconds}s`;
}

function fenced(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${text}\n${fence}`;
}
