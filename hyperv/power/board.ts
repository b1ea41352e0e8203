/**
 * The way to a host's power that works while the host is off. All verbs reject with `HypervisorError`, or with the
 * signal's reason.
 */
export interface PowerBoard {
  /** `unknown`: this way of switching on cannot tell. */
  state(signal?: AbortSignal): Promise<'on' | 'off' | 'unknown'>;
  /** Says that power is to be on. */
  on(signal?: AbortSignal): Promise<void>;
}
