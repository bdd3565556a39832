import { AbsentPrincipal, buildDeletionRecord } from '../../evidence';
import { Engine } from '../engine';
import { keep } from './keep';
import { CertificateRef, PlacementState, PrincipalRecord, Trouble } from '../../model/placement-state';
import { PlannedEvent, StateChange } from '../../model/plan';

type Facts = Readonly<Record<string, Partial<PrincipalRecord>>>;

/** Changes to record for confirmed deletions. */
interface Confirmed {
  readonly principals: Facts;
  readonly events: readonly PlannedEvent[];
}

/** Principals whose roles a certificate lists as still existing. */
export function awaited({ principals }: PlacementState): PrincipalRecord[] {
  return Object.values(principals).filter(({ awaitedBy }) => awaitedBy !== undefined);
}

/** Writes the second part of each certificate of which all roles were seen to be deleted. */
export async function confirmDeletions(engine: Engine, state: PlacementState): Promise<Confirmed> {
  const principals: Record<string, Partial<PrincipalRecord>> = {};
  const events: PlannedEvent[] = [];
  const all = awaited(state);
  const certificates = new Map(all.flatMap(({ awaitedBy }) => awaitedBy === undefined ? [] : [[awaitedBy.id, awaitedBy] as const]));
  for (const certificate of certificates.values()) {
    const ofLeave = all.filter(({ awaitedBy }) => awaitedBy?.id === certificate.id);
    if (ofLeave.every(isAbsent)) {
      events.push(await confirmed(engine, state, certificate, ofLeave.filter(isAbsent)));
      ofLeave.forEach(({ roleId }) => (principals[roleId] = { awaitedBy: undefined, orphanSince: undefined }));
    }
  }
  return { principals, events };
}

/** The trouble that remains after a success: roles that should be deleted and still exist. */
export function troubleLeft(state: PlacementState): Pick<StateChange, 'trouble'> {
  const orphans = awaited(state).filter(({ orphanSince }) => orphanSince !== undefined);
  return { trouble: orphans.length === 0 ? null : roleNotDeleted(state, orphans) };
}

/** @param orphans at least one */
function roleNotDeleted({ placement: { agentName } }: PlacementState, orphans: readonly PrincipalRecord[]): Trouble {
  const [{ orphanSince = '', awaitedBy }] = orphans;
  return {
    since: orphanSince,
    code: 'RoleNotDeleted',
    message: `agent ${agentName} has left, and CloudFormation has not deleted ${orphans.map(({ roleArn }) => roleArn).join(', ')}: no one can assume it; `
      + `run \`nhi finish ${agentName}\`, which deletes it. Until then the agent can't join again in that stage: the name of the role is taken`,
    requestId: awaitedBy?.id ?? '',
  };
}

async function confirmed(
  engine: Engine, state: PlacementState, certificate: CertificateRef, principals: readonly AbsentPrincipal[],
): Promise<PlannedEvent> {
  const record = buildDeletionRecord(engine.config.registry, state, certificate, principals, engine.now());
  const { key, sha256 } = await keep(engine, record);
  const [{ roleId, stage }] = principals;
  return { name: 'deletion-confirmed', stage, roleId, details: { certificate: key, certificateSha256: sha256 }, key: `deletion-confirmed/${certificate.id}` };
}

function isAbsent(principal: PrincipalRecord): principal is AbsentPrincipal {
  return principal.absentAt !== undefined;
}
