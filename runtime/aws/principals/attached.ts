import { ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { IdentityContext } from './identity-context';
import { allPages } from '../iam-pages';

export async function attachedTo({ iam }: IdentityContext, RoleName: string): Promise<string[]> {
  const attached = await allPages((Marker) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })), (page) => page.AttachedPolicies);
  return attached.map(({ PolicyArn: arn = '' }) => arn);
}

export async function inlineOf({ iam }: IdentityContext, RoleName: string): Promise<string[]> {
  return allPages((Marker) => iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), (page) => page.PolicyNames);
}
