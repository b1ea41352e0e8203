// Payloads of the shapes that our surfaces send, and a small cluster.

const button = (label: string, action: string, more: object = {}) => ({
  type: 'button',
  action_id: action,
  value: `${action}-token`,
  text: { type: 'plain_text', text: label },
  ...more,
});

/** The card of a machine that runs, in Slack's blocks. */
export const leaseBlocks = (end: number) => [
  { type: 'header', text: { type: 'plain_text', text: 'build-box is running' } },
  {
    type: 'section',
    fields: [
      { type: 'mrkdwn', text: '*Address*\n10.0.3.17' },
      { type: 'mrkdwn', text: '*Host*\nhv01' },
      { type: 'mrkdwn', text: '*Size*\n4 cores, 8 GB' },
      { type: 'mrkdwn', text: `*Lease ends*\n<!date^${end}^{date_short_pretty} at {time}|in two weeks>` },
    ],
  },
  { type: 'section', text: { type: 'mrkdwn', text: '```ssh ubuntu@10.0.3.17```' } },
  {
    type: 'actions',
    elements: [
      button('Renew 1 week', 'renew-1w', { style: 'primary' }),
      button('Renew 2 weeks', 'renew-2w'),
      button('Stop', 'stop'),
      button('Delete', 'delete', {
        style: 'danger',
        confirm: {
          title: { type: 'plain_text', text: 'Delete build-box?' },
          text: { type: 'mrkdwn', text: 'Its disk of *14 GB* is kept for 3 days, then it is gone.' },
          confirm: { type: 'plain_text', text: 'Delete' },
          deny: { type: 'plain_text', text: 'Keep it' },
          style: 'danger',
        },
      }),
    ],
  },
  { type: 'divider' },
  {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: 'Granted by `lease-default`, version 3. Ask `why build-box`.' }],
  },
];

/** Progress as a plan with its tasks. */
export const planBlocks = (done: number) => [
  {
    type: 'plan',
    title: 'Making build-box on hv01',
    tasks: ['Clone disk', 'Define machine', 'Start', 'Wait for address'].map((title, index) => ({
      type: 'task_card',
      task_id: `task-${index}`,
      title,
      status: index < done ? 'complete' : index === done ? 'in_progress' : 'pending',
    })),
  },
];

export const tableBlocks = [
  {
    type: 'table',
    rows: [
      ['Machine', 'Size', 'Host', 'Lease ends'],
      ['build-box', '4c 8g', 'hv01', '6 Dec, 14:02'],
      ['gpu-notes', '2c 4g', 'hv02', '28 Nov, 09:30'],
    ].map((row) => row.map((text) => ({ type: 'raw_text', text }))),
  },
];

/** The form that asks for what is missing. */
export const formView = {
  type: 'modal',
  id: 'V1',
  callback_id: 'new-machine',
  title: { type: 'plain_text', text: 'New machine' },
  submit: { type: 'plain_text', text: 'Make it' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: 'You hold *8 of 16* cores.' } },
    {
      type: 'input',
      block_id: 'image',
      label: { type: 'plain_text', text: 'Image' },
      element: {
        type: 'static_select',
        action_id: 'image',
        placeholder: { type: 'plain_text', text: 'Choose an image' },
        options: ['ubuntu-24.04', 'debian-12', 'windows-2025'].map((value) => ({
          value,
          text: { type: 'plain_text', text: value },
        })),
      },
    },
    {
      type: 'input',
      block_id: 'size',
      label: { type: 'plain_text', text: 'Size' },
      hint: { type: 'plain_text', text: 'Cores and memory, like 4c 8g' },
      element: { type: 'plain_text_input', action_id: 'size', initial_value: '2c 4g' },
    },
    {
      type: 'input',
      block_id: 'name',
      optional: true,
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'name' },
    },
  ],
};

/** The same card of a machine, as an Adaptive Card. */
export const leaseCard = (end: string) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body: [
    {
      type: 'TextBlock',
      text: 'build-box is running',
      size: 'Large',
      weight: 'Bolder',
      style: 'heading',
      wrap: true,
    },
    {
      type: 'FactSet',
      facts: [
        { title: 'Address', value: '10.0.3.17' },
        { title: 'Host', value: 'hv01' },
        { title: 'Size', value: '4 cores, 8 GB' },
        { title: 'Lease ends', value: `{{DATE(${end}, SHORT)}} {{TIME(${end})}}` },
      ],
    },
    {
      type: 'Container',
      style: 'emphasis',
      items: [{ type: 'TextBlock', text: 'ssh ubuntu@10.0.3.17', fontType: 'Monospace', wrap: true }],
    },
    {
      type: 'TextBlock',
      text: 'Granted by **lease-default**, version 3.',
      isSubtle: true,
      size: 'Small',
      wrap: true,
    },
  ],
  actions: [
    {
      type: 'Action.Execute',
      title: 'Renew 1 week',
      verb: 'renew',
      data: { token: 'renew-1w' },
      style: 'positive',
    },
    { type: 'Action.Execute', title: 'Stop', verb: 'stop', data: { token: 'stop' } },
    {
      type: 'Action.ShowCard',
      title: 'Delete',
      card: {
        type: 'AdaptiveCard',
        body: [{ type: 'TextBlock', text: 'Its disk is kept for 3 days, then it is gone.', wrap: true }],
        actions: [
          {
            type: 'Action.Execute',
            title: 'Yes, delete it',
            verb: 'delete',
            data: { token: 'delete' },
            style: 'destructive',
          },
        ],
      },
    },
  ],
});

/** A card that asks for what is missing. */
export const formCard = {
  type: 'AdaptiveCard',
  version: '1.5',
  body: [
    { type: 'TextBlock', text: 'New machine', weight: 'Bolder', size: 'Medium' },
    { type: 'Input.Text', id: 'size', label: 'Size', value: '2c 4g' },
    {
      type: 'Input.ChoiceSet',
      id: 'image',
      label: 'Image',
      value: 'ubuntu',
      choices: [
        { title: 'ubuntu-24.04', value: 'ubuntu' },
        { title: 'debian-12', value: 'debian' },
      ],
    },
    {
      type: 'Table',
      columns: [{ width: 2 }, { width: 1 }],
      firstRowAsHeader: true,
      rows: [
        ['Image', 'Least memory'],
        ['ubuntu-24.04', '1 GB'],
      ].map((row) => ({
        type: 'TableRow',
        cells: row.map((text) => ({ type: 'TableCell', items: [{ type: 'TextBlock', text, wrap: true }] })),
      })),
    },
  ],
  actions: [
    { type: 'Action.Execute', title: 'Make it', verb: 'form', data: { token: 'new' }, style: 'positive' },
  ],
};

const host = (name: string, status: string, cores = 32) => ({
  name,
  status,
  wanted: 'on',
  cores,
  memory: 131_072,
  load: 20,
});

const machine = (number: number, name: string, cores: number, on: string | null, more: object = {}) => ({
  id: `m-${number}`,
  name,
  lease: `lease-${number}`,
  cores,
  memory: cores * 2048,
  phase: 'running',
  host: on,
  movingTo: null,
  ...more,
});

/** A cluster in which everything that can be seen is seen. */
export const busyCluster = (now: number) => ({
  hosts: [
    host('hv01', 'ready'),
    host('hv02', 'draining'),
    host('hv03', 'starting', 16),
    host('hv04', 'off', 16),
    host('hv05', 'unreachable', 16),
  ],
  machines: [
    machine(1, 'build-box', 4, 'hv01'),
    machine(2, 'gpu-notes', 8, 'hv01'),
    machine(3, 'genome-index', 8, 'hv02', { movingTo: 'hv01' }),
    machine(4, 'web', 2, 'hv02', { phase: 'placed' }),
    machine(5, 'old-thesis', 4, 'hv02', { phase: 'stopped' }),
    machine(6, 'train', 16, null, { phase: 'waiting', awaits: 'hv03' }),
  ],
  leases: [1, 2, 3, 4, 5, 6].map((number) => ({
    id: `lease-${number}`,
    machine: `m-${number}`,
    holder: ['ann', 'bob', 'ada'][number % 3],
    phase: number === 5 ? 'held' : 'active',
    expires: now + 86_400 * number,
  })),
});
