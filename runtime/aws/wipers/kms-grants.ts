import { GrantListEntry, ListGrantsCommand, ListRetirableGrantsCommand, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';
import { withPolicies } from '../granted';

const NAME = 'kms-grants';
const KIND = 'kms-grant';
/** Grants of a page, the most that KMS returns, and pages of a key on which grants are compared by the principal's id. */
const [PAGE, PAGES] = [100, 10];

/**
 * Grants of KMS keys that let a dead principal use a key, or retire grants. A grant outlives its principal, and a revocation works after up to five minutes.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export const kmsGrants: Wiper = {
  name: 'kms-grants',
  ofAgent: false,
  residue: ResidueKind.KMS_GRANTS,
  source: 'grants with the principal as grantee, by its ARN or its id, on the keys that the agent\'s grants and stacks name; grants that it may retire on any key of the region',
  gaps: ['grants on keys that neither the grants nor the agent\'s stacks name', 'by its id: grants beyond the first 1,000 of a key, which is named then', 'keys of other accounts and regions'],
  needs: [
    { sid: 'FindGrants', actions: ['kms:ListGrants', 'kms:RevokeGrant'], resources: ['arn:{partition}:kms:{region}:{account}:key/*'], of: ResidueKind.KMS_GRANTS },
    // KMS can't restrict it to resources.
    { sid: 'FindRetirableGrants', actions: ['kms:ListRetirableGrants'], resources: ['*'], of: ResidueKind.KMS_GRANTS },
  ],
  async list(context, target) {
    const { arns } = await target.resources();
    const keys = withPolicies(arns, target.place).readable.filter(([, { service }]) => service === 'kms').map(([arn]) => arn);
    // A name that another principal has still says nothing of the dead one.
    const named = target.dead.filter(({ isArnTaken }) => !isArnTaken);
    const found: Finding[] = [];
    for (const key of keys) {
      found.push(...await unlessUnseen({ wiper: NAME, kind: KIND, id: `${KIND}/${idOfKey(key)}` }, () => grantsOn(context, target, key)));
    }
    for (const { roleArn, roleName } of named) {
      found.push(...await unlessUnseen({ wiper: NAME, kind: KIND, id: `${KIND}/retirable/${roleName}` }, async () => (
        (await retirable(context, roleArn)).map((grant) => findingOf(target, grant)))));
    }
    // The same grant may be found by several ways.
    return [...new Map(found.map((finding) => [finding.id, finding])).values()];
  },
  async wipe({ policyClients: { kms } }, _target, { id }) {
    const [, KeyId, GrantId] = /^kms-grant\/(.+)\/([^/]+)$/.exec(id)!;
    await unlessMissing(() => kms.send(new RevokeGrantCommand({ KeyId, GrantId })));
  },
};

async function grantsOn(context: WiperContext, target: WipeTarget, key: string): Promise<Finding[]> {
  const byArn: GrantListEntry[] = [];
  for (const { roleArn } of target.dead.filter(({ isArnTaken }) => !isArnTaken)) {
    byArn.push(...await granted(context, key, roleArn));
  }
  const { grants, isAll } = await first(context, key);
  const byId = grants.filter(({ GranteePrincipal: grantee, RetiringPrincipal: retiring }) => isDeadId(target, grantee) || isDeadId(target, retiring));
  const unsearched = { wiper: NAME, kind: KIND, id: `${KIND}/${idOfKey(key)}/more`, actedOn: false, note: `the key has more than ${PAGE * PAGES} grants: those to a role that was deleted before were not looked for among the rest` };
  return [...[...byArn, ...byId].map((grant) => findingOf(target, grant)), ...(isAll ? [] : [unsearched])];
}

function findingOf(target: WipeTarget, { KeyId: key = '', GrantId: grant, GranteePrincipal: grantee }: GrantListEntry): Finding {
  const finding = { wiper: NAME, kind: KIND, id: `${KIND}/${idOfKey(key)}/${grant}` };
  // Its retiring principal can't be changed, and a revocation would take the key from the grantee.
  return isDeadArn(target, grantee) || isDeadId(target, grantee) ? { ...finding, actedOn: true }
    : { ...finding, actedOn: false, note: `lets ${grantee} use the key, and a principal that has ended only retire it: KMS can't change who may` };
}

/** KMS names a principal that was deleted by its id. */
function isDeadId({ dead }: WipeTarget, principal?: string): boolean {
  return dead.some(({ roleId }) => roleId === principal);
}

/** KMS returns keys as ids or ARNs. */
function idOfKey(key: string): string {
  return key.split('/').at(-1)!;
}

/** The first grants of a key, of all grantees. */
async function first(
  { policyClients: { kms } }: WiperContext, KeyId: string,
): Promise<{ readonly grants: readonly GrantListEntry[]; readonly isAll: boolean }> {
  const grants: GrantListEntry[] = [];
  let Marker: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { Grants: some = [], NextMarker: next } = await kms.send(new ListGrantsCommand({ KeyId, Limit: PAGE, Marker }));
    grants.push(...some);
    if (next === undefined) {
      return { grants, isAll: true };
    }
    Marker = next;
  }
  return { grants, isAll: false };
}

async function granted({ policyClients: { kms } }: WiperContext, KeyId: string, GranteePrincipal: string): Promise<GrantListEntry[]> {
  return allItems(
    (Marker) => kms.send(new ListGrantsCommand({ KeyId, GranteePrincipal, Marker })), (page) => page.Grants, (page) => page.NextMarker);
}

async function retirable({ policyClients: { kms } }: WiperContext, RetiringPrincipal: string): Promise<GrantListEntry[]> {
  return allItems(
    (Marker) => kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal, Marker })), (page) => page.Grants, (page) => page.NextMarker);
}
