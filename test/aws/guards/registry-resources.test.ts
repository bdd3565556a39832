import { Stack } from 'aws-cdk-lib';
import { denies } from './evaluate';
import { noSessionsDocument } from '../../../src/aws/guards/agent-guard';
import { noRegistryDocument, registryReaderDocument } from '../../../src/aws/guards/registry-denies';
import { registryResources } from '../../../src/aws/guards/registry-resources';
import { policySizeOf } from '../../../src/aws/iam/quotas';
import { RegistryNames } from '../../../src/contract/registry-names';

const place = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const names = new RegistryNames('agents');
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const resources = registryResources(names, place, ['Platform']);
const DOCUMENTS = [noRegistryDocument({ names, resources, tagPrefix: 'agent:' }), registryReaderDocument({ names, resources, tagPrefix: 'agent:' })];

/** ARNs of a name, by the kind of resource that the member's name ends with. A member of another kind has to be added here, and its service to the guard. */
const ARNS: readonly [kind: RegExp, arns: (name: string) => string[]][] = [
  [/Function$/, (name) => [arn('lambda', `function:${name}`), arn('lambda', `function:${name}:7`)]],
  [/Role$/, (name) => [`arn:aws:iam::111122223333:role/${name}`]],
  [/Policy$/, (name) => [`arn:aws:iam::111122223333:policy${names.path}${name}`]],
  [/Rule$/, (name) => [arn('events', `rule/${name}`), arn('events', `rule/${names.bus}/${name}`), arn('events', `rule/bus-of-the-user/${name}`)]],
  [/Schedule$/, (name) => [arn('scheduler', `schedule/default/${name}`)]],
  [/[mM]achine$/, (name) => [arn('states', `stateMachine:${name}`), arn('states', `execution:${name}:1`), arn('states', `mapRun:${name}/1:1`)]],
  [/^table$/, (name) => ['', '/index/due', '/stream/1', '/backup/1'].map((part) => arn('dynamodb', `table/${name}${part}`))],
  [/^bus$/, (name) => [arn('events', `event-bus/${name}`)]],
  [/Alias$/, (name) => [arn('kms', name)]],
  [/^deadLetters$|Queue$/, (name) => [arn('sqs', name)]],
  [/Secrets$/, (name) => [arn('secretsmanager', `secret:${name}erp-AbCdEf`)]],
  [/^dashboard$/, (name) => [`arn:aws:cloudwatch::111122223333:dashboard/${name}`]],
];

const MEMBERS = Object.entries(names).filter(([member]) => !['registryName', 'path', 'prefix'].includes(member)) as [string, string][];

test.each([
  ...MEMBERS,
  ['bucket', names.bucket(place)],
  ['alarm', names.alarm('TeardownIncomplete')],
  ['suspendOnRule', names.suspendOnRule('GuardDuty')],
  ['functionLogGroup', names.functionLogGroup(names.agendaFunction)],
  ['machineLogGroup', names.machineLogGroup(names.sweepMachine)],
])('%s is a resource that every agent is denied', (member, name) => {
  const [, arnsOf] = [
    ...ARNS,
    [/^bucket$/, () => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/certificates/1`]] as const,
    [/^alarm$/, () => [arn('cloudwatch', `alarm:${name}`)]] as const,
    [/LogGroup$/, () => [arn('logs', `log-group:${name}`), arn('logs', `log-group:${name}:log-stream:1`)]] as const,
  ].find(([kind]) => kind.test(member))!;
  for (const document of DOCUMENTS) {
    expect(arnsOf(name).filter((resource) => !denies(document, { action: 'any:Thing', resource }))).toEqual([]);
  }
});

test('every method that returns an ARN returns that of something that every agent is denied', () => {
  const methods = Object.getOwnPropertyNames(RegistryNames.prototype).filter((method) => /Arns?$/.test(method) && !['functionArn', 'policyArn'].includes(method));
  expect(methods.length).toBeGreaterThan(10);
  const made = methods.map((method) => (names as unknown as Record<string, (at: typeof place, name: string) => string>)[method](place, `${names.prefix}x`));
  for (const document of DOCUMENTS) {
    expect(made.filter((resource) => !denies(document, { action: 'any:Thing', resource: resource.replaceAll('*', '1') }))).toEqual([]);
  }
});

test('the names of one registry reserve none of another', () => {
  const other = new RegistryNames('agents-2');
  const theirs = [`arn:aws:iam::111122223333:role/${other.engineRole}`, other.tableArn(place), other.bucketArn(place), other.stateMachineArn(place)];
  expect(theirs.filter((resource) => denies(DOCUMENTS[0], { action: 'any:Thing', resource }))).toEqual([]);
  const document = noRegistryDocument({ names: other, resources: registryResources(other, place, []), tagPrefix: 'agent:' });
  expect(theirs.filter((resource) => !denies(document, { action: 'any:Thing', resource }))).toEqual([]);
});

test('each document stays far below the 6,144 characters of a managed policy, with the longest names', () => {
  const longest = new RegistryNames('a'.repeat(20), `/${'corp/bots/of/the/company'.padEnd(64, 'x')}/`);
  const stack = new Stack();
  const upkeep = [arn('kms', `key/mrk-${'0'.repeat(32)}`), arn('sns', 'T'.repeat(256)), arn('sns', 'N'.repeat(256))];
  const all = registryResources(longest, stack, ['S'.repeat(128), 'R'.repeat(128)], upkeep);
  const props = { names: longest, resources: all, tagPrefix: 'agent:' };
  const documents = [noRegistryDocument(props), registryReaderDocument(props), noSessionsDocument(all.secrets)];
  const sizes = documents.map((document) => policySizeOf(stack.resolve(document)));
  expect(Math.max(...sizes)).toBeLessThan(5_000);
});
