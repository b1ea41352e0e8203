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
  return String(words[token + TOKEN_NODE]) + pathOf(words, token);
}

/** Names a token among those of its node, in this session as in another one that has the same facts. */
export function pathOf(words: Int32Array, token: Address): string {
  let path = '';
  for (let link = token; link !== NIL; link = words[link + TOKEN_PARENT] as Address) {
    const fact = words[link + TOKEN_FACT] as Address;
    if (fact === NIL) path += ' *';
    else
      path += ` ${words[fact + FACT_INDEX]}.${words[(words[link + TOKEN_ENTRY] as Address) + ENTRY_ORDINAL]}`;
  }
  return path;
}
