import { IdentityContext } from '../../../../runtime/aws/principals';
import { FakeIam, FakeRole } from '../../engine/fake-iam';

export const ORGANISATION = 'arn:aws:iam::111122223333:policy/organisation';

export function contextOf(iam: FakeIam): IdentityContext {
  return { iam: iam as unknown as IdentityContext['iam'], partition: 'aws', registry: 'agents', registryPath: '/agents/' };
}

/** A role of the agent in its test stage, with access. */
export function joined(iam: FakeIam, boundary?: string): FakeRole {
  const role = iam.createRole('test', boundary);
  role.inline.set('access', '{}');
  return role;
}

/** The role is deleted, and another one is created under its name. */
export function replaced(iam: FakeIam): FakeRole {
  iam.roles.delete('invoice-bot-test');
  return joined(iam);
}
