import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowed, context, names, permissions } from './features/permissions';
import { declaredStatements } from '../../../build/wiper-statements';
import { CUTS } from '../../../runtime/aws/cuts';
import { POLICY_KINDS } from '../../../runtime/aws/granted';
import { USAGE_SOURCES } from '../../../runtime/aws/usage';
import { WIPERS } from '../../../runtime/aws/wipers';
import { certification } from '../../../src/aws/lifecycle-registry/features/certification';
import { POLICY_READ_STATEMENTS, WIPER_STATEMENTS } from '../../../src/aws/lifecycle-registry/wiper-statements.generated';

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
/** Access Analyzer's calls have paths. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html */
const PATHS: Record<string, string> = { '/analyzer': 'access-analyzer:ListAnalyzers', '/findingv2': 'access-analyzer:ListFindings' };

function plainCallsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const service = PLAIN[file.split('/').at(-1)!];
  return [
    ...service === undefined ? [] : [...text.matchAll(/'((?:Describe|List|Start|Stop|Update)[A-Z]\w+)'(?!,? sid|, actions)/g)].map(([, action]) => `${service}:${action}`),
    ...[...text.matchAll(/'(\/analyzer|\/findingv2)'/g)].map(([, path]) => PATHS[path]),
  ];
}

/** Every action that the code calls, read from its imports. An SDK command has the name of its action. */
function calledIn(folder: string, named = /\.ts$/): string[] {
  const files = readdirSync(join(RUNTIME, folder), { recursive: true, encoding: 'utf8' }).filter((file) => named.test(file));
  const actions = files.flatMap((file) => [...readFileSync(join(RUNTIME, folder, file), 'utf8').matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g)]
    .flatMap(([, imported, client]) => [...imported.matchAll(/\b(\w+)Command\b/g)].map(([, action]) => `${SERVICES[client]}:${action}`)));
  return [...new Set([...actions, ...files.flatMap((file) => plainCallsIn(join(RUNTIME, folder, file)))])].sort();
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

/** What only reviews need is granted with an AccessCertification only. */
const OF_REVIEWS = calledIn('granted');

test('a review reads policies by exactly the actions that it is granted, with everything filled in', () => {
  const granted = certification.engine!(context).flatMap(({ Action: actions }) => actions);
  // SQS has no client here.
  expect([...OF_REVIEWS, 'sqs:GetQueueAttributes'].filter((action) => !granted.includes(action))).toEqual([]);
  expect(POLICY_READ_STATEMENTS.flatMap(({ actions }) => actions).filter((action) => ![...OF_REVIEWS, 'sqs:GetQueueAttributes'].includes(action))).toEqual([]);
  expect(POLICY_READ_STATEMENTS).toEqual(POLICY_KINDS.map(({ needs }) => needs));
  expect(JSON.stringify(certification.engine!(context))).not.toMatch(/\{\w+\}|undefined/);
});

/** What only adoptions call, the engine calls by the role that the adopting stack creates for it. */
const ELSEWHERE = calledIn('.', /^(?!principals\/adoption\/).*\.ts$/);

test('what only adoptions call is not granted to the engine itself', () => {
  const ofAdoptions = calledIn('principals/adoption').filter((action) => !ELSEWHERE.includes(action));
  expect(ofAdoptions).toEqual(['iam:TagRole', 'iam:UntagRole']);
  expect(ofAdoptions.flatMap(allowedOn)).toEqual([]);
});

test.each(ELSEWHERE.filter((action) => !OF_REVIEWS.includes(action)))('%s, which the code calls, is granted, and no Deny undoes it', (action) => {
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
  const writes = WIPER_STATEMENTS.filter(({ actions }) => actions.some((action) => !/^[\w-]+:(Get|List|Describe|Generate)/.test(action)));
  expect(writes.flatMap(({ resources }) => resources).filter((resource) => resource === '*' || /:role|:user(?!\{path\}\*$)/.test(resource))).toEqual([]);
});
