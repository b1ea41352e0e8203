import {
  ENTRY_ORDINAL,
  FACT_INDEX,
  NIL,
  TOKEN_ENTRY,
  TOKEN_FACT,
  TOKEN_NODE,
  TOKEN_PARENT,
  type Address,
} from '../heap.ts';

/** Names a token by its node, its facts and the ways in which they match: the same when it is deleted and made again. */
export function identityOf(words: Int32Array, token: Address): string {
  const node = words[token + TOKEN_NODE] as number;
  let identity = String(node < 0 ? ~node : node);
  for (let link = token; link !== NIL; link = words[link + TOKEN_PARENT] as Address) {
    const fact = words[link + TOKEN_FACT] as Address;
    if (fact === NIL) identity += ' *';
    else
      identity += ` ${words[fact + FACT_INDEX]}.${words[(words[link + TOKEN_ENTRY] as Address) + ENTRY_ORDINAL]}`;
  }
  return identity;
}
