import { describe, expect, test } from '@jest/globals';
import { classified, FAULTS, opening } from '../../../hyperv/powershell/faults.ts';
import type { RemoteError } from '../../../hyperv/powershell/call.ts';
import { mayPass } from '../../../jobs/retry.ts';
import type { Fault } from '../../../policies/model.ts';

const error = (part: Partial<RemoteError>): RemoteError => ({
  id: 'Unspecified,Microsoft.HyperV.PowerShell.Commands.StartVM',
  category: 'NotSpecified',
  types: ['Microsoft.HyperV.PowerShell.VirtualizationException'],
  codes: ['0x80131500'],
  cmdlet: 'Start-VM',
  target: '',
  message: 'Etwas ist schiefgegangen.',
  ...part,
});

describe('the table of faults', () => {
  const rows = FAULTS.flatMap(({ signals, fault, says }) =>
    signals.map((signal) => ({ signal, fault, says })),
  );

  test.each(rows)('$signal is $fault', ({ signal, fault, says }) => {
    const met = /^(0x|\d)/.test(signal)
      ? error({ codes: ['0x80131500', signal] })
      : error({ id: `${signal},Microsoft.HyperV.PowerShell.Commands.StartVM` });
    expect(classified(met)).toEqual({ fault, says });
  });

  test('names every signal once, and gives each a sentence that ends nowhere', () => {
    const signals = rows.map(({ signal }) => signal);
    expect(new Set(signals).size).toBe(signals.length);
    for (const { says } of FAULTS) expect(says).toMatch(/^[^A-Z]|^Hyper-V/);
    for (const { says } of FAULTS) expect(says).not.toMatch(/\.$/);
  });

  test('covers every fault that a host can report of itself, each with a rule for trying again', () => {
    const covered = new Set(FAULTS.map(({ fault }) => fault));
    const all: readonly Fault[] = [
      'busy',
      'no-room',
      'unreachable',
      'timeout',
      'configuration',
      'incompatible',
      'base-changed',
      'missing',
      'conflict',
    ];
    expect([...covered].toSorted()).toEqual(all.toSorted());
    for (const fault of covered) expect(typeof mayPass(fault)).toBe('boolean');
  });

  test('what the module has found itself keeps its name and its sentence', () => {
    const own = error({ id: 'Octopus.no-room', message: 'the host has 4 cores, build-box takes 8' });
    expect(classified(own)).toEqual({ fault: 'no-room', says: 'the host has 4 cores, build-box takes 8' });
  });

  test('a general id says less than a code: the code decides', () => {
    expect(classified(error({ id: 'OperationFailed,X', codes: ['0x80070020'] })).fault).toBe('busy');
    expect(classified(error({ id: 'ObjectNotFound,X', codes: ['0xC03A000E'] })).fault).toBe('base-changed');
  });

  test('what nobody knows may have taken effect', () => {
    expect(classified(error({}))).toMatchObject({ fault: 'unknown-outcome' });
    expect(classified(error({ id: 'Octopus.nonsense' })).fault).toBe('unknown-outcome');
  });

  test('no message is ever read', () => {
    const said = error({ message: 'out of memory, access denied, not found, 0x80070020' });
    expect(classified(said).fault).toBe('unknown-outcome');
  });
});

describe('a shell that does not open', () => {
  test.each([
    { says: 'svc@hv01: Permission denied (publickey,gssapi-with-mic).', fault: 'configuration' },
    { says: 'Host key verification failed.', fault: 'configuration' },
    { says: 'spawn ssh ENOENT', fault: 'configuration' },
    { says: 'ssh: connect to host hv01 port 22: Connection refused', fault: 'unreachable' },
    { says: 'ssh: connect to host hv01 port 22: Connection timed out', fault: 'unreachable' },
    { says: '', fault: 'unreachable' },
  ])('"$says" is $fault', ({ says, fault }) => {
    expect(opening(says).fault).toBe(fault);
  });
});
