import type { Atom } from '../atoms.ts';
import { compile } from '../compile.ts';
import type { Evaluate, Scope } from '../frame.ts';
import { RuleError } from '../functions/builtin.ts';
import {
  ENTRY_CAPTURES,
  ENTRY_FACT,
  FACT_INDEX,
  FACT_SLOTS,
  TOKEN_ENTRY,
  TOKEN_FACT,
  type Address,
} from '../heap.ts';
import { sameValue } from '../order.ts';
import type { Expression } from '../rule.ts';
import type { Ref, Test, Variables } from '../plan.ts';
import { FactAddress, FALSE, type Value } from '../value.ts';
import { mixed } from './memory.ts';
import { ancestor, reportTo, type Fabric, type Owner } from './node.ts';
import { unreachable } from '../unreachable.ts';

// Closures that read a match: `token` holds the levels before `level`, `entry` stands at `level` itself.

/** Reads an int32 of a match: an atom, or a key. */
export type Read = (token: Address, entry: Address) => number;
export type Holds = (token: Address, entry: Address) => boolean;

/** The atom at a place of the match. */
export function atomReader(fabric: Fabric, ref: Ref, level: number): Read {
  const { heap } = fabric;
  const { at } = ref;
  const distance = level - 1 - ref.level;
  if (ref.from === 'address') throw new Error('the address of a fact is not an atom');
  if (distance < 0) {
    if (ref.from === 'capture') return (_, entry) => heap.words[entry + ENTRY_CAPTURES + at] as number;
    return (_, entry) => {
      const { words } = heap;
      return words[(words[entry + ENTRY_FACT] as number) + FACT_SLOTS + at] as number;
    };
  }
  if (ref.from === 'capture') {
    return (token) => {
      const { words } = heap;
      return words[
        (words[ancestor(words, token, distance) + TOKEN_ENTRY] as number) + ENTRY_CAPTURES + at
      ] as number;
    };
  }
  if (distance === 0) {
    return (token) => {
      const { words } = heap;
      return words[(words[token + TOKEN_FACT] as number) + FACT_SLOTS + at] as number;
    };
  }
  return (token) => {
    const { words } = heap;
    return words[
      (words[ancestor(words, token, distance) + TOKEN_FACT] as number) + FACT_SLOTS + at
    ] as number;
  };
}

/** The value at a place of the match. */
export function valueReader(
  fabric: Fabric,
  ref: Ref,
  level: number,
): (token: Address, entry: Address) => Value {
  const { heap, atoms } = fabric;
  if (ref.from !== 'address') {
    const read = atomReader(fabric, ref, level);
    return (token, entry) => atoms.value(read(token, entry));
  }
  const distance = level - 1 - ref.level;
  return (token, entry) => {
    const { words } = heap;
    const fact =
      distance < 0 ? words[entry + ENTRY_FACT] : words[ancestor(words, token, distance) + TOKEN_FACT];
    return new FactAddress(words[(fact as number) + FACT_INDEX] as number);
  };
}

/** What tells the values at a place apart: the atom, or where the fact itself stands. */
export function identityReader(fabric: Fabric, ref: Ref, level: number): Read {
  if (ref.from !== 'address') return atomReader(fabric, ref, level);
  const { heap } = fabric;
  const distance = level - 1 - ref.level;
  return (token) => heap.words[ancestor(heap.words, token, distance) + TOKEN_FACT] as number;
}

/** The hash of several places. A single one is its own key, so that equal keys are equal values. */
export function keyReader(fabric: Fabric, refs: readonly Ref[], level: number): Read {
  return keyOf(refs.map((ref) => atomReader(fabric, ref, level)));
}

/** The hash of all that is read. */
export function keyOf(reads: readonly Read[]): Read {
  const [first, second] = reads;
  if (first === undefined) return () => 0;
  if (second === undefined) return first;
  return (token, entry) => {
    let hash = first(token, entry);
    for (let at = 1; at < reads.length; at += 1) hash = mixed(hash, (reads[at] as Read)(token, entry));
    return hash;
  };
}

/** All tests at once. `onError`: what a test that can't be evaluated counts as. */
export function conjunction(
  fabric: Fabric,
  tests: readonly Test[],
  level: number,
  owner: Owner,
  onError: boolean,
): Holds {
  const compiled = tests.map((test) => testOf(fabric, test, level, owner, onError));
  return all(compiled);
}

/** A chain of calls rather than a loop: each link is then compiled for the tests that it joins. */
function all(tests: readonly Holds[]): Holds {
  const [first, ...others] = tests;
  if (first === undefined) return () => true;
  if (others.length === 0) return first;
  const rest = all(others);
  return (token, entry) => first(token, entry) && rest(token, entry);
}

export function testOf(fabric: Fabric, test: Test, level: number, owner: Owner, onError: boolean): Holds {
  switch (test.kind) {
    case 'is': {
      const { negated, value } = test;
      if (test.ref.from === 'address') {
        const read = valueReader(fabric, test.ref, level);
        return (token, entry) => sameValue(read(token, entry), value) !== negated;
      }
      const atom = constantAtom(fabric, value);
      const read = atomReader(fabric, test.ref, level);
      return (token, entry) => (read(token, entry) === atom) !== negated;
    }
    case 'same': {
      const { a, b, negated } = test;
      if (a.from === 'address' || b.from === 'address') {
        const readA = valueReader(fabric, a, level);
        const readB = valueReader(fabric, b, level);
        return (token, entry) => sameValue(readA(token, entry), readB(token, entry)) !== negated;
      }
      const readA = atomReader(fabric, a, level);
      const readB = atomReader(fabric, b, level);
      return (token, entry) => (readA(token, entry) === readB(token, entry)) !== negated;
    }
    case 'holds': {
      const evaluate = matchExpression(fabric, test.expression, test.variables, level);
      const { negated } = test;
      return guarded(
        fabric,
        owner,
        onError,
        (token, entry) => (evaluate(token, entry) === FALSE) === negated,
      );
    }
    case 'equals': {
      const evaluate = matchExpression(fabric, test.expression, test.variables, level);
      const read = valueReader(fabric, test.ref, level);
      const { negated } = test;
      return guarded(fabric, owner, onError, (token, entry) => {
        return sameValue(read(token, entry), evaluate(token, entry)) !== negated;
      });
    }
    case 'any': {
      const alternatives = test.of.map((each) => conjunction(fabric, each, level, owner, onError));
      return (token, entry) => alternatives.some((holds) => holds(token, entry));
    }
    default:
      return unreachable(test);
  }
}

/** The atom of a constant in a rule, held once however many tests name it. */
export function constantAtom(fabric: Fabric, value: Value): Atom {
  const atom = fabric.atoms.intern(value);
  if (fabric.constants.has(atom)) fabric.atoms.release(atom);
  else fabric.constants.add(atom);
  return atom;
}

function guarded(fabric: Fabric, owner: Owner, onError: boolean, holds: Holds): Holds {
  return (token, entry) => {
    try {
      return holds(token, entry);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      reportTo(fabric, owner, problem);
      return onError;
    }
  };
}

/** An expression over a match. */
export function matchExpression(
  fabric: Fabric,
  expression: Expression,
  variables: Variables,
  level: number,
): (token: Address, entry: Address) => Value {
  const { frame } = fabric;
  const evaluate = compile(expression, matchScope(fabric, variables, level), fabric.environment);
  return (token, entry) => {
    frame.token = token;
    frame.entry = entry;
    return evaluate(frame);
  };
}

function matchScope(fabric: Fabric, variables: Variables, level: number): Scope {
  return {
    read(name): Evaluate | null {
      const ref = variables.get(name);
      if (ref === undefined) return null;
      const read = valueReader(fabric, ref, level);
      return (frame) => read(frame.token, frame.entry);
    },
    local(name): number {
      throw new TypeError(`a condition can't bind \`?${name}\``);
    },
  };
}
