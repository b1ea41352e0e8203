// What the two platforms call things, and what one may say first there.

/** @typedef {'slack' | 'teams'} Platform */
/** @typedef {'#lab' | 'direct'} Place */

/** @satisfies {Record<Platform, unknown>} */
export const platforms = {
  slack: {
    name: 'Slack',
    places: { '#lab': '# lab', direct: 'Octopus' },
    placeholder: { '#lab': '/vm new 4c 8g ubuntu', direct: '/vm new 4c 8g ubuntu' },
    chips: {
      '#lab': ['/vm new 4c 8g ubuntu', '/vm list', '/vm images', '/vm help'],
      direct: ['/vm new 4c 8g ubuntu', 'list', 'quota', 'help'],
    },
  },
  teams: {
    name: 'Teams',
    places: { '#lab': 'Lab', direct: 'Octopus' },
    placeholder: { '#lab': '@Octopus new 4c 8g ubuntu', direct: 'new 4c 8g ubuntu' },
    chips: {
      '#lab': ['@Octopus new 4c 8g ubuntu', '@Octopus list', '@Octopus images', '@Octopus help'],
      direct: ['new 4c 8g ubuntu', 'list', 'quota', 'help'],
    },
  },
};

/** Slack's own client says some of its codes in words. @type {Record<string, string>} */
const sentences = {
  not_supported:
    'Slack takes no files with a command. Write “@Octopus …” instead, or send the file in the direct conversation.',
  unknown_command: 'Slack knows no such command. Ours begins with /vm.',
  operation_timeout: 'Octopus did not answer within the three seconds that Slack waits.',
  dispatch_failed: 'Octopus is not connected to Slack.',
};

/**
 * Why an act failed, for people: a platform's code in words, where it is one.
 * @param {Platform} platform
 * @param {string | undefined} error
 */
export function failureInWords(platform, error) {
  const { name } = platforms[platform];
  if (error === undefined) return `${name} did not take it.`;
  return sentences[error] ?? (/^\w+$/u.test(error) ? `${name} answered “${error}”.` : error);
}
