/** Programs of the corpus that do not yet write what CLIPS writes, each with what is missing. The list only shrinks. */
export const pending: Readonly<Record<string, string>> = {};

/** Examples of CLIPS that do not yet write what CLIPS writes. */
export const pendingExamples: Readonly<Record<string, string>> = {};
