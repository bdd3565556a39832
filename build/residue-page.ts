import { WIPERS } from '../runtime/aws/wipers';
import { ResidueKind } from '../src/contract/residue';

/** What is done about a kind of residue, and where that is tried. How it is found is said by its wiper. */
interface ResidueRow {
  readonly what: string;
  readonly wiped: string;
  readonly verified: string;
  /** Files of tests, and what stands in for AWS there. */
  readonly tested: Readonly<Record<string, 'emulator' | 'recorded forms' | 'fake'>>;
}

const AGAIN = 'searched again';
const REPORTED = 'never: it is reported, by name';
const NOTHING = 'nothing is claimed';
const unit = (file: string): string => `test/runtime/aws/wipers/${file}.test.ts`;
const OUTSIDE = unit('outside-residue');
const E2E = { 'test/e2e/leave.test.ts': 'emulator' } as const;
const RESIDUE = { 'test/e2e/residue.test.ts': 'emulator' } as const;

/** A row for each wiper. */
export const RESIDUE_ROWS: Readonly<Record<string, ResidueRow>> = {
  'live-sessions': { what: 'sessions of the role', wiped: 'denied by the boundary and by a cut of older sessions', verified: 'the policy simulator, and real calls in tests', tested: { ...E2E, [unit('live-sessions')]: 'fake' } },
  'delegated-sessions': { what: 'sessions in the roles of delegates', wiped: 'denied there, by the name of the session', verified: AGAIN, tested: { 'test/e2e/delegation.test.ts': 'emulator', [unit('delegated-sessions')]: 'fake' } },
  'opened-sessions': { what: 'sessions in other roles, and tokens for outsiders', wiped: REPORTED, verified: NOTHING, tested: { [unit('opened-sessions')]: 'fake' } },
  'out-of-band-inline-policies': { what: 'inline policies that somebody wrote by hand', wiped: 'deleted', verified: AGAIN, tested: { ...E2E, [unit('out-of-band-inline-policies')]: 'fake' } },
  'out-of-band-attached-policies': { what: 'policies that somebody attached by hand', wiped: 'detached', verified: AGAIN, tested: { ...E2E, [unit('out-of-band-attached-policies')]: 'fake' } },
  'instance-profiles': { what: 'membership in instance profiles', wiped: 'the role is taken out; the profile stays', verified: AGAIN, tested: { ...E2E, [unit('instance-profiles')]: 'fake' } },
  'namesakes': { what: 'roles that somebody created in the place of a principal', wiped: 'deleted', verified: AGAIN, tested: { 'test/e2e/attacks.test.ts': 'emulator', [unit('namesakes')]: 'fake' } },
  'iam-users': { what: 'IAM users of the agent with keys, passwords, devices, certificates, SMTP and Bedrock credentials', wiped: 'deleted with all their parts', verified: AGAIN, tested: { ...E2E, 'test/e2e/bedrock-api-keys.test.ts': 'emulator', [unit('iam-users')]: 'fake' } },
  'own-secrets': { what: 'secrets that the ledger knows as the agent\'s own', wiped: 'deleted without a recovery window, replicas first', verified: AGAIN, tested: { ...E2E, [unit('own-secrets')]: 'fake' } },
  'oauth-providers': { what: 'OAuth2 credential providers of AgentCore', wiped: 'deleted if the ledger knows them as the agent\'s own', verified: AGAIN, tested: { [unit('oauth-providers')]: 'fake' } },
  'tagged-only': { what: 'anything that carries the agent\'s name as a tag and that no other wiper knows', wiped: REPORTED, verified: NOTHING, tested: { ...RESIDUE, [unit('tagged-only')]: 'recorded forms' } },
  'undeclared-secrets': { what: 'secrets under the agent\'s reserved name that nobody declared', wiped: REPORTED, verified: NOTHING, tested: { ...E2E, [unit('undeclared-secrets')]: 'fake' } },
  'running-executions': { what: 'executions of Step Functions that hold the role', wiped: 'stopped', verified: AGAIN, tested: { [OUTSIDE]: 'fake' } },
  'resource-policies': {
    what: 'what policies of resources allow the role, by its ARN, its id or a session; permissions of Lambda functions',
    wiped: 'the role is taken out of lists; a statement for the role alone is dropped. Denies stay, and are reported',
    verified: AGAIN,
    // The emulator ignores the policy that it is given for an event bus, and has none of AWS Glue.
    tested: { ...RESIDUE, [unit('resource-policies')]: 'fake', 'test/runtime/aws/granted/without-principals.test.ts': 'fake' },
  },
  'log-policies': { what: 'resource policies of CloudWatch Logs', wiped: 'as policies of resources', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'kms-grants': { what: 'grants of KMS keys', wiped: 'revoked if the role is the grantee. One that the role may only retire is of others, and is reported', verified: `${AGAIN}; KMS takes up to five minutes`, tested: { [OUTSIDE]: 'fake' } },
  'eks-access': { what: 'access entries and Pod Identity associations of EKS', wiped: 'deleted. An association of others that reaches the role by another is reported', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'roles-anywhere-profiles': { what: 'profiles of IAM Roles Anywhere', wiped: 'the role is taken out of the list; the profile stays', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  's3-access': { what: 'S3 Access Grants, and policies of access points', wiped: 'grants are deleted; policies as those of resources', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'lake-permissions': { what: 'permissions of AWS Lake Formation', wiped: 'revoked', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'schedules': { what: 'schedules of EventBridge Scheduler, connections of EventBridge', wiped: 'schedules that act with the role are deleted; connections are reported', verified: AGAIN, tested: { [OUTSIDE]: 'fake' } },
  'api-gateway-keys': { what: 'keys of API Gateway that are the agent\'s own', wiped: 'disabled, then deleted', verified: AGAIN, tested: { 'test/e2e/own-credentials.test.ts': 'emulator', [unit('own-credentials')]: 'recorded forms' } },
  'user-pool-clients': { what: 'clients of Cognito user pools that are the agent\'s own', wiped: 'deleted; tokens that they got are reported, with their time', verified: AGAIN, tested: { 'test/e2e/own-credentials.test.ts': 'emulator', [unit('own-credentials')]: 'recorded forms' } },
  'own-profiles': { what: 'profiles of IAM Roles Anywhere that are the agent\'s own', wiped: 'disabled, then deleted', verified: AGAIN, tested: { [unit('own-credentials')]: 'recorded forms' } },
  'named-credentials': { what: 'parameters of Systems Manager, keys of API Gateway, clients of Cognito under reserved names', wiped: REPORTED, verified: NOTHING, tested: { ...RESIDUE, [OUTSIDE]: 'recorded forms' } },
  'agent-core': { what: 'AgentCore: providers of API keys and payments, workload identities, browser profiles, policy engines', wiped: 'providers that the ledger knows as the agent\'s own are deleted; all else is reported', verified: AGAIN, tested: { [OUTSIDE]: 'fake', [unit('own-credentials')]: 'fake' } },
  'agent-core-sessions': { what: 'AgentCore: open sessions of browsers and code interpreters', wiped: 'stopped if the tool runs with the agent\'s role. Those of a tool without a role are reported', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'gateway-targets': { what: 'AgentCore: targets of gateways', wiped: 'deleted if the provider, the role or the function with which a target acts is the agent\'s. A gateway that acts with its role is reported', verified: `${AGAIN}; AgentCore deletes in the background`, tested: { [OUTSIDE]: 'fake' } },
  'application-policies': { what: 'policies of applications of IAM Identity Center', wiped: 'as policies of resources; a policy that allows nobody else is deleted', verified: AGAIN, tested: { [OUTSIDE]: 'recorded forms' } },
  'outliving-access': { what: 'what AWS lets nobody take back: connections of databases, caches and Kafka, tokens of CodeArtifact, sessions of AgentCore runtimes', wiped: REPORTED, verified: NOTHING, tested: { ...RESIDUE, [OUTSIDE]: 'fake' } },
};

/** The text of docs/residue.md. */
export function generateResiduePage(): string {
  return [
    '# Residue: what outlives a role, and what a leave does about it',
    '',
    'Generated by build/residue-page.ts from the wipers; don\'t edit: run `npx projen generate`.',
    '',
    'A leave searches, wipes, and searches again; what the second search does not find is *wiped* in the certificate, and what remains keeps the leave open. What belongs to others, and what nobody declared as the agent\'s own, is *left alone* and named with the reason.',
    'With `switch`, a registry does it only if `wipes` has that kind ([why](adr/0051-residue-in-what-belongs-to-others-is-wiped-by-choice.md)); then it is neither searched nor in the certificate without it, but for policies of resources, which are always read and reported.',
    'None of this has run on AWS. *Emulator*: real calls of the deployed engine to the local emulator. *Recorded forms*: real requests, read by a stand-in in the forms of AWS\'s published models of its services. *Fake*: the SDK\'s commands, answered by a fake.',
    '',
    '| residue | switch | found by | wiped | verified | tested |',
    '|---|---|---|---|---|---|',
    ...WIPERS.map(({ name, source, residue }) => {
      const { what, wiped, verified, tested } = RESIDUE_ROWS[name];
      const tests = Object.entries(tested).map(([file, by]) => `${by}: \`${file}\``).join('<br>');
      return `| ${what} (\`${name}\`) | ${switchOf(name, residue)} | ${source} | ${wiped} | ${verified} | ${tests} |`;
    }),
    '',
    '## What is not found',
    '',
    ...WIPERS.filter(({ gaps }) => gaps.length > 0).map(({ name, gaps }) => `- \`${name}\`: ${gaps.join('; ')}.`),
    '- Assignments of IAM Identity Center are of users and groups, never of a role: an agent has none ([CreateAccountAssignment](https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html)). Only the policies of its applications name roles. Exceptions in service control policies, shares of AWS RAM and audiences of OIDC providers are not searched.',
    '- SMTP users of SES are IAM users: `iam-users` wipes those of the agent.',
    '- Users of databases are no residue of IAM: those that the agent declares (`AgentDatabaseUser`, `Revoker.databaseUser`) are dropped with its access at third parties, and searched again ([how](guide/aws.md#users-of-databases)). Sessions on readers of a cluster are not seen.',
    '- Everything in other accounts and regions.',
    '',
    '## Changes that two make at once',
    '',
    'A policy is read again right before it is changed. DynamoDB and AWS Glue refuse a change if somebody else made one in between, and Lambda does if one statement is dropped. In SQS, SNS, Lambda and EventBridge a statement for the role alone is dropped by its `Sid`, which undoes nothing of others.',
    'A Sid that another statement has too is not used for that. For all else (S3, KMS, Secrets Manager, ECR, CloudWatch Logs, access points, applications of IAM Identity Center, profiles of Roles Anywhere, and statements that name others too) AWS has no condition: a change that somebody makes in the moment between the read and the write, well under a second, is lost. CloudTrail shows both.',
    '',
  ].join('\n');
}

function switchOf(name: string, residue: ResidueKind | undefined): string {
  const kind = residue ?? (name === 'resource-policies' ? ResidueKind.RESOURCE_POLICIES : undefined);
  const [member] = Object.entries(ResidueKind).find(([, value]) => value === kind) ?? [];
  return member === undefined ? '' : `\`${member}\``;
}
