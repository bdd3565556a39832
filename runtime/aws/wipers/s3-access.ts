import { unlessUnseen } from './unless-unseen';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { EditedPolicy, lastOf, withoutPrincipals, withPolicies } from '../granted';
import { elements, readXml, textOf } from '../plain-calls';

const PREFIX = { grant: 's3-access-grant/', point: 's3-access-point/' };
const NONE = /^(NoSuch\w+|AccessGrantsInstanceNotExistsError|AccessGrantNotFound)$/;

/**
 * S3 Access Grants to a dead principal, which S3 looks up by it, and policies of access points of the buckets that the agent declares.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessGrants.html
 */
export const s3Access: Wiper = {
  name: 's3-access',
  ofAgent: false,
  residue: ResidueKind.S3_ACCESS,
  source: 'S3 Access Grants of the region with the principal as grantee; the policies of the access points of the buckets that the agent\'s grants and stacks name',
  gaps: ['access points of other buckets, of other accounts, of directory buckets and Object Lambda, and Multi-Region Access Points'],
  needs: [
    {
      sid: 'WipeAccessGrants',
      actions: ['s3:ListAccessGrants', 's3:DeleteAccessGrant'],
      resources: ['arn:{partition}:s3:{region}:{account}:access-grants/default', 'arn:{partition}:s3:{region}:{account}:access-grants/default/*'],
      of: ResidueKind.S3_ACCESS,
    },
    // The listing can't be restricted to resources.
    { sid: 'FindAccessPoints', actions: ['s3:ListAccessPoints'], resources: ['*'], of: ResidueKind.S3_ACCESS },
    {
      sid: 'EditAccessPoints',
      actions: ['s3:GetAccessPointPolicy', 's3:PutAccessPointPolicy', 's3:DeleteAccessPointPolicy'],
      resources: ['arn:{partition}:s3:{region}:{account}:accesspoint/*'],
      of: ResidueKind.S3_ACCESS,
    },
  ],
  async list(context, target) {
    return [
      ...await unlessUnseen({ wiper: 's3-access', kind: 's3-access-grant', id: 's3-access-grants' }, () => grantsTo(context, target)),
      ...await pointsNaming(context, target),
    ];
  },
  async wipe(context, target, { kind, id }) {
    const { calls } = context;
    const { account } = target.place;
    if (kind === 's3-access-grant') {
      await unlessNone(() => calls.s3Control(account, ['accessgrantsinstance', 'grant', id.slice(PREFIX.grant.length)], { method: 'DELETE' }));
      return;
    }
    const path = ['accesspoint', id.slice(PREFIX.point.length), 'policy'];
    const { isChanged, document } = await edited(context, target, path);
    if (isChanged) {
      const body = `<PutAccessPointPolicyRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Policy>${escaped(document ?? '')}</Policy></PutAccessPointPolicyRequest>`;
      await (document === undefined ? calls.s3Control(account, path, { method: 'DELETE' }) : calls.s3Control(account, path, { method: 'PUT' }, body));
    }
  },
};

async function grantsTo({ calls }: WiperContext, { dead, place: { account } }: WipeTarget): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { roleArn } of dead.filter(({ isArnTaken }) => !isArnTaken)) {
    const grants = await allItems(
      async (nextToken) => readXml(await unlessNone(() => calls.s3Control(account, ['accessgrantsinstance', 'grants'], { query: { granteetype: 'IAM', granteeidentifier: roleArn, nextToken } })) ?? ''),
      (page) => elements(page, 'AccessGrant'), (page) => elements(page, 'NextToken')[0]?.text);
    found.push(...grants.map((grant) => ({ wiper: 's3-access', kind: 's3-access-grant', id: `${PREFIX.grant}${textOf(grant, 'AccessGrantId')}`, actedOn: true })));
  }
  return found;
}

async function pointsNaming(context: WiperContext, target: WipeTarget): Promise<Finding[]> {
  const buckets = withPolicies((await target.resources()).arns, target.place).readable.filter(([, { service }]) => service === 's3').map(([arn]) => lastOf(arn));
  const found: Finding[] = [];
  for (const bucket of buckets) {
    found.push(...await unlessUnseen({ wiper: 's3-access', kind: 's3-access-point', id: `s3-access-points/${bucket}` }, () => pointsOf(context, target, bucket)));
  }
  return found;
}

async function pointsOf(context: WiperContext, target: WipeTarget, bucket: string): Promise<Finding[]> {
  const points = await allItems(
    async (nextToken) => readXml(await unlessNone(() => context.calls.s3Control(target.place.account, ['accesspoint'], { query: { bucket, nextToken } })) ?? ''),
    (page) => elements(page, 'AccessPoint'), (page) => elements(page, 'NextToken')[0]?.text);
  const found: Finding[] = [];
  for (const name of points.map((point) => textOf(point, 'Name')!)) {
    const finding = { wiper: 's3-access', kind: 's3-access-point', id: `${PREFIX.point}${name}` };
    found.push(...await unlessUnseen(finding, async () => (
      (await edited(context, target, ['accesspoint', name, 'policy'])).isChanged ? [{ ...finding, actedOn: true }] : [])));
  }
  return found;
}

async function edited({ calls }: WiperContext, { dead, place: { account } }: WipeTarget, path: readonly string[]): Promise<EditedPolicy> {
  const policy = await unlessNone(() => calls.s3Control(account, path));
  return withoutPrincipals(elements(readXml(policy ?? ''), 'Policy')[0]?.text || '{}', dead);
}

/** Undefined if the account has no instance of Access Grants, or if the point, its policy or the grant does not exist. */
async function unlessNone(call: () => Promise<string>): Promise<string | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && NONE.test(error.name)) {
      return undefined;
    }
    throw error;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
