import { createHash } from 'node:crypto';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';
import { canonicalJson } from '../../src/core/canonical-json';
import { Placement } from '../../src/core/lifecycle-event';
import { accessDigests } from '../model/access-digests';
import { Declared } from '../model/placement-state';

interface Promotion {
  readonly registry: string;
  readonly placement: Placement;
  readonly stackName: string;
  readonly declared: Declared;
}

/**
 * Digest of what a move or a join grants: the agent and its stack, the stage, what is declared for the stage and for every stage, who may assume the role, exceptions, own secrets, boundary, end,
 * purpose and sponsor. The same before the deployment, when the stage is dormant, and during it. The rendered access policy and the guards follow from these and from the registry, and exist only
 * during a deployment, so the digest leaves them out.
 */
export function digestOfPromotion({ registry, placement: { account, agentName }, stackName, declared }: Promotion): string {
  const { stage, purpose, sponsor, expiresAt, untilCertified, access } = declared;
  const isGranted = (one: { readonly stage: string }): boolean => one.stage === stage || one.stage === EVERY_STAGE;
  const ofStage = access === undefined ? undefined : { ...access, stages: access.stages.filter(isGranted) };
  const granted = accessDigests({ ...declared, access: ofStage }, false);
  const content = { registry, account, agentName, stackName, stage, purpose, sponsor, expiresAt, untilCertified, granted };
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(content)))).digest('hex');
}
