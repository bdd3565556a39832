import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowed, context, names, permissions } from './features/permissions';
import { declaredStatements } from '../../../build/wiper-statements';
import { CUTS } from '../../../runtime/aws/cuts';
import { POLICY_KINDS } from '../../../runtime/aws/granted';
import { USAGE_SOURCES } from '../../../runtime/aws/usage';
import { WIPERS } from '../../../runtime/aws/wipers';
import { lifecyclePermissions } from '../../../src/aws/lifecycle-registry/features/lifecycle-permissions';
import { residue } from '../../../src/aws/lifecycle-registry/features/residue';
import { POLICY_READ_STATEMENTS, WIPER_STATEMENTS } from '../../../src/aws/lifecycle-registry/wiper-statements.generated';
import { ResidueKind } from '../../../src/contract/residue';

const RUNTIME = join(__dirname, '..', '..', '..', 'runtime', 'aws');
const SERVICES: Record<string, string> = {
  'client-iam': 'iam',
  'client-secrets-manager': 'secretsmanager',
  'client-cloudformation': 'cloudformation',
  'client-lambda': 'lambda',
  'client-sfn': 'states',
  'client-eventbridge': 'events',
  'client-scheduler': 'scheduler',
  'client-bedrock-agentcore-control': 'bedrock-agentcore',
  'client-s3': 's3',
  'client-sns': 'sns',
  'client-kms': 'kms',
  'client-dynamodb': 'dynamodb',
};

/** Files that call a service without a client of the SDK. Texts there are the names of its actions. */
const PLAIN: Record<string, string> = { 'ecs.ts': 'ecs', 'ecs-services.ts': 'ecs', 'ecs-tasks.ts': 'ecs', 'instances.ts': 'ec2' };
/** Prefixes of the actions of services that `PlainCalls.json` calls. */
const JSON_PREFIXES: Record<string, string> = { tagging: 'tag', cognito: 'cognito-idp' };
/** Operations that are methods and paths, by the file that calls them. */
const BY_PATH: Record<string, string[]> = {
  'eks-access.ts': ['ListClusters', 'DescribeAccessEntry', 'DeleteAccessEntry', 'ListPodIdentityAssociations', 'DescribePodIdentityAssociation', 'DeletePodIdentityAssociation'].map((action) => `eks:${action}`),
  'roles-anywhere-profiles.ts': ['ListProfiles', 'GetProfile', 'UpdateProfile'].map((action) => `rolesanywhere:${action}`),
  's3-access.ts': ['ListAccessGrants', 'DeleteAccessGrant', 'ListAccessPoints', 'GetAccessPointPolicy', 'PutAccessPointPolicy', 'DeleteAccessPointPolicy'].map((action) => `s3:${action}`),
  'lake-permissions.ts': ['ListPermissions', 'RevokePermissions'].map((action) => `lakeformation:${action}`),
  'own-profiles.ts': ['ListProfiles', 'DisableProfile', 'EnableProfile', 'DeleteProfile'].map((action) => `rolesanywhere:${action}`),
  'api-gateway-keys.ts': ['GET', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`),
  'named-credentials.ts': ['apigateway:GET'],
  'agent-core-sessions.ts': ['ListBrowserSessions', 'StopBrowserSession', 'ListCodeInterpreterSessions', 'StopCodeInterpreterSession'].map((action) => `bedrock-agentcore:${action}`),
};
/** Access Analyzer's calls have paths. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html */
const PATHS: Record<string, string> = { '/analyzer': 'access-analyzer:ListAnalyzers', '/findingv2': 'access-analyzer:ListFindings' };

function plainCallsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const service = PLAIN[file.split('/').at(-1)!];
  return [
    ...service === undefined ? [] : [...text.matchAll(/'((?:Describe|List|Start|Stop|Update)[A-Z]\w+)'(?!,? sid|, actions)/g)].map(([, action]) => `${service}:${action}`),
    ...[...text.matchAll(/'(\/analyzer|\/findingv2)'/g)].map(([, path]) => PATHS[path]),
    ...[...text.matchAll(/\.json(?:<.*?>)?\('(\w+)', '(\w+)'/g)].map(([, called, action]) => `${JSON_PREFIXES[called] ?? called}:${action}`),
    ...BY_PATH[file.split('/').at(-1)!] ?? [],
  ];
}

/** Every action that the code calls, read from its imports. An SDK command has the name of its action. */
function calledIn(folder: string, named = /\.ts$/): string[] {
  const files = readdirSync(join(RUNTIME, folder), { recursive: true, encoding: 'utf8' }).filter((file) => named.test(file));
  const actions = files.flatMap((file) => [...readFileSync(join(RUNTIME, folder, file), 'utf8').matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g)]
    .flatMap(([, imported, client]) => [...imported.matchAll(/\b(\w+)Command\b/g)].map(([, action]) => actionOf(`${SERVICES[client]}:${action}`))));
  return [...new Set([...actions, ...files.flatMap((file) => plainCallsIn(join(RUNTIME, folder, file)))])].sort();
}

/** IAM calls an action of Lambda by another name than its API. */
function actionOf(call: string): string {
  return call === 'lambda:Invoke' ? 'lambda:InvokeFunction' : call;
}

/** The resources of the statements that allow an action, each with wildcards filled in. */
function allowedOn(action: string): string[] {
  return permissions[names.engineRole].filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action))
    .flatMap(({ Resource = [] }) => Resource).map((resource) => resource.replaceAll('*', 'any'));
}

test('are those that wipers, cuts and sources of use declare, each once', () => {
  expect(WIPER_STATEMENTS).toEqual(declaredStatements());
  const declared = [...WIPERS, ...CUTS, ...USAGE_SOURCES].flatMap(({ needs }) => needs);
  const distinct = [...new Map(declared.map((statement) => [statement.sid, statement])).values()];
  expect(WIPER_STATEMENTS.map(({ wiper: _, ...statement }) => statement)).toEqual(distinct);
});

test('all are in the engine\'s role, under names of their own, with everything filled in', () => {
  const sids = permissions[names.engineRole].map(({ Sid }) => Sid);
  expect(new Set(sids).size).toBe(sids.length);
  expect(sids).toEqual(expect.arrayContaining(WIPER_STATEMENTS.map(({ sid }) => sid)));
  expect(JSON.stringify(permissions)).not.toMatch(/\{\w+\}|undefined/);
});

/** What reads policies of resources, besides those of roles, which AccessCertification grants. */
const READS = [...calledIn('granted', /^(?!attached-policies).*\.ts$/), 'sqs:GetQueueAttributes'];

test('policies of resources are read by exactly the actions that are granted, in the account only', () => {
  const reads = residue.engine!({ ...context, settings: { ...context.settings, wipes: [] } });
  const others = ['states:DescribeStateMachineForExecution', 'tag:GetResources'];
  expect(reads.flatMap(({ Action: actions }) => actions).sort()).toEqual([...READS, ...others].sort());
  expect(POLICY_READ_STATEMENTS).toEqual(POLICY_KINDS.map(({ needs }) => needs));
  const policies = reads.filter(({ Action: [action] }) => !others.includes(action));
  expect(policies.map(({ Condition: condition }) => condition)).toEqual(policies.map(() => ({ StringEquals: { 'aws:ResourceAccount': '111122223333' } })));
});

test.each(Object.values(ResidueKind))('%s gives the engine what its wipers declare, and without it nothing of that', (kind) => {
  const sidsOf = (wipes: ResidueKind[]): string[] => residue.engine!({ ...context, settings: { ...context.settings, wipes } }).map(({ Sid }) => Sid);
  const declared = WIPERS.flatMap(({ needs }) => needs).filter(({ of }) => of === kind).map(({ sid }) => sid);
  expect(declared.length).toBeGreaterThan(0);
  expect(sidsOf([kind]).slice(sidsOf([]).length).sort()).toEqual([...new Set(declared)].sort());
  const inline = lifecyclePermissions({ ...context, settings: { ...context.settings, wipes: [kind] } }).steps;
  expect(inline.filter(({ Sid }) => declared.includes(Sid))).toEqual([]);
});

test('a wiper of a kind needs nothing without that kind', () => {
  const chosen = WIPERS.filter(({ residue: kind }) => kind !== undefined);
  expect(chosen.flatMap(({ residue: kind, needs }) => needs.filter(({ of }) => of !== kind))).toEqual([]);
});

/** What only adoptions call, the engine calls by the role that the adopting stack creates for it. */
const ELSEWHERE = calledIn('.', /^(?!principals\/adoption\/).*\.ts$/);

test('what only adoptions call is not granted to the engine itself', () => {
  const ofAdoptions = calledIn('principals/adoption').filter((action) => !ELSEWHERE.includes(action));
  expect(ofAdoptions).toEqual(['iam:TagRole', 'iam:UntagRole']);
  expect(ofAdoptions.flatMap(allowedOn)).toEqual([]);
});

test.each(ELSEWHERE)('%s, which the code calls, is granted, and no Deny undoes it', (action) => {
  const resources = allowedOn(action);
  expect(resources.length).toBeGreaterThan(0);
  expect(resources.filter((resource) => allowed(names.engineRole, action, resource) === undefined)).toEqual([]);
});

test('nothing is granted that no wiper, no cut and no source of use calls', () => {
  // A wiper calls the one in profiles.ts.
  const called = [...calledIn('wipers'), ...calledIn('cuts'), ...calledIn('usage'), ...calledIn('principals', /^profiles\.ts$/)];
  expect(called.length).toBeGreaterThan(20);
  expect(WIPER_STATEMENTS.flatMap(({ actions }) => actions).filter((action) => !called.includes(action))).toEqual([]);
});

test('a wiper or a cut writes to no role, and to users only under the registry\'s path', () => {
  const writes = WIPER_STATEMENTS.filter(({ actions }) => actions.some((action) => !/^[\w-]+:(Get|List|Describe|Generate|GET$)/.test(action)));
  expect(writes.flatMap(({ resources }) => resources).filter((resource) => /:iam::.*:role|:user(?!\{path\}\*$|pool)/.test(resource))).toEqual([]);
  // These services can't restrict it to resources.
  expect(writes.filter(({ resources }) => resources.includes('*')).map(({ sid }) => sid)).toEqual(['EditLogPolicies', 'RevokeLakePermissions']);
});
