import { inWords } from '../../policies/command.ts';
import type { Event } from '../../policies/event.ts';
import type { Job } from '../../policies/job.ts';
import { unreachable, type MachineId, type UserId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import { counted, sizeInWords } from './words.ts';

/** What happened, in a sentence. `subject` is whose history it is: a machine that is gone may have been that one. */
export function happeningInWords(event: Event, state: State, subject: string): string {
  switch (event.kind) {
    case 'lease-granted': {
      const { name, image, cores, memory } = event.machine;
      return `${personName(state, event.holder)} was granted ${name}: ${image}, ${counted(cores, 'core')}, ${sizeInWords(memory)}.`;
    }
    case 'lease-extended':
      return `The lease was renewed${by(state, event.by)}.`;
    case 'lease-ended':
      return event.reason === 'expired'
        ? 'The lease ended: nobody renewed it.'
        : `The lease ended: it was ${event.reason}.`;
    case 'lease-restored':
      return `The lease was brought back out of its hold${by(state, event.by)}.`;
    case 'machine-placed':
      return `${machineName(state, event.machine, subject)} was placed on ${event.host}.`;
    case 'machine-awaits':
      return `${machineName(state, event.machine, subject)} was to wait until ${event.host} has started.`;
    case 'host-excluded':
      return `${machineName(state, event.machine, subject)} was not to be tried on ${event.host} again: ${event.reason}.`;
    case 'machine-abandoned':
      return `Making it was given up: ${event.reason}.`;
    case 'machine-migrating':
      return `${machineName(state, event.machine, subject)} was moved to ${event.to}.`;
    case 'job-created':
      return jobInWords(event.job, state, subject);
    case 'job-ended':
      return event.outcome === 'done'
        ? 'That was done.'
        : `That failed: ${event.message ?? 'no reason was given'}.`;
    case 'notice-opened':
      return `${personName(state, event.notice.to)} was told: ${event.notice.kind === 'reminder' ? 'the lease ends soon' : (event.notice.text ?? event.notice.kind)}.`;
    case 'host-changed':
      return hostChange(event);
    case 'request-refused':
      return `${personName(state, event.by)} asked to ${inWords(event.ask)} and was refused.`;
    case 'request-accepted':
      return `${personName(state, event.by)} asked to ${inWords(event.ask)}.`;
    case 'policies-activated':
      return `Version ${event.version} of the policies became active: ${event.note}.`;
    case 'host-registered':
      return `${event.host.name} was registered.`;
    case 'host-sampled':
      return `${event.host} was ${event.load} % busy.`;
    case 'image-registered':
      return `The image ${event.image.name} was registered.`;
    case 'person-registered':
      return `${event.name} spoke to Octopus for the first time, or with a new name or role.`;
    case 'step-done':
      return `The step ${event.step} was done.`;
    case 'machine-found':
      return `The machine was found on ${event.host}: a move had ended whose answer was lost.`;
    case 'timer-set':
    case 'timer-rang':
      return `A timer for ${event.purpose} ${event.kind === 'timer-set' ? 'was set' : 'rang'}.`;
    case 'notice-concluded':
      return `This was answered: ${event.text}.`;
    case 'notice-posted':
    case 'notice-closed':
      return 'A message was shown.';
    default:
      return unreachable(event);
  }
}

function jobInWords(job: Job, state: State, subject: string): string {
  switch (job.kind) {
    case 'clone':
      return `${job.name} began to be made on ${job.host}.`;
    case 'start':
      return `${machineName(state, job.machine, subject)} was started.`;
    case 'stop':
      return `${machineName(state, job.machine, subject)} was stopped.`;
    case 'restart':
      return `${machineName(state, job.machine, subject)} was restarted.`;
    case 'migrate':
      return `${machineName(state, job.machine, subject)} began to move from ${job.host} to ${job.to}.`;
    case 'purge':
      return `The disk of ${machineName(state, job.machine, subject)} was deleted.`;
    case 'power-on':
      return `${job.host} was switched on.`;
    case 'power-off':
      return `${job.host} was switched off.`;
    default:
      return unreachable(job);
  }
}

function hostChange({ host, status, wanted }: Event & { kind: 'host-changed' }): string {
  if (wanted === 'off') return `${host} was to be switched off.`;
  if (wanted === 'on') return `${host} was to be on.`;
  return status === undefined ? `${host} changed.` : `${host} became ${status}.`;
}

function by(state: State, user: UserId | null): string {
  return user === null ? '' : ` by ${personName(state, user)}`;
}

function personName(state: State, user: UserId): string {
  return state.persons.get(user)?.name ?? user;
}

function machineName(state: State, id: MachineId, otherwise: string): string {
  return state.machines.get(id)?.name ?? otherwise;
}
