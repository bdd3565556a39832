import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { FoundPolicies, UnreadPolicy } from './found';
import { reasonOf } from '../../../src/core/errors';

/** A version of a managed policy never changes. */
const versions = new Map<string, string>();
/** What one process remembers. A role has at most 20 attached policies, and a document at most 6 KB. */
const MOST_REMEMBERED = 200;

/** The content of attached managed policies, the account's own and those of AWS. What can't be read is named. */
export async function attachedPolicies({ iam }: { readonly iam: Pick<IAMClient, 'send'> }, arns: readonly string[]): Promise<FoundPolicies> {
  const found: { document: string; source: string }[] = [];
  const unread: UnreadPolicy[] = [];
  // One after another: IAM throttles first of all services.
  for (const arn of arns) {
    try {
      found.push({ document: await documentOf(iam, arn), source: `attached policy ${arn}` });
    } catch (error) {
      unread.push({ what: `attached policy ${arn}`, reason: reasonOf(error) });
    }
  }
  return { found, unread };
}

async function documentOf(iam: Pick<IAMClient, 'send'>, PolicyArn: string): Promise<string> {
  const { Policy: { DefaultVersionId: VersionId = '', PolicyId: id = '' } = {} } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  // A policy that is created again under the same name begins with the same version, and has another id.
  const key = `${id} ${VersionId}`;
  const known = versions.get(key);
  if (known !== undefined) {
    return known;
  }
  const { PolicyVersion: { Document: encoded = '' } = {} } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  const document = decodeURIComponent(encoded);
  if (versions.size >= MOST_REMEMBERED) {
    versions.clear();
  }
  versions.set(key, document);
  return document;
}
