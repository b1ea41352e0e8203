import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';
import type { Config } from './config.ts';
import { program, type Handlers } from './program.ts';
import { isExpected } from './commands/expected.ts';

// The one place that reads the environment. What runs then is put together in commands/start.ts and commands/site.ts.

/** The configuration file's name where the program is started. */
const CONFIG_FILE = 'octopus.yaml';

/** Secrets and addresses that come by the environment, and the configuration that stands beside them. */
export interface Environment {
  readonly config: Config;
  readonly data: string;
  readonly redisUrl: string | null;
  readonly slack: {
    readonly botToken: string | null;
    readonly appToken: string | null;
    readonly signingSecret: string | null;
  };
  readonly teamsPassword: string | null;
  /** All of it, for the processes that reach the hosts, and for the passwords that the configuration names. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

interface Common {
  readonly data?: string;
  readonly config?: string;
}

/** The configuration is read for those commands only that need one. */
async function environment({ data, config: file }: Common): Promise<Environment> {
  const { parseConfig, readConfig } = await import('./config.ts');
  const config =
    file !== undefined
      ? readConfig(file)
      : existsSync(CONFIG_FILE)
        ? readConfig(CONFIG_FILE)
        : parseConfig('', CONFIG_FILE);
  return {
    config,
    data: data ?? config.data,
    redisUrl: secret('REDIS_URL'),
    slack: {
      botToken: secret('SLACK_BOT_TOKEN'),
      appToken: secret('SLACK_APP_TOKEN'),
      signingSecret: secret('SLACK_SIGNING_SECRET'),
    },
    teamsPassword: secret('TEAMS_APP_PASSWORD'),
    variables: process.env,
  };
}

/** Where programs of this user keep what they remember, as the freedesktop.org base directories have it. */
function stateFolder(): string {
  const given = process.env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(given) ? given : join(homedir(), '.local', 'state'), 'octopus');
}

function secret(name: string): string | null {
  return process.env[name] ?? null;
}

// Commands are loaded when they are asked for: `policy check` needs no chat platform.
const handlers: Handlers = {
  start: async (options) => {
    const { start } = await import('./commands/start.ts');
    await start(await environment(options), options);
  },
  chat: async (options) => {
    const { chat } = await import('./commands/chat.ts');
    await chat(await environment(options), options);
  },
  checkPolicies: async (files) => {
    const { checkPolicies } = await import('./commands/check-policies.ts');
    process.exitCode = checkPolicies(files, process.stdout);
  },
  formatPolicies: async (files, options) => {
    const { formatPolicies } = await import('./commands/format-policies.ts');
    process.exitCode = formatPolicies(files, options, process.stdout, process.stderr);
  },
  clips: async (switches) => {
    const { clips } = await import('./commands/clips.ts');
    process.exitCode = await clips(switches, stateFolder());
  },
  explainNetwork: async (files, options) => {
    const { explainNetwork } = await import('./commands/explain-network.ts');
    process.exitCode = explainNetwork(files, options, process.stdout, process.stderr);
  },
  checkJournal: async (options) => {
    const { checkJournal } = await import('./commands/journal.ts');
    await checkJournal((await environment(options)).data);
  },
  doctor: async (options) => {
    const { doctor } = await import('./commands/doctor.ts');
    process.exitCode = await doctor(await environment(options), process.stdout);
  },
  leftovers: async (options) => {
    const { leftovers } = await import('./commands/hosts-care.ts');
    process.exitCode = await leftovers(await environment(options), process.stdout);
  },
  cleanLeftover: async (leftover, options) => {
    const { cleanLeftover } = await import('./commands/hosts-care.ts');
    process.exitCode = await cleanLeftover(await environment(options), leftover, process.stdout);
  },
  verifyImage: async (image, options) => {
    const { verifyImage } = await import('./commands/hosts-care.ts');
    process.exitCode = await verifyImage(await environment(options), image, process.stdout);
  },
  copyImage: async (copy, options) => {
    const { copyImage } = await import('./commands/hosts-care.ts');
    process.exitCode = await copyImage(await environment(options), copy, process.stdout);
  },
  cutJournal: async (options) => {
    const { cut } = await import('./commands/journal.ts');
    await cut((await environment(options)).data, options.before);
  },
};

// A socket that dies in a library must not take running jobs with it: it is said, and the surface reconnects.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(
    `octopus: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`,
  );
});

try {
  await program(handlers).parseAsync(process.argv);
} catch (error) {
  process.stderr.write(
    `octopus: ${isExpected(error) ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
