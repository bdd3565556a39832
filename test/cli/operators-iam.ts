import { Registry } from './registry';

export interface IamCommand { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, string>> }
export type IamAnswers = Readonly<Record<string, (input: IamCommand['input']) => object>>;

/** A policy as IAM returns it. */
export function allowing(Action: string[]): string {
  return encodeURIComponent(JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }));
}

/** IAM as an operator sees it: the agent's role, with a policy that its code does not declare, and a user that was made for it. */
export function operatorsIam(registry: Registry, answers: IamAnswers = {}): void {
  const all: IamAnswers = {
    GetRoleCommand: () => ({ Role: { RoleId: 'P', Path: '/agents/test/', CreateDate: new Date('2026-01-01T00:00:00Z') } }),
    ListRolePoliciesCommand: () => ({ PolicyNames: ['access'] }),
    ListAttachedRolePoliciesCommand: () => ({ AttachedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/Extra' }] }),
    GetRolePolicyCommand: () => ({ PolicyDocument: allowing(['dynamodb:GetItem']) }),
    GetPolicyCommand: () => ({ Policy: { DefaultVersionId: 'v1', PolicyId: 'ANPA1' } }),
    GetPolicyVersionCommand: () => ({ PolicyVersion: { Document: allowing(['sqs:SendMessage']) } }),
    GenerateServiceLastAccessedDetailsCommand: () => ({ JobId: 'j' }),
    GetServiceLastAccessedDetailsCommand: () => ({ JobStatus: 'COMPLETED', ServicesLastAccessed: [{ ServiceNamespace: 'dynamodb', LastAuthenticated: new Date('2026-05-30T10:00:00Z') }] }),
    ListUsersCommand: () => ({ Users: [{ UserName: 'invoice-bot-debug', Path: '/agents/invoice-bot/' }, { UserName: 'other-bot', Path: '/agents/other-bot/' }] }),
    GetUserCommand: () => ({ User: { Path: '/agents/invoice-bot/', Tags: [] } }),
    ListAccessKeysCommand: ({ UserName }) => ({ AccessKeyMetadata: [{ UserName, AccessKeyId: 'AKIA000000000001', Status: 'Active', CreateDate: new Date('2026-04-01T00:00:00Z') }] }),
    GetAccessKeyLastUsedCommand: () => ({ AccessKeyLastUsed: { LastUsedDate: new Date('2026-05-31T23:00:00Z') } }),
    ListServiceSpecificCredentialsCommand: () => ({ ServiceSpecificCredentials: [] }),
    ...answers,
  };
  registry.services = { iam: { send: async ({ constructor: { name }, input }: IamCommand) => all[name](input) } as never };
}
