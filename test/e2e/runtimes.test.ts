import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, Credentials, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { AgentRuntime, TokenAccess, TokenSigningAlgorithm } from 'cdk-nhi-lifecycle';

const EKS = 'oidc.eks.us-east-1.amazonaws.com/id/0A1B2C3D';
const PROVIDERS: Record<string, string[]> = {
  'https://token.actions.githubusercontent.com': ['sts.amazonaws.com'],
  [`https://${EKS}`]: ['sts.amazonaws.com'],
  'https://gitlab.com': ['https://gitlab.com'],
  'https://app.terraform.io': ['aws.workload.identity'],
  'https://id.example.com': ['aws'],
};

interface Case {
  readonly runtime: AgentRuntime;
  /** Claims of a token that may assume the role. */
  readonly right: Record<string, string>;
  /** Claims that each make it another's. */
  readonly wrong: Record<string, string>[];
}

const CASES: Record<string, Case> = {
  'github-bot': {
    runtime: AgentRuntime.githubActions({ repository: 'acme/invoices', repositoryId: '456789', ownerId: '123456', environment: 'production' }),
    right: { iss: 'https://token.actions.githubusercontent.com', aud: 'sts.amazonaws.com', sub: 'repo:acme/invoices:environment:production', repository_id: '456789' },
    wrong: [
      { repository_id: '999999' },
      { sub: 'repo:acme/invoices:environment:test' },
      { sub: 'repo:acme/invoices:pull_request' },
      { sub: 'repo:acme@1/invoices@999999:environment:production' },
      { aud: 'https://github.com/acme' },
    ],
  },
  'eks-bot': {
    runtime: AgentRuntime.eksServiceAccount({ issuer: `https://${EKS}`, namespace: 'invoices', serviceAccount: 'bot' }),
    right: { iss: `https://${EKS}`, aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:invoices:bot' },
    wrong: [
      { sub: 'system:serviceaccount:payroll:bot' },
      { sub: 'system:serviceaccount:invoices:admin' },
      { aud: 'kubernetes' },
      { iss: 'https://id.example.com' },
    ],
  },
  'gitlab-bot': {
    runtime: AgentRuntime.gitlab({ projectPath: 'acme/invoices', projectId: '4711', branch: 'main' }),
    right: { iss: 'https://gitlab.com', aud: 'https://gitlab.com', sub: 'project_path:acme/invoices:ref_type:branch:ref:main', project_id: '4711' },
    wrong: [{ project_id: '4712' }, { sub: 'project_path:evil/invoices:ref_type:branch:ref:main' }, { sub: 'project_path:acme/invoices:ref_type:tag:ref:main' }],
  },
  'terraform-bot': {
    runtime: AgentRuntime.terraformCloud({ organization: 'acme', project: 'finance', workspace: 'invoices' }),
    right: { iss: 'https://app.terraform.io', aud: 'aws.workload.identity', sub: 'organization:acme:project:finance:workspace:invoices:run_phase:apply' },
    wrong: [
      { sub: 'organization:acme:project:finance:workspace:invoices:run_phase:plan' },
      { sub: 'organization:evil:project:finance:workspace:invoices:run_phase:apply' },
    ],
  },
  'oidc-bot': {
    runtime: AgentRuntime.oidc({ issuer: 'https://id.example.com', subject: 'workload-17', audience: 'aws' }),
    right: { iss: 'https://id.example.com', aud: 'aws', sub: 'workload-17' },
    wrong: [{ sub: 'workload-18' }, { aud: 'azure' }],
  },
};

const appOf = (agentName: string, props: Parameters<typeof agentApp>[0] = {}) =>
  agentApp({ stackName: agentName, agentName, runtime: CASES[agentName].runtime, ...props });

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  for (const [Url, ClientIDList] of Object.entries(PROVIDERS)) {
    await aws.iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
  }
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

/** A session from a token with these claims. Undefined if it is refused. */
async function open(agentName: string, claims: Record<string, string>, stage = TEST): Promise<Keys | undefined> {
  const token = [{ alg: 'RS256' }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const command = new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn(agentName, stage.name), RoleSessionName: 'job', WebIdentityToken: token });
  return opened(sts().send(command));
}

async function opened(call: Promise<{ Credentials?: Credentials }>): Promise<Keys | undefined> {
  try {
    const { Credentials: keys } = await call;
    return { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken! };
  } catch (error) {
    if ((error as Error).name === 'AccessDenied') {
      return undefined;
    }
    throw error;
  }
}

const sts = (credentials: Keys = { accessKeyId: aws.env.account, secretAccessKey: 'test' }) =>
  new STSClient({ endpoint: aws.plainEndpoint, region: aws.env.region, credentials });
const roleArn = (agentName: string, stage: string) => `arn:aws:iam::${aws.env.account}:role/agents/${stage}/${agentName}-${stage}`;

test.each(Object.keys(CASES))('%s: its own token is admitted and may what its stage may; each other token is refused', async (agentName) => {
  const { right, wrong } = CASES[agentName];
  await aws.deploy(appOf(agentName));

  const session = await open(agentName, right);
  expect(session).toBeDefined();
  expect(await aws.sessions.read(session!, TEST_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(session!, PRODUCTION_TABLE)).toBe('refused');
  for (const claims of wrong) {
    expect([claims, await open(agentName, { ...right, ...claims })]).toEqual([claims, undefined]);
  }
});

test('a move gives the same token the new principal, and takes the old one away from it', async () => {
  const { right } = CASES['github-bot'];
  const old = await open('github-bot', right);
  await aws.deploy(appOf('github-bot', { stage: PRODUCTION }));

  const session = await open('github-bot', right, PRODUCTION);
  expect(await aws.sessions.write(session!, PRODUCTION_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(old!, TEST_TABLE)).toBe('refused');
  expect(await open('github-bot', right)).toBeUndefined();
});

test('the session tags of a principal are kept, and reserved ones refused', async () => {
  const orchestrator = new iam.ArnPrincipal(`arn:aws:iam::${aws.env.account}:role/orchestrator`).withConditions({ StringEquals: { 'sts:ExternalId': 'invoices' } });
  await aws.deploy(agentApp({ stackName: 'tagged-bot', agentName: 'tagged-bot', runtime: AgentRuntime.of({ principal: orchestrator.withSessionTags() }) }));
  await aws.deploy(agentApp({ stackName: 'plain-bot', agentName: 'plain-bot', runtime: AgentRuntime.of({ principal: orchestrator }) }));
  const broker = await opened(sts().send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${aws.env.account}:role/orchestrator`, RoleSessionName: 'orchestrator' })));
  const assume = (agentName: string, Key?: string) => opened(sts(broker).send(new AssumeRoleCommand({
    RoleArn: roleArn(agentName, 'test'), RoleSessionName: 'task', ExternalId: 'invoices', Tags: Key === undefined ? undefined : [{ Key, Value: 'x' }],
  })));

  expect(await Promise.all([assume('tagged-bot'), assume('tagged-bot', 'task'), assume('plain-bot')])).not.toContain(undefined);
  expect(await Promise.all([assume('tagged-bot', 'agent:stage'), assume('plain-bot', 'task')])).toEqual([undefined, undefined]);
});

test('tokens for outsiders are issued for the declared audiences and time, and no others', async () => {
  const tokens = TokenAccess.forAudiences({ audiences: ['https://erp.example.com'], maxDuration: Duration.minutes(5), signingAlgorithm: TokenSigningAlgorithm.ES384 });
  await aws.deploy(appOf('github-bot', { stackName: 'token-bot', agentName: 'token-bot', also: (_, [bot]) => void tokens.grant(bot.accessIn(TEST)) }));
  const session = await open('token-bot', CASES['github-bot'].right);
  const ask = async (changed: Partial<GetWebIdentityTokenCommand['input']> = {}) => {
    const command = new GetWebIdentityTokenCommand({ Audience: ['https://erp.example.com'], DurationSeconds: 300, SigningAlgorithm: 'ES384', ...changed });
    return sts(session).send(command).then(() => 'issued', (error: Error) => error.name);
  };

  expect(await Promise.all([ask(), ask({ DurationSeconds: 60 })])).toEqual(['issued', 'issued']);
  expect(await Promise.all([
    ask({ Audience: ['https://payroll.example.com'] }),
    ask({ Audience: ['https://erp.example.com', 'https://payroll.example.com'] }),
    ask({ DurationSeconds: 301 }),
    ask({ DurationSeconds: undefined }),
    ask({ SigningAlgorithm: 'RS256' }),
  ])).toEqual(Array(5).fill('AccessDenied'));
});

