import { Command, InvalidArgumentError } from 'commander';

/** What each command does; `main.ts` fills it in. */
export interface Handlers {
  readonly start: (options: { data?: string; config?: string; port?: number }) => Promise<void>;
  readonly chat: (options: { data?: string; config?: string; json?: boolean; as?: string }) => Promise<void>;
  readonly checkPolicies: (files: readonly string[]) => Promise<void>;
  readonly clips: (switches: readonly string[]) => Promise<void>;
  readonly formatPolicies: (
    files: readonly string[],
    options: { write?: boolean; check?: boolean },
  ) => Promise<void>;
  readonly explainNetwork: (
    files: readonly string[],
    options: { svg?: string; source?: boolean },
  ) => Promise<void>;
  readonly checkJournal: (options: { data?: string; config?: string }) => Promise<void>;
  readonly doctor: (options: { config?: string }) => Promise<void>;
  readonly leftovers: (options: { config?: string }) => Promise<void>;
  readonly cleanLeftover: (
    leftover: readonly [host: string, kind: string, name: string],
    options: { config?: string },
  ) => Promise<void>;
  readonly verifyImage: (image: string, options: { config?: string }) => Promise<void>;
  readonly copyImage: (
    copy: readonly [image: string, from: string, to: string],
    options: { config?: string },
  ) => Promise<void>;
  readonly cutJournal: (options: { data?: string; config?: string; before: number }) => Promise<void>;
}

/** The program's commands, with what `help` says of each. */
export function program(handlers: Handlers): Command {
  const octopus = new Command('octopus')
    .description('Octopus: a private cloud that lives in chat.')
    .helpCommand('help [command]', 'say what a command does')
    .showHelpAfterError('(octopus help lists the commands)')
    .showSuggestionAfterError();

  common(octopus.command('start'))
    .description('run Octopus: the playground when neither Slack nor Teams is configured')
    .option('--port <n>', 'port of the playground page on 127.0.0.1 (any free one unless given)', port)
    .action(handlers.start);

  common(octopus.command('chat'))
    .description('talk to Octopus in the terminal, or from a script by standard input')
    .option('--json', 'print each reply as one JSON object')
    .option('--as <user>', 'who speaks first: ann, bob or ada, or an id of people: in the configuration')
    .addHelpText('after', CHAT_HELP)
    .action(handlers.chat);

  const policy = octopus.command('policy').description('policies');
  policy
    .command('check')
    .argument('<files...>', 'policy files, checked together with the vocabulary')
    .description('check policy files and list everything that is wrong with them')
    .action(handlers.checkPolicies);
  policy
    .command('fmt')
    .argument('<files...>', 'policy files')
    .description('print policy files in the house format; comments stay')
    .option('--write', 'put it into the files; those that changed are named')
    .option('--check', 'change nothing, and fail when a file is not in the house format')
    .action(handlers.formatPolicies);
  policy
    .command('explain-network')
    .argument('<files...>', 'policy files')
    .description('print the network that the rules of policy files make: what is kept, and who shares it')
    .option('--svg <file>', 'draw it into a file, too')
    .option('--source', 'print the JavaScript instead that it runs as after a while')
    .action(handlers.explainNetwork);

  octopus
    .command('clips')
    .argument(
      '[switches...]',
      '-f2 FILE runs a program, -l FILE takes its constructs, -f FILE takes it as if it was typed',
    )
    .usage('[-f2 FILE | -l FILE | -f FILE]...')
    .description('run a CLIPS program, then take commands: a prompt, or standard input')
    .allowUnknownOption()
    .addHelpText('after', CLIPS_HELP)
    .action(handlers.clips);

  const journal = octopus.command('journal').description('the journal of a data folder');
  common(journal.command('check'))
    .description('read it whole and verify every line')
    .action(handlers.checkJournal);
  common(journal.command('cut'))
    .description('move everything from an entry on aside, when the journal is damaged there')
    .requiredOption('--before <number>', 'the first entry that goes', entryNumber)
    .action(handlers.cutJournal);

  site(octopus.command('doctor'))
    .description('look at the hosts of the configuration, change nothing, and say what is missing')
    .action(handlers.doctor);

  const left = site(octopus.command('leftovers'))
    .description('list what crashes have left on the hosts')
    .action(handlers.leftovers);
  site(left.command('clean'))
    .arguments('<host> <kind> <name>')
    .description('delete one of them, after the host has looked again that it is one')
    .action((host: string, kind: string, name: string, options: { config?: string }) =>
      handlers.cleanLeftover([host, kind, name], options),
    );

  const images = octopus.command('images').description('base images on the hosts');
  site(images.command('verify'))
    .argument('<image>')
    .description('calculate whether an image has the same bytes on every host')
    .action(handlers.verifyImage);
  site(images.command('copy'))
    .arguments('<image> <from> <to>')
    .description('copy an image from one host to another')
    .action((image: string, from: string, to: string, options: { config?: string }) =>
      handlers.copyImage([image, from, to], options),
    );

  return octopus;
}

const CHAT_HELP = `
Lines are messages. Lines that begin with a dot steer:
  .as bob          speak as somebody else
  .clock +13d      move the time forward
  .attach FILE     send a file with the next message
  .press BUTTON    press a button of the newest card that has it

  printf '/vm new 4c 8g ubuntu\\n/vm list\\n' | npx octopus chat --data DIR`;

const CLIPS_HELP = `
  npx octopus clips                    a prompt
  npx octopus clips -f2 zoo.clp        the program, then a prompt
  npx octopus clips -f2 zoo.clp < in   the program, then the commands of a file`;

function site(command: Command): Command {
  return command.option('--config <file>', 'the configuration (octopus.yaml here, if there is one)');
}

function common(command: Command): Command {
  return command
    .option('--data <dir>', 'the data folder (./data unless the configuration says otherwise)')
    .option('--config <file>', 'the configuration (octopus.yaml here, if there is one)');
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('a port is 0 to 65535.');
  return number;
}

function entryNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('an entry is a number from 1.');
  return number;
}
