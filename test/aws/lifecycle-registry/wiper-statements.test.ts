import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowed, names, permissions } from './features/permissions';
import { declaredStatements } from '../../../build/wiper-statements';
import { CUTS } from '../../../runtime/aws/cuts';
import { WIPERS } from '../../../runtime/aws/wipers';
import { WIPER_STATEMENTS } from '../../../src/aws/lifecycle-registry/wiper-statements.generated';

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
};

/** Every action that the code calls, read from its imports. An SDK command has the name of its action. */
function calledIn(folder: string, named = /\.ts$/): string[] {
  const files = readdirSync(join(RUNTIME, folder), { recursive: true, encoding: 'utf8' }).filter((file) => named.test(file));
  const actions = files.flatMap((file) => [...readFileSync(join(RUNTIME, folder, file), 'utf8').matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g)]
    .flatMap(([, imported, client]) => [...imported.matchAll(/\b(\w+)Command\b/g)].map(([, action]) => `${SERVICES[client]}:${action}`)));
  return [...new Set(actions)].sort();
}

/** The resources of the statements that allow an action, each with wildcards filled in. */
function allowedOn(action: string): string[] {
  return permissions[names.engineRole].filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action))
    .flatMap(({ Resource = [] }) => Resource).map((resource) => resource.replaceAll('*', 'any'));
}

test('are those that wipers and cuts declare, each once', () => {
  expect(WIPER_STATEMENTS).toEqual(declaredStatements());
  const declared = [...WIPERS, ...CUTS].flatMap(({ needs }) => needs);
  const distinct = [...new Map(declared.map((statement) => [statement.sid, statement])).values()];
  expect(WIPER_STATEMENTS.map(({ wiper: _, ...statement }) => statement)).toEqual(distinct);
});

test('all are in the engine\'s role, under names of their own, with everything filled in', () => {
  const sids = permissions[names.engineRole].map(({ Sid }) => Sid);
  expect(new Set(sids).size).toBe(sids.length);
  expect(sids).toEqual(expect.arrayContaining(WIPER_STATEMENTS.map(({ sid }) => sid)));
  expect(JSON.stringify(permissions)).not.toMatch(/\{\w+\}|undefined/);
});

test.each(calledIn('.'))('%s, which the code calls, is granted, and no Deny undoes it', (action) => {
  const resources = allowedOn(action);
  expect(resources.length).toBeGreaterThan(0);
  expect(resources.filter((resource) => allowed(names.engineRole, action, resource) === undefined)).toEqual([]);
});

test('nothing is granted that no wiper and no cut calls', () => {
  // A wiper calls the one in profiles.ts.
  const called = [...calledIn('wipers'), ...calledIn('cuts'), ...calledIn('principals', /^profiles\.ts$/)];
  expect(called.length).toBeGreaterThan(20);
  expect(WIPER_STATEMENTS.flatMap(({ actions }) => actions).filter((action) => !called.includes(action))).toEqual([]);
});

test('a wiper or a cut writes to no role, and to users only under the registry\'s path', () => {
  const writes = WIPER_STATEMENTS.filter(({ actions }) => actions.some((action) => !/^\w+:(Get|List|Describe)/.test(action)));
  expect(writes.flatMap(({ resources }) => resources).filter((resource) => resource === '*' || /:role|:user(?!\{path\}\*$)/.test(resource))).toEqual([]);
});
