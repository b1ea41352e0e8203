/** A timer's key: one for a purpose and a subject, so naming another instant moves it. */
export function timerKey(purpose: string, subject: string): string {
  return `${purpose} ${subject}`;
}
