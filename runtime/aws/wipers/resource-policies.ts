import { EDIT_POLICIES, writePolicy } from './policy-writers';
import { unlessUnseen } from './unless-unseen';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { reasonOf } from '../../../src/core/errors';
import { isAdopted } from '../../model/placement-state';
import { Finding } from '../../wiping';
import { policyOf, POLICY_KINDS, withoutPrincipals, withPolicies } from '../granted';

const NAME = 'resource-policies';
const PREFIX = 'resource-policy/';
const TOGETHER = 8;
const OWNERS = 'names the adopted role, which its owner keeps';
const NOT_ASKED = 'names a principal of the agent in what it allows; the registry does not wipe resource policies (`wipes`)';

/**
 * What policies of resources allow a dead principal, by its ARN or its id: of the resources that the agent's grants name, and of those in its own stacks. Policies belong to others, so only the
 * principal's own names are taken out. A policy that the engine may not read is reported: the principal that it may name no longer exists.
 */
export const resourcePolicies: Wiper = {
  name: 'resource-policies',
  ofAgent: false,
  source: 'the policies of the resources that the agent\'s grants name in any stage, and of those in its own stacks: buckets, queues, topics, keys, secrets, functions, tables, event buses, repositories, the Data Catalog',
  gaps: [
    'resources that neither the grants nor the agent\'s stacks name, and those in other accounts or regions',
    'grants on patterns such as `arn:aws:s3:::invoices-*`, which name no resource',
    'policies of versions and aliases of functions, of tables\' streams, and of points of access',
    'services whose resources have policies and which are not in the list, such as OpenSearch, Kinesis, EFS and CodeArtifact',
  ],
  // Every registry may read them: POLICY_KINDS declare that.
  needs: EDIT_POLICIES,
  async list(context, target) {
    const { arns, unknown } = await target.resources();
    const { readable, unread } = withPolicies(arns, target.place);
    const findings: Finding[] = [
      ...unread.map(({ what, reason }) => reported(what.slice('policy of '.length), `not looked at: ${reason}`)),
      ...unknown.map((text) => reported(text, 'not looked at: no stack says which resource this is')),
      ...(target.unlistedGrants === 0 ? [] : [reported('unlisted-grants', `not looked at: the resources of ${target.unlistedGrants} grants, of which the ledger has only a digest`)]),
    ];
    for (let start = 0; start < readable.length; start += TOGETHER) {
      const together = readable.slice(start, start + TOGETHER).map(async ([arn]) => (
        unlessUnseen({ wiper: NAME, kind: 'resource-policy', id: `${PREFIX}${arn}` }, () => findingsOn(context, target, arn))));
      // What the registry does not wipe does not keep a leave open.
      findings.push(...(await Promise.all(together)).flat().map((one) => (
        one.unseen === undefined || context.wipes.has(ResidueKind.RESOURCE_POLICIES) ? one : reported(one.id.slice(PREFIX.length), one.unseen))));
    }
    return findings;
  },
  async wipe(context, target, { id }) {
    const arn = id.slice(PREFIX.length);
    // Read again: it may have changed since it was found.
    const { document, revision } = await policyOf(kindOf(arn), context.policyClients, arn);
    if (document !== undefined) {
      const edited = withoutPrincipals(document, target.dead);
      if (edited.isChanged) {
        await writePolicy(context.policyClients, { arn, edited, ...(revision === undefined ? {} : { revision }) });
      }
    }
  },
};

async function findingsOn({ policyClients, wipes }: WiperContext, { dead, places }: WipeTarget, arn: string): Promise<Finding[]> {
  let document;
  try {
    ({ document } = await policyOf(kindOf(arn), policyClients, arn));
  } catch (error) {
    // A throttled read is tried again. What the owner forbids stays forbidden.
    if (error instanceof Error && /AccessDenied|AuthorizationError/.test(error.name)) {
      return [reported(arn, `could not be read: ${reasonOf(error)}`)];
    }
    throw error;
  }
  if (document === undefined) {
    return [];
  }
  const { isChanged, kept } = withoutPrincipals(document, dead);
  const ofOwners = withoutPrincipals(document, places.filter(isAdopted).map((principal) => ({ ...principal, isArnTaken: false })));
  const mayAct = wipes.has(ResidueKind.RESOURCE_POLICIES);
  return [
    ...(isChanged ? [mayAct ? { wiper: NAME, kind: 'resource-policy', id: `${PREFIX}${arn}`, actedOn: true } : reported(arn, NOT_ASKED)] : []),
    ...(kept.length === 0 ? [] : [reported(`${arn}/kept`, `stays: ${kept.join('; ')}`)]),
    ...(ofOwners.isChanged ? [reported(`${arn}/adopted`, OWNERS)] : []),
  ];
}

function kindOf(arn: string): (typeof POLICY_KINDS)[number] {
  return POLICY_KINDS.find(({ service }) => service === arn.split(':')[2])!;
}

function reported(what: string, note: string): Finding {
  return { wiper: NAME, kind: 'resource-policy', id: `${PREFIX}${what}`, actedOn: false, note };
}
