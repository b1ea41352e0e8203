import type { Role, UserId } from '../policies/model.ts';
import type { Speaker } from '../policies/input.ts';
import type { Actor } from './surface.ts';

/** Somebody whom the configuration names: one person, whatever accounts they write from. */
export interface KnownPerson {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  /** `slack:U123`, `teams:0f1e…`, `terminal:ann`. */
  readonly accounts: readonly string[];
  /** An IANA time zone for the terminal; Slack and Teams know their readers' own. */
  readonly zone: string | null;
  /** Public keys for ssh, which machines of theirs know from their first boot. */
  readonly keys?: readonly string[];
}

/** Who is behind an account. An account that nobody mapped is a person of its own, and a researcher. */
export class People {
  readonly #byAccount = new Map<string, KnownPerson>();
  readonly #keys = new Map<UserId, readonly string[]>();

  constructor(people: readonly KnownPerson[]) {
    for (const person of people) {
      this.#keys.set(person.id, person.keys ?? []);
      for (const account of person.accounts) this.#byAccount.set(account, person);
    }
  }

  /** The person that an authenticated account speaks for. */
  speaker({ account, name, direct }: Actor): Speaker {
    const known = this.#byAccount.get(account);
    if (known !== undefined) return { id: known.id, name: known.name, role: known.role, direct };
    return { id: personId(account), name, role: 'researcher', direct };
  }

  /** Public keys for ssh of these people, each once; nobody's whom the configuration does not name. */
  keysOf(people: readonly UserId[]): readonly string[] {
    return [...new Set(people.flatMap((id) => this.#keys.get(id) ?? []))];
  }

  /** The person whom a platform's own form of a mention means, `U0ANN0000` for example; null when nobody is mapped to it. */
  withAccountEnding(id: string): UserId | null {
    for (const [account, person] of this.#byAccount) if (account.endsWith(`:${id}`)) return person.id;
    return null;
  }
}

/** `slack:U0AB12` is the person `slack-u0ab12`: what stands in names of machines and in policies is plain. */
function personId(account: string): UserId {
  const plain = account
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain as UserId;
}
