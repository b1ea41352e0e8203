import { createSocket } from 'node:dgram';
import { HypervisorError } from '../hypervisor.ts';
import type { PowerBoard } from './board.ts';

export interface WakeOnLanOptions {
  /** The host's name, for sentences. */
  readonly host: string;
  /** `00:15:5d:01:02:03`, with `:` or `-` or nothing between. */
  readonly mac: string;
  /** Where the packet goes; the broadcast address of the host's network when it is another one. */
  readonly broadcast: string;
  readonly port: number;
}

/** A packet may be lost, and nobody answers one: it is sent more than once. */
const PACKETS = 3;

/** Wake-on-LAN: a packet that the sleeping host's network card knows. It tells nothing of the host's power. */
export class WakeOnLan implements PowerBoard {
  readonly #options: WakeOnLanOptions;

  constructor(options: WakeOnLanOptions) {
    this.#options = options;
  }

  state(): Promise<'unknown'> {
    return Promise.resolve('unknown');
  }

  async on(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { host, mac, broadcast, port } = this.#options;
    const packet = magicPacket(mac);
    const socket = createSocket('udp4');
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(0, () => {
          socket.setBroadcast(true);
          resolve();
        });
      });
      for (let sent = 0; sent < PACKETS; sent += 1)
        await new Promise<void>((resolve, reject) => {
          socket.send(packet, port, broadcast, (error) => (error === null ? resolve() : reject(error)));
        });
    } catch (error) {
      throw new HypervisorError(
        'configuration',
        `${host}: no packet to wake it could be sent to ${broadcast}: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      socket.close();
    }
  }
}

/** Six bytes of ones, then the address sixteen times (AMD, Magic Packet Technology, 1995). */
export function magicPacket(mac: string): Buffer {
  const address = Buffer.from(mac.replaceAll(/[:-]/g, ''), 'hex');
  if (address.length !== 6) throw new Error(`${mac} is not the address of a network card`);
  return Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);
}
