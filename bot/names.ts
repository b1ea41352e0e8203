import type { HostName, ImageName, Instant, LeaseId, MachineName } from '../policies/model.ts';

// Text from outside becomes a name of ours only through these guards.

/** A machine's name: 1 to 40 of `a-z`, `0-9` and `-`. */
export const isMachineName = (value: unknown): value is MachineName =>
  typeof value === 'string' && /^[a-z0-9-]{1,40}$/.test(value);

export const isLeaseId = (value: unknown): value is LeaseId =>
  typeof value === 'string' && /^lease-\d{1,15}$/.test(value);

/** A host's name as a Windows or DNS name may be. */
export const isHostName = (value: unknown): value is HostName =>
  typeof value === 'string' && /^[\w.-]{1,63}$/.test(value);

export const isImageName = (value: unknown): value is ImageName =>
  typeof value === 'string' && /^[\w.-]{1,63}$/.test(value);

export const isInstant = (value: unknown): value is Instant => Number.isSafeInteger(value);
