import { unlessUnseen } from './unless-unseen';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { reasonOf } from '../../../src/core/errors';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';
import { EditedPolicy, withoutPrincipals } from '../granted';

interface Page { readonly NextToken?: string; readonly [key: string]: unknown }
interface Instances extends Page { readonly Instances?: { readonly InstanceArn?: string }[] }
interface Applications extends Page { readonly Applications?: { readonly ApplicationArn?: string }[] }
interface Method {
  readonly AuthenticationMethodType?: string;
  /** The policy is JSON, or a text of it. */
  readonly AuthenticationMethod?: { readonly Iam?: { readonly ActorPolicy?: unknown } };
}
interface Methods extends Page { readonly AuthenticationMethods?: Method[] }

const PREFIX = 'application-policy/';
const IAM = 'IAM';

/**
 * Policies of applications of IAM Identity Center that let a dead principal get tokens of people (`sso-oauth:CreateTokenWithIAM`). This is the one way in which Identity Center names a role: assignments,
 * also those of applications, are of users and groups only.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/iam-auth-access-using-resource-based-policies.html
 */
export const applicationPolicies: Wiper = {
  name: 'application-policies',
  ofAgent: false,
  residue: ResidueKind.IDENTITY_CENTER,
  source: 'the policies of all applications of the account in the instances of IAM Identity Center that it sees in the region',
  gaps: ['instances of IAM Identity Center in another region than the registry', 'applications of other accounts', 'applications of an instance with a KMS key that does not let the engine\'s role use it'],
  needs: [
    // An organization's instance belongs to another account.
    { sid: 'FindApplications', actions: ['sso:ListInstances', 'sso:ListApplications'], resources: ['*'], of: ResidueKind.IDENTITY_CENTER },
    {
      sid: 'EditApplications',
      actions: ['sso:ListApplicationAuthenticationMethods', 'sso:PutApplicationAuthenticationMethod', 'sso:DeleteApplicationAuthenticationMethod'],
      resources: ['arn:{partition}:sso::{account}:application/*'],
      of: ResidueKind.IDENTITY_CENTER,
    },
  ],
  async list(context, target) {
    const found: Finding[] = [];
    // One after another: Identity Center throttles early.
    for (const arn of await applicationsOf(context, target)) {
      found.push(...await unlessUnseen({ wiper: 'application-policies', kind: 'application-policy', id: `${PREFIX}${arn}` }, () => findingsOn(context, target, arn)));
    }
    return found;
  },
  wipe: (context, target, { id }) => unlessMissing(async () => {
    const application = { ApplicationArn: id.slice(PREFIX.length), AuthenticationMethodType: IAM };
    // Read again: it may have changed since it was found.
    const { edited: { isChanged, document }, isText } = await policyOf(context, target, application.ApplicationArn);
    if (isChanged) {
      // Identity Center accepts no policy without statements.
      await (document === undefined ? context.calls.json('sso', 'DeleteApplicationAuthenticationMethod', application) : context.calls.json('sso', 'PutApplicationAuthenticationMethod', {
        ...application, AuthenticationMethod: { Iam: { ActorPolicy: isText ? document : JSON.parse(document) as unknown } },
      }));
    }
  }),
};

async function applicationsOf({ calls }: WiperContext, { place: { account } }: WipeTarget): Promise<string[]> {
  const instances = await allItems(
    (NextToken?: string) => calls.json<Instances>('sso', 'ListInstances', { NextToken }), (page) => page.Instances, (page) => page.NextToken);
  const arns: string[] = [];
  for (const { InstanceArn } of instances) {
    const all = await allItems(
      // A member account may ask for its own applications only.
      (NextToken?: string) => calls.json<Applications>('sso', 'ListApplications', { InstanceArn, Filter: { ApplicationAccount: account }, NextToken }),
      (page) => page.Applications, (page) => page.NextToken);
    arns.push(...all.flatMap(({ ApplicationArn: arn }) => arn ?? []));
  }
  return [...new Set(arns)].sort();
}

async function findingsOn(context: WiperContext, target: WipeTarget, arn: string): Promise<Finding[]> {
  const finding = { wiper: 'application-policies', kind: 'application-policy', id: `${PREFIX}${arn}` };
  try {
    const { edited: { isChanged, kept } } = await policyOf(context, target, arn);
    return [
      ...isChanged ? [{ ...finding, actedOn: true }] : [],
      ...kept.length === 0 ? [] : [{ ...finding, id: `${finding.id}/kept`, actedOn: false, note: `stays: ${kept.join('; ')}` }],
    ];
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') {
      return [{ ...finding, actedOn: false, note: `could not be read: ${reasonOf(error)}` }];
    }
    throw error;
  }
}

async function policyOf(
  { calls }: WiperContext, { dead }: WipeTarget, ApplicationArn: string,
): Promise<{ readonly edited: EditedPolicy; readonly isText: boolean }> {
  const methods = await unlessMissing(() => allItems(
    (NextToken?: string) => calls.json<Methods>('sso', 'ListApplicationAuthenticationMethods', { ApplicationArn, NextToken }),
    (page) => page.AuthenticationMethods, (page) => page.NextToken)) ?? [];
  const policy = methods.find(({ AuthenticationMethodType: type }) => type === IAM)?.AuthenticationMethod?.Iam?.ActorPolicy ?? {};
  const isText = typeof policy === 'string';
  return { edited: withoutPrincipals(isText ? policy : JSON.stringify(policy), dead), isText };
}
