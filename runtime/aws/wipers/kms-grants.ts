import { GrantListEntry, ListGrantsCommand, ListRetirableGrantsCommand, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { unlessMissing } from '../cuts/missing';
import { withPolicies } from '../granted';

/**
 * Grants of KMS keys that let a dead principal use a key, or retire grants. A grant outlives its principal, and a revocation works after up to five minutes.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export const kmsGrants: Wiper = {
  name: 'kms-grants',
  ofAgent: false,
  residue: ResidueKind.KMS_GRANTS,
  source: 'grants with the principal as grantee on the keys that the agent\'s grants and stacks name; grants that it may retire on any key of the region',
  gaps: ['grants on keys that neither the grants nor the agent\'s stacks name', 'grants to a role that was deleted before, which KMS shows by its id', 'keys of other accounts and regions'],
  needs: [
    { sid: 'FindGrants', actions: ['kms:ListGrants', 'kms:RevokeGrant'], resources: ['arn:{partition}:kms:{region}:{account}:key/*'], of: ResidueKind.KMS_GRANTS },
    // KMS can't restrict it to resources.
    { sid: 'FindRetirableGrants', actions: ['kms:ListRetirableGrants'], resources: ['*'], of: ResidueKind.KMS_GRANTS },
  ],
  async list(context, target) {
    return (await grantsOf(context, target)).map(({ KeyId: key, GrantId: grant, GranteePrincipal: grantee }) => {
      const finding = { wiper: 'kms-grants', kind: 'kms-grant', id: `kms-grant/${key}/${grant}` };
      // Its retiring principal can't be changed, and a revocation would take the key from the grantee.
      return isDeadArn(target, grantee) ? { ...finding, actedOn: true } : { ...finding, actedOn: false, note: `lets ${grantee} use the key, and a principal that has ended only retire it: KMS can't change who may` };
    });
  },
  async wipe({ policyClients: { kms } }, _target, { id }) {
    const [, KeyId, GrantId] = /^kms-grant\/(.+)\/([^/]+)$/.exec(id)!;
    await unlessMissing(() => kms.send(new RevokeGrantCommand({ KeyId, GrantId })));
  },
};

async function grantsOf(context: WiperContext, { dead, place, resources }: WipeTarget): Promise<GrantListEntry[]> {
  const { arns } = await resources();
  const keys = withPolicies(arns, place).readable.filter(([, { service }]) => service === 'kms').map(([arn]) => arn);
  const found: GrantListEntry[] = [];
  // A name that another principal has still says nothing of the dead one.
  for (const { roleArn } of dead.filter(({ isArnTaken }) => !isArnTaken)) {
    for (const key of keys) {
      found.push(...await granted(context, key, roleArn));
    }
    found.push(...await retirable(context, roleArn));
  }
  // The same grant may be found by both ways. KMS returns keys as ids or ARNs.
  return [...new Map(found.map((grant) => [grant.GrantId, { ...grant, KeyId: grant.KeyId?.split('/').at(-1) }])).values()];
}

async function granted({ policyClients: { kms } }: WiperContext, KeyId: string, GranteePrincipal: string): Promise<GrantListEntry[]> {
  return await unlessMissing(() => allItems(
    (Marker) => kms.send(new ListGrantsCommand({ KeyId, GranteePrincipal, Marker })), (page) => page.Grants, (page) => page.NextMarker)) ?? [];
}

async function retirable({ policyClients: { kms } }: WiperContext, RetiringPrincipal: string): Promise<GrantListEntry[]> {
  return allItems(
    (Marker) => kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal, Marker })), (page) => page.Grants, (page) => page.NextMarker);
}
