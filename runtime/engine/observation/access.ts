import { GetRoleCommand } from '@aws-sdk/client-iam';
import { lookAtGranted } from './granted';
import { shownKey } from '../../../src/contract/evidence-keys';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { accessInTemplate } from '../../aws/cloudformation';
import { describePrincipal } from '../../aws/principals';
import { readCost, readServiceUses, readSignals, SHOWN_SOURCES, UsageSubject } from '../../aws/usage';
import { declaredStages, itemsOf, textOfShown } from '../../certification';
import { putOnce } from '../../evidence/write-once';
import { certifiedEnd } from '../../model/certified-end';
import { withoutOne } from '../../model/peers';
import { PlacementState } from '../../model/placement-state';
import { Shown } from '../../model/review';
import { sponsorOf } from '../../model/sponsor-of';
import { SeenCost } from '../../model/usage';
import { declarationOf } from '../agenda/drift';
import { idleDaysOf } from '../agenda/idle';
import { Engine } from '../engine';
import { holdingsOf } from '../holdings';

/**
 * Reads what an agent may do (declared, granted, used, and what others of its stage have), and stores it in the evidence, because a decision names the digest of what was shown. Undefined if the
 * principal's role does not exist.
 */
export async function showAccess(engine: Engine, state: PlacementState): Promise<Shown | undefined> {
  const { principals, present, declared, placement, owner, reduction } = state;
  const principal = principals[present];
  const described = await describePrincipal(engine, principal);
  if (described === undefined) {
    return undefined;
  }
  const { grants: inTemplate, construct } = await accessInTemplate(engine, owner.stackId, principal, placement.agentName);
  const stages = declaredStages(declared.access?.stages ?? [], inTemplate);
  const { grants: granted, attached, unread } = await lookAtGranted(engine, state, described, stages);
  const { Role: role } = await engine.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
  const uses = await readServiceUses({ ...engine, warn: (message) => engine.log.warn(message) }, principal, role?.CreateDate, idleDaysOf(state) ?? 0);
  const counts = await engine.ledger.fleet.peersIn(declared.stage);
  const items = itemsOf({
    declared: stages.filter(({ stage }) => stage === declared.stage || stage === EVERY_STAGE).flatMap(({ grants }) => grants),
    granted,
    uses,
    denied: reduction?.denied ?? [],
    peers: state.counted?.stage === declared.stage ? withoutOne(counts, state.counted) : counts,
    peerSharePercent: engine.config.agenda.review?.peerSharePercent ?? 0,
  });
  const cost = await costOf(engine, state);
  const at = engine.now().toISOString();
  const { text, sha256 } = textOfShown({
    kind: 'nhi-review',
    registry: engine.registry,
    account: placement.account,
    agentName: placement.agentName,
    stage: declared.stage,
    purpose: declared.purpose,
    sponsor: sponsorOf(state),
    expiresAt: declared.expiresAt,
    certifiedUntil: certifiedEnd(state),
    roleArn: principal.roleArn,
    roleId: present,
    takenAt: at,
    items,
    declared: stages,
    attached,
    unread,
    signals: await readSignals(engine, usageSubjectOf(engine, state), SHOWN_SOURCES),
    ...(cost === undefined ? {} : { cost }),
    ...(construct === undefined ? {} : { construct }),
  });
  const key = shownKey(placement, sha256);
  await putOnce(engine.s3, engine.config.bucket, key, text);
  return {
    key,
    sha256,
    at,
    declaration: declarationOf(state),
    items: items.map(({ service, digest, hasFindings }) => ({ service, digest, hasFindings })),
    ...(unread.length === 0 ? {} : { isPartial: true }),
    ...(construct === undefined ? {} : { construct }),
    ...(cost === undefined ? {} : { cost }),
  };
}

/** The agent whose use is read. */
export function usageSubjectOf(engine: Engine, state: PlacementState): UsageSubject {
  const { placement: { agentName }, principals, present, declared: { ownSecrets } } = state;
  return { agentName, principal: principals[present], ownSecrets, holdings: holdingsOf(engine, state), idleDays: idleDaysOf(state) ?? 0 };
}

/** One request for each review, because AWS charges each. */
async function costOf(engine: Engine, { review, placement }: PlacementState): Promise<SeenCost | undefined> {
  return engine.config.agenda.review?.readsCosts === true ? review?.open?.shown.cost ?? readCost(engine, placement) : undefined;
}
