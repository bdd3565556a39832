import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cx_api, Duration } from 'aws-cdk-lib';
import fc from 'fast-check';
import * as ts from 'typescript';
import { bytesWith, PLACE, SMALL, TABLE_OPTIONS } from './tables';
import { Definition, generate, planAdoption, readTable } from '../../../runtime/adoption';
import { waysOf } from '../../../runtime/inventory';
import { AgentStage } from '../../../src/core';
import { ACCOUNT, GeneratedAccount, generateAccount, HOSTILE, roleOf, trust } from '../inventory/generated-account';
import { rowsIn } from '../inventory/inventory-of';

const PROJECT = join(__dirname, '..', '..', '..');
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/orders`;
const ACTIONS = [
  'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteTable', 'dynamodb:PutResourcePolicy', 'dynamodb:*', 's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:PutBucketPolicy', 's3:PutBucketAcl',
  's3:BypassGovernanceRetention', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:RetireGrant', 'sqs:SendMessage', 'sqs:SetQueueAttributes', 'sns:Publish', 'lambda:InvokeFunction',
  'lambda:UpdateFunctionCode', 'lambda:AddPermission', 'secretsmanager:GetSecretValue', 'ssm:GetParameter', 'ssm:SendCommand', 'states:StartExecution', 'bedrock:InvokeModel', 'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
  'ecs:RunTask', 'ec2:RunInstances', 'ec2:DescribeInstances', 'codebuild:StartBuild', 'cloudformation:UpdateStack', 'iam:GetRole', 'sts:AssumeRole', 'sts:GetCallerIdentity', 'logs:PutLogEvents', 'events:PutEvents',
  'execute-api:Invoke', 'rds-data:ExecuteStatement', 'organizations:DescribeOrganization', 'eks:DescribeCluster', 'ecr:BatchGetImage', 'nosuch:Action', 'athena:StartQueryExecution', 'glue:StartJobRun',
];
const RESOURCES = [
  TABLE, `${TABLE}/index/*`, `${TABLE}-*`, '*', 'arn:aws:s3:::orders', 'arn:aws:s3:::orders/*', 'arn:aws:s3:::orders/in/*', 'arn:aws:s3:::*', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  `arn:aws:sqs:eu-west-1:${ACCOUNT}:orders`, `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders`, `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:agents-nhi-lifecycle`, `arn:aws:iam::${ACCOUNT}:role/x`,
  `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:orders-AbCdEf`, `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:agents/other-bot/key-AbCdEf`, 'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0',
  'arn:aws:bedrock:*::foundation-model/*', `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/orders:*`, `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:orders`, `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/x/y`, 'orders',
];
const CONDITIONS = [undefined, { StringEquals: { 'aws:ResourceTag/team': 'x' } }, { StringLike: { 'aws:PrincipalTag/a': HOSTILE[0] } }, { NumericLessThan: { 's3:max-keys': 10 } }, { Bool: { 'aws:SecureTransport': 'true' } }];
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'), Action: fc.subarray(ACTIONS, { minLength: 1, maxLength: 3 }), Resource: fc.subarray(RESOURCES, { minLength: 1, maxLength: 2 }), Condition: fc.constantFrom(...CONDITIONS),
}).map((one) => JSON.parse(JSON.stringify(one)) as object);

const TRUSTS = ['ecs-tasks', 'bedrock-agentcore', 'bedrock', 'states', 'scheduler', 'pipes', 'codebuild', 'glue', 'sagemaker', 'lambda', 'ec2'].map((service) => trust({ Service: `${service}.amazonaws.com` }));
const oidc = (provider: string, claims: Record<string, string>): string => JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${provider}` }, Condition: { StringEquals: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${provider}:${claim}`, value])) } }],
});
const TOKENS = [
  oidc('token.actions.githubusercontent.com', { sub: 'repo:acme/shop:environment:production', aud: 'sts.amazonaws.com', repository_id: '12', repository_owner_id: '34' }),
  oidc('token.actions.githubusercontent.com', { sub: 'repo:acme/shop:pull_request', aud: 'sts.amazonaws.com' }),
  oidc('gitlab.com', { sub: 'project_path:acme/shop:ref_type:tag:ref:v1', aud: 'https://gitlab.com', project_id: '7' }),
  oidc('app.terraform.io', { sub: 'organization:acme:project:Default Project:workspace:w:run_phase:apply', aud: 'aws.workload.identity' }),
  oidc('oidc.eks.eu-west-1.amazonaws.com/id/ABC', { sub: 'system:serviceaccount:shop:cart', aud: 'sts.amazonaws.com' }),
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'], Condition: { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop', 'aws:RequestTag/kubernetes-namespace': 'cart', 'aws:RequestTag/kubernetes-service-account': 'bot' } } }] }),
];

/** The statements stay the same from run to run: whatever they are, what is taken over must pass the rules. */
const SEED = 7;

/** The account of all shapes, hostile ones included, with roles of every runtime and of many policies. */
const account: GeneratedAccount = {
  ...generateAccount(0, 0),
  users: SMALL.users,
  roles: [
    ...SMALL.roles,
    ...[...TRUSTS, ...TOKENS].map((document, index) => roleOf({ name: `runtime-${index}`, trust: document }, 100 + index)),
    ...fc.sample(fc.array(statement, { minLength: 1, maxLength: 4 }), { numRuns: 40, seed: SEED }).map((statements, index) => roleOf({ name: `access-${index}`, trust: TRUSTS[9], inline: { all: JSON.stringify({ Version: '2012-10-17', Statement: statements }) } }, 200 + index)),
    roleOf({ name: 'hostile-path', path: '/a\'b`c"/x!\\/' }, 300),
  ],
};

/** A registry with stages of its own, one of which changes everything that a profile can. */
const STAGES = [
  AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION.withApproval(), AgentStage.PILOT, AgentStage.of('class', {
    maxTenure: Duration.days(40),
    maxSessionDuration: Duration.minutes(90),
    maxIdle: Duration.days(7),
    reviewInterval: Duration.days(14),
    longLivedKeysAllowed: true,
    cutBeforeGrant: true,
    minimumSponsors: 1,
    twoReviewers: true,
    requiresApproval: true,
  }), AgentStage.of('plain'),
];
const IN_STAGES: readonly Readonly<Record<string, string>>[] = [{}, { stage: 'test', expires: '2026-07-01' }, { stage: 'class', expires: '2026-07-01' }, { stage: 'pilot', expires: '2026-07-01' }, { stage: 'plain' }];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-generated-'));
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  // Adopted and migrated in turn, with texts of rows that try to leave their literals.
  const cells = Object.fromEntries(rowsIn(account).flatMap((row, index) => {
    const { ways } = waysOf(row, 'agents');
    const how = ways[/^(runtime|access)/.test(row.name) ? 1 : row.name === 'hostile-path' ? 0 : index % ways.length];
    return ways.length === 0 ? [] : [[row.name, {
      how, purpose: `x${PURPOSES[index % PURPOSES.length]}`, sponsor_name: `x${PURPOSES[(index + 1) % PURPOSES.length]}`, ...row.name.startsWith('access') ? { stack: 'access' } : {}, ...IN_STAGES[index % IN_STAGES.length],
    }]];
  }));
  const { agents } = readTable(bytesWith(account, cells), 'x.csv', { ...TABLE_OPTIONS, stages: STAGES });
  for (const { path, after } of planAdoption(generate(agents, definitions(), PLACE), agents, new Map())) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, after!);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PURPOSES = ['\'); process.exit(1); (\'', '`', '*/ process.exit(1); /*', '\\', '\\\'', '"', '// x', '</script>', '#{x}', '$' + '{process.exit(1)}'];

function definitions(): ReadonlyMap<string, Definition> {
  return new Map([
    ...account.roles.map(({ arn, trust: document, inline, attached, boundary }): [string, Definition] => [arn, {
      trust: document,
      policies: [...Object.entries(inline).map(([name, text]) => ({ name, document: text })), ...attached.map((policy) => ({ name: policy.split('/').at(-1)!, arn: policy }))],
      ...(boundary === undefined ? {} : { boundary }),
    }]),
    ...account.users.map(({ arn }): [string, Definition] => [arn, { policies: [] }]),
  ]);
}

const sources = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('node_modules')).map((file) => join(folder, file));

test('the code of an account of all kinds compiles, with nothing unused', () => {
  const program = ts.createProgram(sources(), {
    strict: true,
    noEmit: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    skipLibCheck: true,
    esModuleInterop: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node20,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    typeRoots: [join(PROJECT, 'node_modules', '@types')],
    paths: { 'cdk-nhi-lifecycle': [join(PROJECT, 'src', 'index.ts')] },
  });
  const found = sources().flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))).map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);

  expect(sources().length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});

interface Resource { readonly Type: string; readonly Properties: Record<string, unknown> }

test('it synthesizes, and what was given arrives in the constructs as it was', async () => {
  const assembly = join(folder, 'cdk.out');
  const env = { ...process.env, CDK_OUTDIR: assembly, TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.dev.json') };
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', join(folder, 'app.ts')], { cwd: PROJECT, env, maxBuffer: 64_000_000 }, (error, _stdout, stderr) => (error === null ? resolve() : reject(new Error(`${error.message}${stderr}`))));
  });
  const resources = readdirSync(assembly).filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => Object.values((JSON.parse(readFileSync(join(assembly, file), 'utf8')) as { Resources: Record<string, Resource> }).Resources));
  const agents = resources.filter(({ Type: type }) => type === 'Custom::AgentLifecycle').map(({ Properties: properties }) => properties);
  const possible = rowsIn(account).filter((row) => waysOf(row, 'agents').ways.length > 0);

  expect(agents).toHaveLength(possible.length);
  expect(new Set(agents.map(({ Stage: stage }) => stage))).toEqual(new Set(['test', 'production', 'pilot', 'class', 'plain']));
  expect(new Set(agents.map(({ Purpose: purpose }) => purpose))).toEqual(new Set(PURPOSES.map((purpose) => `x${purpose}`)));
  expect(agents.filter(({ RoleArn: arn }) => arn === account.roles.at(-1)!.arn)).toHaveLength(1);
  // Access that maps is granted, and errors keep what a person must decide from being deployed.
  expect(JSON.stringify(resources.filter(({ Type: type }) => type === 'AWS::IAM::Policy'))).toMatch(/dynamodb:|s3:|sqs:|kms:/);
  const messages = new cx_api.CloudAssembly(assembly).stacks.flatMap((stack) => stack.messages.filter(({ level }) => level === 'error')).map(({ entry: { data } }) => String(data).split(':')[0]);
  expect(new Set(messages)).toEqual(new Set(['RuntimeUndecided']));
});
