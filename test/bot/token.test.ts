import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHostName, isInstant, isLeaseId } from '../../bot/names.ts';
import { pressToken, readToken } from '../../bot/token.ts';
import type { Ask } from '../../policies/command.ts';
import { certain } from './certain.ts';

const lease = certain(isLeaseId, 'lease-17');
const forged = (data: unknown) => Buffer.from(JSON.stringify(data)).toString('base64url');

describe('a button token', () => {
  test.each<Ask>([
    { kind: 'renew-lease', lease, length: 604_800, seen: certain(isInstant, 1_700_000_000) },
    { kind: 'release-lease', lease },
    { kind: 'delete-machine', lease },
    { kind: 'drain-host', host: certain(isHostName, 'hv-01.lab') },
    { kind: 'reload-policies' },
    { kind: 'roll-back-policies', version: null },
  ])('$kind comes back as it went', (ask) => {
    expect(readToken(pressToken({ ask }, 'n1'))).toEqual({ press: { ask }, nonce: 'n1' });
  });

  test('a sentence comes back, whatever its letters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), (text) => {
        expect(readToken(pressToken({ text }, 'n'))?.press).toEqual({ text });
      }),
    );
  });

  test('what is too long for a button is thrown back to its maker', () => {
    expect(() => pressToken({ text: 'x'.repeat(3000) }, 'n')).toThrow('at most 2000');
  });

  test('a policy file does not fit a button', () => {
    expect(() => pressToken({ ask: { kind: 'load-policy', name: 'a.clp', text: '' } }, 'n')).toThrow('kind');
  });

  test('what we did not make is null', () => {
    expect(
      readToken(forged({ press: { ask: { kind: 'load-policy', name: 'a', text: '' } }, nonce: 'n' })),
    ).toBeNull();
    expect(
      readToken(forged({ press: { ask: { kind: 'release-lease', lease: '$(x)' } }, nonce: 'n' })),
    ).toBeNull();
    expect(
      readToken(forged({ press: { ask: { kind: 'release-lease', lease, by: 'ada' } }, nonce: 'n' })),
    ).toBeNull();
    expect(readToken(forged({ press: { text: 'help' } }))).toBeNull();
    expect(
      readToken(
        forged({ press: { ask: { kind: 'renew-lease', lease, length: 1.5, seen: null } }, nonce: 'n' }),
      ),
    ).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => readToken(text) === null));
  });
});
