import { GetRoleCommand } from '@aws-sdk/client-iam';
import { shownKey } from '../../../src/contract/evidence-keys';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { grantsInTemplate } from '../../aws/cloudformation';
import { describePrincipal, isInBandAttached } from '../../aws/principals';
import { readServiceUses } from '../../aws/usage';
import { declaredStages, grantsIn, itemsOf, textOfShown } from '../../certification';
import { putOnce } from '../../evidence/write-once';
import { certifiedEnd } from '../../model/certified-end';
import { PlacementState } from '../../model/placement-state';
import { Shown } from '../../model/review';
import { sponsorOf } from '../../model/sponsor-of';
import { declarationOf } from '../agenda/drift';
import { idleDaysOf } from '../agenda/idle';
import { Engine } from '../engine';

/**
 * Reads what an agent may do (declared, granted, used), and stores it in the evidence, because a decision names the digest of what was shown. Undefined if the principal's role
 * does not exist.
 */
export async function showAccess(engine: Engine, state: PlacementState): Promise<Shown | undefined> {
  const { principals, present, declared, placement, owner, reduction } = state;
  const principal = principals[present];
  const described = await describePrincipal(engine, principal);
  if (described === undefined) {
    return undefined;
  }
  const { access } = declared;
  const omits = access?.stages.some(({ omitted }) => omitted > 0) ?? false;
  const inTemplate = omits ? await grantsInTemplate(engine, owner.stackId, principal, placement.agentName) : new Map();
  const stages = declaredStages(access?.stages ?? [], inTemplate);
  const { Role: role } = await engine.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
  const uses = await readServiceUses({ ...engine, warn: (message) => engine.log.warn(message) }, principal, role?.CreateDate, idleDaysOf(state) ?? 0);
  const items = itemsOf({
    declared: stages.filter(({ stage }) => stage === declared.stage || stage === EVERY_STAGE).flatMap(({ grants }) => grants),
    granted: grantsIn(Object.values(described.inline)),
    uses,
    denied: reduction?.denied ?? [],
  });
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
    attached: described.attached.filter((arn) => !isInBandAttached(engine, principal, arn)).sort(),
  });
  const key = shownKey(placement, sha256);
  await putOnce(engine.s3, engine.config.bucket, key, text);
  const decided = items.map(({ service, digest, hasFindings }) => ({ service, digest, hasFindings }));
  return { key, sha256, at, declaration: declarationOf(state), items: decided };
}
