import { eventNameOf, LifecycleEvent } from '../../src/core/lifecycle-event';
import { PlacementState, PrincipalRecord } from '../model/placement-state';

/** An identity in AWS that the agent has or had. */
export interface Credential {
  readonly roleArn: string;
  readonly stage: string;
  readonly status: 'in use' | 'denied everything' | 'being removed' | 'removed' | 'given back';
  readonly since?: string;
  readonly removedAt?: string;
}

/** A document or an event that proves something about the agent. */
export interface Certificate {
  readonly kind: 'review' | 'decommission' | 'deletion' | 'revocation';
  readonly at: string;
  /** SHA-256 of what was shown to the reviewers, or of the document. */
  readonly sha256: string;
  /** Who decided; or the key of the document in the evidence. */
  readonly by?: string;
  readonly document?: string;
  readonly kept: number;
  readonly denied: number;
}

/** Events of the further parts of a decommission certificate. */
const PARTS: Readonly<Record<string, 'deletion' | 'revocation' | undefined>> = { 'deletion-confirmed': 'deletion', 'revocations-certified': 'revocation' };

const STATUS: Readonly<Record<PrincipalRecord['status'], Credential['status']>> = {
  live: 'in use', quarantined: 'denied everything', retiring: 'being removed', retired: 'removed', released: 'given back',
};

/** The agent's identities, the present one first and then the latest. */
export function credentialsOf({ principals, present }: PlacementState, events: readonly LifecycleEvent[]): Credential[] {
  const told = events.map(({ type, time, data: { entity } }) => ({ name: eventNameOf(type), time, uid: (entity as { readonly uid?: unknown }).uid }));
  return Object.values(principals).map((principal) => {
    const { roleId, roleArn, stage, status, absentAt } = principal;
    const since = told.find(({ name, uid }) => uid === roleId && (name === 'joined' || name === 'adopted' || name === 'moved'))?.time;
    const removedAt = absentAt ?? told.find(({ name, uid }) => uid === roleId && name === 'principal-retired')?.time;
    return {
      isPresent: roleId === present,
      credential: {
        roleArn, stage, status: STATUS[status], ...(since === undefined ? {} : { since }), ...(removedAt === undefined ? {} : { removedAt }),
      },
    };
  }).sort((one, other) => Number(other.isPresent) - Number(one.isPresent) || ((other.credential.since ?? '') < (one.credential.since ?? '') ? -1 : 1))
    .map(({ credential }) => credential);
}

/** What the events prove of the agent, the latest first. */
export function certificatesOf(events: readonly LifecycleEvent[]): Certificate[] {
  return events.flatMap((event): Certificate[] => {
    const [name, details] = [eventNameOf(event.type), detailsOf(event)];
    if (name === 'certified') {
      return [{
        kind: 'review', at: event.time, sha256: textIn(details.shown), by: listIn(details.by).join(', '), kept: listIn(details.kept).length, denied: listIn(details.reduced).length,
      }];
    }
    return typeof details.certificateSha256 !== 'string' ? [] : [{
      kind: PARTS[name ?? ''] ?? 'decommission', at: event.time, sha256: details.certificateSha256, document: textIn(details.certificate), kept: 0, denied: 0,
    }];
  }).reverse();
}

/** Since when the agent's access is declared as it is. */
export function accessSince(events: readonly LifecycleEvent[]): string | undefined {
  return events.filter(({ type }) => ['joined', 'moved', 'move-undone', 'access-changed'].includes(eventNameOf(type) ?? '')).at(-1)?.time;
}

export function detailsOf({ data }: LifecycleEvent): Readonly<Record<string, unknown>> {
  return (data.unmapped as { readonly details?: Readonly<Record<string, unknown>> }).details ?? {};
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
