import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HypervisorError } from '../../../hyperv/hypervisor.ts';
import type { HostName, MachineId } from '../../../policies/model.ts';
import { Draw } from '../../crash/draw.ts';
import { DriverStage, UBUNTU } from '../driver-stage.ts';
import { BYSTANDER, definition, MACHINE, type Case } from './cases.ts';
import type { Order } from './child.ts';

const [hv01, hv02] = ['hv01', 'hv02'] as [HostName, HostName];
/** Slow enough for a moment to be hit. */
const PACE = 0.05;
/** Kills for one that lands inside of its verb; where more are needed, too few did. */
const TRIES = 4;

/** What came of killing a driver at its work. */
export interface Outcome {
  /** Kills that landed inside of the verb: it had begun, and had not answered. */
  readonly inside: number;
  /** Kills after it had answered. */
  readonly outside: number;
  /** What was not as it should be after a kill, each with the moment. */
  readonly wrongs: readonly string[];
}

/** Kills drivers at random moments of a verb, and looks at what another one makes of it. */
export class DriverCrash {
  /** Made when they are needed: hosts by themselves, and nodes of a failover cluster. */
  readonly #stages = new Map<boolean, DriverStage>();
  readonly #draw: Draw;

  constructor(seed: number) {
    this.#draw = new Draw(seed);
  }

  /** Kills until so many have landed inside of the verb, or it is plain that they do not. */
  run(each: Case, kills: number): Promise<Outcome> {
    const inCluster = each.inCluster === true;
    const clusters = inCluster ? [{ name: 'CL1', nodes: ['hv01', 'hv02', 'hv03'] }] : [];
    const stage = this.#stages.get(inCluster) ?? new DriverStage({ clusters });
    this.#stages.set(inCluster, stage);
    return new Kills(stage, this.#draw).run(each, kills);
  }

  async close(): Promise<void> {
    for (const stage of this.#stages.values()) await stage.close();
  }
}

/** Kills at the verbs of one case. */
class Kills {
  readonly #stage: DriverStage;
  readonly #draw: Draw;
  /** A move that the stage's own driver has begun. */
  #move: Promise<unknown> = Promise.resolve();

  constructor(stage: DriverStage, draw: Draw) {
    this.#stage = stage;
    this.#draw = draw;
  }

  async run(each: Case, kills: number): Promise<Outcome> {
    let milliseconds = await this.#length(each);
    let [inside, outside] = [0, 0];
    const wrongs: string[] = [];
    while (inside < kills && inside + outside < kills * TRIES) {
      const moment = this.#draw.next() * milliseconds;
      const takesShells = this.#draw.chance(0.5);
      await this.#prepare(each);
      const end = await this.#killed(each, moment, takesShells);
      if (end === 'inside') inside += 1;
      else outside += 1;
      // It was quicker this time.
      if (end === 'outside') milliseconds *= 0.8;
      const wrong =
        end === 'inside' || end === 'outside' ? await this.#settled(each) : `it was refused: ${end}`;
      const how = `after ${Math.round(moment)} ms ${takesShells ? 'with' : 'without'} its shells`;
      if (wrong !== null) wrongs.push(`${each.verb} of what was ${each.before}, killed ${how}: ${wrong}`);
      await this.#end();
    }
    return { inside, outside, wrongs };
  }

  /** How long the verb takes when nobody kills it. */
  async #length(each: Case): Promise<number> {
    await this.#prepare(each);
    // Shells are open in the child as well when it begins.
    for (const host of await this.#on())
      await this.#stage.hypervisor.removeMachine(host, 'm-99' as MachineId);
    const began = performance.now();
    await this.#say(each);
    const took = performance.now() - began;
    await this.#end();
    return took;
  }

  async #prepare({ before, verb }: Case): Promise<void> {
    const { hypervisor, site } = this.#stage;
    site.setPace(0);
    await hypervisor.createDifferencingDisk(hv01, BYSTANDER, UBUNTU.name);
    await hypervisor.defineMachine(hv01, definition(BYSTANDER));
    const images = (host: HostName): string => join(this.#stage.folder(host), 'images');
    if (verb === 'copyImage') rmSync(join(images(hv02), `${UBUNTU.name}.vhdx`), { force: true });
    if (verb === 'hashImage') rmSync(join(images(hv01), `${UBUNTU.name}.vhdx.sha256`), { force: true });
    if (before === 'half-image') writeFileSync(join(images(hv02), 'half.vhdx.incoming'), 'half of it');
    else if (before !== 'nothing') await this.#make(before);
    site.setPace(before === 'moving' ? 1e6 : PACE);
  }

  /** Brings the machine as far as the verb finds it. */
  async #make(before: Exclude<Case['before'], 'nothing' | 'half-image'>): Promise<void> {
    const { hypervisor, site } = this.#stage;
    await hypervisor.createDifferencingDisk(hv01, MACHINE, UBUNTU.name);
    if (before === 'disk') return;
    if (before === 'half-defined') {
      this.#stage.arrange({ cmdlet: 'New-VM', error: 'lost', when: 'after' });
      await hypervisor.defineMachine(hv01, definition(MACHINE)).catch(() => undefined);
      return;
    }
    await hypervisor.defineMachine(hv01, definition(MACHINE));
    if (before === 'checkpoint') await hypervisor.createCheckpoint(hv01, MACHINE, 'one');
    if (before !== 'running' && before !== 'moving') return;
    await hypervisor.startMachine(hv01, MACHINE);
    await hypervisor.findMachine(hv01, MACHINE);
    if (before === 'running') return;
    site.setPace(1e6);
    this.#move = hypervisor.migrateMachine(hv01, MACHINE, hv02).catch((error: unknown) => error);
    while ((await hypervisor.findMachine(hv01, MACHINE))?.power !== 'moving') await this.#stage.breathe();
  }

  /** One life of the child: it is told the verb, and dies at the moment, or has done it before. Else what it was refused with. */
  async #killed({ verb, args }: Case, moment: number, takesShells: boolean): Promise<string> {
    const { site } = this.#stage;
    const others = new Set(this.#sessions());
    const child = fork(join(import.meta.dirname, 'child.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    // One that has nothing left to do ends by itself, and may be gone before it is killed.
    const ended = once(child, 'exit');
    await said(child, 'here');
    child.send({
      folder: site.folder,
      hosts: site.hosts,
      clusters: site.clusters,
      verb,
      args,
    } satisfies Order);
    await said(child, 'ready');
    const shells = this.#sessions().filter((pid) => !others.has(pid));
    child.send('go');
    await said(child, 'begun');
    let answer = 'inside';
    child.once('message', (message: unknown) => (answer = message === 'done' ? 'outside' : String(message)));
    await sleep(moment);
    child.kill('SIGKILL');
    await ended;
    if (takesShells) for (const pid of shells) site.endSession(pid);
    return answer;
  }

  #sessions(): readonly number[] {
    return this.#stage.site.hosts.flatMap(({ name }) => this.#stage.site.sessions(name));
  }

  /** Says the wish again until it holds, and looks. Null when all is as it should be. */
  async #settled(each: Case): Promise<string | null> {
    try {
      await this.#say(each);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (each.before === 'moving') this.#stage.site.setPace(PACE);
    await this.#move;
    const state = await this.#state();
    if (state !== each.after) return `${state}, not ${each.after}`;
    const lying = await this.#lying(each);
    return lying.length === 0 ? null : lying.join(', ');
  }

  /** As the runner does: what is busy or unknown is looked at and said again. */
  async #say({ verb, args }: Case): Promise<void> {
    const verbs = this.#stage.hypervisor as unknown as Record<
      string,
      (...given: readonly unknown[]) => Promise<void>
    >;
    for (;;) {
      try {
        await verbs[verb]?.(...args);
        return;
      } catch (error) {
        if (
          !(error instanceof HypervisorError) ||
          !['busy', 'unknown-outcome', 'timeout'].includes(error.fault)
        )
          throw error;
        await this.#stage.breathe();
      }
    }
  }

  /** Where the machine is and how, over all hosts that are on. */
  async #state(): Promise<string> {
    const { hypervisor } = this.#stage;
    const found: string[] = [];
    for (const host of await this.#on()) {
      const parts: string[] = [];
      for (const disk of await hypervisor.listDisks(host)) if (disk.machine === MACHINE) parts.push('disk');
      for (const { machine, power, cores, memory } of await hypervisor.listMachines(host))
        if (machine === MACHINE) {
          parts.push(`${power} ${cores} ${memory}`);
          for (const checkpoint of await hypervisor.listCheckpoints(host, MACHINE))
            parts.push(checkpoint.name === 'one' ? 'checkpoint' : checkpoint.name);
        }
      if (parts.length > 0) found.push(`${host}: ${parts.join(', ')}`);
    }
    return found.length === 0 ? 'nowhere' : found.join('; ');
  }

  /** What should not be there: leftovers, machines beyond ours, images that are missing. */
  async #lying({ left }: Case): Promise<readonly string[]> {
    const { hypervisor, site } = this.#stage;
    const found: string[] = [];
    for (const host of await this.#on()) {
      for (const { kind, name } of await hypervisor.listLeftovers(host))
        if (kind !== left || name !== MACHINE) found.push(`${host}: ${kind} ${name}`);
      const images = (await hypervisor.listImages(host)).map(({ image }) => image);
      if (!images.includes(UBUNTU.name)) found.push(`${host}: no image`);
      const names = site.machines(host).map(({ name }) => name);
      for (const name of names)
        if (
          ![`box-${MACHINE}`, `box-${BYSTANDER}`].includes(name) ||
          names.filter((one) => one === name).length > 1
        )
          found.push(`${host}: machine ${name}`);
    }
    const isThere = await hypervisor.findMachine(hv01, BYSTANDER);
    return isThere?.power === 'off' ? found : [...found, 'the bystander'];
  }

  async #on(): Promise<readonly HostName[]> {
    const { hypervisor } = this.#stage;
    const hosts = await hypervisor.hosts();
    const samples = await Promise.all(hosts.map(({ name }) => hypervisor.sample(name)));
    return samples.filter(({ reachable }) => reachable).map(({ name }) => name);
  }

  async #end(): Promise<void> {
    this.#stage.site.setPace(0);
    await this.#move;
    this.#move = Promise.resolve();
    await this.#stage.end();
  }
}

async function said(child: ChildProcess, word: string): Promise<void> {
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the child has ended with ${code}`)));
  });
  if (message !== word) throw new Error(`the child says ${String(message)}`);
}
