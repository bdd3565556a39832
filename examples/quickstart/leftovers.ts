import {
  AttachRolePolicyCommand, CreateAccessKeyCommand, CreateUserCommand, GetRoleCommand, GetUserCommand, IAMClient, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';

const USER = 'invoice-bot-debug';
const ADMIN = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** Creates what people create by hand outside of the pipeline: an admin policy on the agent's role, and a user with keys that don't expire. */
export async function makeByHand(iam: IAMClient, roleName: string): Promise<void> {
  await iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  await iam.send(new CreateUserCommand({ UserName: USER, Path: '/agents/', Tags: [{ Key: 'agent:name', Value: 'invoice-bot' }] }));
  await iam.send(new PutUserPolicyCommand({ UserName: USER, PolicyName: 'all', PolicyDocument: ADMIN }));
  await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
}

/** Returns which of these items still exist. */
export async function findLeft(iam: IAMClient, roleNames: string[]): Promise<string[]> {
  const looks = [
    ...roleNames.map((name) => ({ name: `role ${name}`, look: () => iam.send(new GetRoleCommand({ RoleName: name })) })),
    { name: `user ${USER}`, look: () => iam.send(new GetUserCommand({ UserName: USER })) },
  ];
  const left: string[] = [];
  for (const { name, look } of looks) {
    try {
      await look();
      left.push(name);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NoSuchEntityException')) {
        throw error;
      }
    }
  }
  return left;
}
