/** Who presses buttons while processes are killed; all of them researchers. */
export const CROWD: readonly string[] = ['ann', 'bob', 'cem', 'dora', 'eve', 'finn'];
