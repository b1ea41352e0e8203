import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';

// A process of its own: the adapter against a server that does what a healthy Slack never does. It prints how the
// adapter stands after each trouble; whatever ends the process early is the failure that the test looks for.

const troubles = [
  'http-500',
  'a web page',
  'token revoked',
  'nobody there',
  'no upgrade',
  'closed before hello',
];
const frames = [
  'not json',
  'null',
  '[]',
  '{"type":"events_api","envelope_id":"1"}',
  '{"type":"events_api","envelope_id":"2","payload":{}}',
  '{"type":"slash_commands","envelope_id":"3","payload":{"command":"/vm"}}',
  '{"type":"interactive","envelope_id":"4","payload":{"type":"block_actions","actions":[{"type":"button","action_id":"press-1"}]}}',
  '{"type":"interactive","envelope_id":"5","payload":{"type":"view_submission","team":{"id":"T"},"user":{"id":"U"},"view":{"callback_id":"octopus-form","private_metadata":"nonsense","state":{"values":{}}}}}',
];

let trouble: string | null = null;
const sockets = new WebSocketServer({ noServer: true });
const server = createServer((request, response) => {
  request.resume();
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (!String(request.url).endsWith('apps.connections.open'))
    return json(200, { ok: true, user_id: 'UB', bot_id: 'BB', team_id: 'T' });
  // Each trouble lasts for one attempt, retries of the same request apart.
  const now = trouble;
  if (now === 'http-500') return json(500, {});
  if (now === 'a web page') return response.end('<html>Service unavailable</html>');
  if (now === 'token revoked') return json(200, { ok: false, error: 'invalid_auth' });
  const port = now === 'nobody there' ? 1 : (server.address() as AddressInfo).port;
  return json(200, { ok: true, url: `ws://127.0.0.1:${port}/` });
});
server.on('upgrade', (request, socket, head) => {
  if (trouble === 'no upgrade') return socket.end('HTTP/1.1 500 Internal Server Error\r\n\r\n');
  return sockets.handleUpgrade(request, socket, head, (open) => {
    if (trouble === 'closed before hello') return open.close();
    for (const frame of ['{"type":"hello"}', ...frames]) open.send(frame);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const troubled = Promise.withResolvers<void>();
let seen = troubled;
const surface = new SlackSurface({
  botToken: 'xoxb-x',
  appToken: 'xapp-x',
  apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
  log: (line) => {
    if (line.startsWith('slack: still not connected')) seen.resolve();
  },
});
await surface.start(() => Promise.resolve({ kind: 'nothing' }));

for (const next of troubles) {
  seen = Promise.withResolvers<void>();
  trouble = next;
  for (const socket of sockets.clients) socket.terminate();
  await seen.promise;
  trouble = null;
  while (surface.health() !== 'connected') await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(`${surface.health()} after ${next}`);
}
for (const socket of sockets.clients) socket.pause();
await surface.stop();
console.log('stopped');
for (const socket of sockets.clients) socket.terminate();
server.close();
