import { Account, refOf } from './account';
import { resourcePolicies } from '../../../../runtime/aws/wipers/resource-policies';
import { ResidueKind } from '../../../../src/contract/residue';
import { named } from '../../ledger/memory-table';

const OTHER = 'arn:aws:iam::111122223333:role/others';
const at = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:111122223333:${name}`;

let account: Account;
let bot: string;
beforeEach(() => {
  account = new Account();
  bot = refOf(account.principal()).roleArn;
});

const statement = (Sid: string, AWS: string | string[], Effect = 'Allow'): object => ({ Sid, Effect, Principal: { AWS }, Action: '*', Resource: '*' });
function declare(arn: string, ...statements: object[]): void {
  account.declared.arns.push(arn);
  account.policies.set(arn, JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}
const sidsOn = (arn: string): string[] | undefined => {
  const text = account.policies.byArn.get(arn);
  return text === undefined ? undefined : (JSON.parse(text) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
};

const BUCKET = 'arn:aws:s3:::files';
const KINDS: [service: string, arn: string, dropped: string, whole: string, last: string | undefined][] = [
  ['s3', BUCKET, 'PutBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
  ['sqs', at('sqs', 'invoices'), 'RemovePermission', 'SetQueueAttributes', 'RemovePermission'],
  ['sns', at('sns', 'news'), 'RemovePermission', 'SetTopicAttributes', 'RemovePermission'],
  ['kms', at('kms', 'key/1'), 'PutKeyPolicy', 'PutKeyPolicy', undefined],
  ['secretsmanager', at('secretsmanager', 'secret:erp-AbCdEf'), 'PutResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'],
  ['dynamodb', at('dynamodb', 'table/invoices'), 'PutResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'],
  ['events', at('events', 'event-bus/main'), 'RemovePermission', 'PutPermission', 'RemovePermission'],
  ['ecr', at('ecr', 'repository/team/app'), 'SetRepositoryPolicy', 'SetRepositoryPolicy', 'DeleteRepositoryPolicy'],
  ['glue', at('glue', 'catalog'), 'PutResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'],
];

test.each(KINDS)('of %s, a statement for the agent alone is dropped, and those of others stay', async (_service, arn, operation) => {
  declare(arn, statement('Bot', bot), statement('Others', OTHER));

  const { wiped, remains } = await account.run(resourcePolicies);

  expect(sidsOn(arn)).toEqual(['Others']);
  expect(wiped.map(({ id }) => id)).toEqual([`resource-policy/${arn}`]);
  expect(remains).toEqual([]);
  expect(account.policies.written).toEqual([operation]);
});

test.each(KINDS)('of %s, of a statement for others too only the agent is taken out', async (_service, arn, _operation, whole) => {
  declare(arn, statement('Both', [OTHER, bot]));

  expect((await account.run(resourcePolicies)).remains).toEqual([]);

  expect(JSON.parse(account.policies.byArn.get(arn)!)).toEqual({ Version: '2012-10-17', Statement: [statement('Both', [OTHER])] });
  expect(account.policies.written).toEqual([whole]);
});

test.each(KINDS)('of %s, a policy that had nothing else is removed, if the service has no use for it', async (_service, arn, _operation, _whole, last) => {
  declare(arn, statement('Bot', bot));

  const { remains } = await account.run(resourcePolicies);

  expect(account.policies.written).toEqual(last === undefined ? [] : [last]);
  expect(remains.map(({ note }) => note)).toEqual(last === undefined ? [expect.stringContaining('change it by hand')] : []);
});

test('a function loses the agent\'s permissions by their ids: Lambda writes no whole policy', async () => {
  const arn = at('lambda', 'function:worker');
  declare(arn, statement('Bot', bot), statement('Both', [OTHER, bot]));
  expect((await account.run(resourcePolicies)).remains).toMatchObject([{ note: expect.stringContaining('change it by hand') }]);

  account.policies.set(arn, JSON.stringify({ Statement: [statement('Bot', bot), statement('Others', OTHER)] }));
  expect((await account.run(resourcePolicies)).remains).toEqual([]);
  expect(sidsOn(arn)).toEqual(['Others']);
});

test('statements without an id are dropped by writing the rest', async () => {
  const arn = at('sns', 'news');
  declare(arn, { Effect: 'Allow', Principal: { AWS: bot }, Action: '*', Resource: '*' }, statement('Others', OTHER));
  await account.run(resourcePolicies);
  expect(account.policies.written).toEqual(['SetTopicAttributes']);
  expect(sidsOn(arn)).toEqual(['Others']);
});

test.each([at('dynamodb', 'table/invoices'), at('glue', 'catalog'), at('lambda', 'function:worker')])('a change of %s that somebody else makes in between is not overwritten', async (arn) => {
  declare(arn, statement('Bot', bot), statement('Others', OTHER));
  account.policies.beforeWrite = () => {
    account.policies.beforeWrite = () => undefined;
    account.policies.set(arn, JSON.stringify({ Statement: [statement('Bot', bot), statement('Others', OTHER), statement('New', OTHER)] }));
  };
  const { remains } = await account.run(resourcePolicies);
  expect(remains).toMatchObject([{ id: `resource-policy/${arn}`, note: expect.stringContaining('changed in between') }]);
  expect(sidsOn(arn)).toEqual(['Bot', 'Others', 'New']);

  expect((await account.run(resourcePolicies)).remains).toEqual([]);
  expect(sidsOn(arn)).toEqual(['Others', 'New']);
});

test.each([at('sqs', 'invoices'), at('sns', 'news'), at('events', 'event-bus/main')])('dropping a statement of %s undoes no change that somebody else makes in between', async (arn) => {
  declare(arn, statement('Bot', bot), statement('Others', OTHER));
  account.policies.beforeWrite = () => {
    account.policies.beforeWrite = () => undefined;
    account.policies.set(arn, JSON.stringify({ Statement: [statement('Bot', bot), statement('New', OTHER)] }));
  };
  expect((await account.run(resourcePolicies)).remains).toEqual([]);
  expect(sidsOn(arn)).toEqual(['New']);
});

test('a registry that does not wipe policies reports what names the agent, and changes nothing', async () => {
  declare(BUCKET, statement('Bot', bot));
  (account.context as { wipes: ReadonlySet<ResidueKind> }).wipes = new Set([ResidueKind.EKS]);

  const { reportedOnly, remains } = await account.run(resourcePolicies);

  expect(reportedOnly).toEqual([{ wiper: 'resource-policies', kind: 'resource-policy', id: `resource-policy/${BUCKET}`, actedOn: false, note: expect.stringContaining('`wipes`') }]);
  expect(remains).toEqual([]);
  expect(sidsOn(BUCKET)).toEqual(['Bot']);
});

test('a Deny that names the agent stays and is said', async () => {
  declare(BUCKET, statement('Never', bot, 'Deny'), statement('Bot', bot));
  const { reportedOnly, remains } = await account.run(resourcePolicies);
  expect(sidsOn(BUCKET)).toEqual(['Never']);
  expect(remains).toEqual([]);
  expect(reportedOnly).toMatchObject([{ id: `resource-policy/${BUCKET}/kept`, note: expect.stringContaining('statement Never is a Deny') }]);
});

test('a policy that the owner lets nobody read is reported; a throttled read is an error, and a rerun wipes', async () => {
  declare(BUCKET, statement('Bot', bot));
  account.policies.failures.set(BUCKET, named('AccessDenied', 'no'));
  expect(await account.run(resourcePolicies)).toMatchObject({ remains: [], reportedOnly: [{ id: `resource-policy/${BUCKET}`, note: expect.stringContaining('could not be read') }] });

  account.policies.failures.set(BUCKET, named('ThrottlingException', 'slow down'));
  await expect(account.run(resourcePolicies)).rejects.toMatchObject({ name: 'ThrottlingException' });

  account.policies.failures.clear();
  expect((await account.run(resourcePolicies)).wiped).toHaveLength(1);
});

test('a policy that the engine may not write remains, with the reason, and others are written all the same', async () => {
  declare(BUCKET, statement('Bot', bot));
  declare(at('sqs', 'invoices'), statement('Bot', bot));
  account.disturb((call) => {
    if (call === 's3:DeleteBucketPolicy') {
      throw named('AccessDenied', 'not authorized by a service control policy');
    }
  });
  const { remains, wiped } = await account.run(resourcePolicies);
  expect(remains).toMatchObject([{ id: `resource-policy/${BUCKET}`, note: expect.stringContaining('service control policy') }]);
  expect(wiped.map(({ id }) => id)).toEqual([`resource-policy/${at('sqs', 'invoices')}`]);
});

test('what was not looked at is named: other accounts, references that no stack resolves, grants that the ledger does not list', async () => {
  account.declared.arns.push('arn:aws:sqs:eu-west-1:444455556666:theirs', 'arn:aws:s3:::invoices-*');
  account.declared.unknown.push('<Data:Table.Arn>');
  account.unlistedGrants = 3;
  const { reportedOnly } = await account.run(resourcePolicies);
  expect(reportedOnly.map(({ id, note }) => [id, note])).toEqual([
    ['resource-policy/arn:aws:sqs:eu-west-1:444455556666:theirs', 'not looked at: it is in account 444455556666'],
    ['resource-policy/<Data:Table.Arn>', expect.stringContaining('no stack says')],
    ['resource-policy/unlisted-grants', expect.stringContaining('3 grants')],
  ]);
});

test('an ARN that the agent\'s present principal has too stays: a late retirement of a former one takes nothing from it', async () => {
  declare(BUCKET, statement('Bot', bot));
  account.isArnTaken = true;
  expect(await account.found(resourcePolicies)).toEqual([]);
  account.isArnTaken = false;
  expect(await account.found(resourcePolicies)).toEqual([`resource-policy/${BUCKET}`]);
});

test.each(['no JSON', 'null', '{"Statement":[null]}', '{"Statement":7}'])('a policy that is %s remains as not searched, and the others are wiped', async (document) => {
  account.declared.arns.push(at('sqs', 'broken'));
  account.policies.set(at('sqs', 'broken'), document);
  declare(BUCKET, statement('Bot', bot));

  const { wiped, remains } = await account.run(resourcePolicies);

  expect(wiped.map(({ id }) => id)).toEqual([`resource-policy/${BUCKET}`]);
  expect(remains).toMatchObject(document.includes('7') ? [] : [{ id: `resource-policy/${at('sqs', 'broken')}`, note: expect.stringContaining('could not be searched') }]);
  expect(account.policies.byArn.get(at('sqs', 'broken'))).toBe(document);
});

test('a bucket that answers with an error remains as not searched; a registry that wipes no policies reports it', async () => {
  declare(BUCKET, statement('Bot', bot));
  declare(at('sqs', 'invoices'), statement('Bot', bot));
  account.policies.failures.set(BUCKET, named('PermanentRedirect', 'the bucket is in another region'));
  const { wiped, remains } = await account.run(resourcePolicies);
  expect([wiped, remains].map((all) => all.map(({ id }) => id))).toEqual([[`resource-policy/${at('sqs', 'invoices')}`], [`resource-policy/${BUCKET}`]]);

  (account.context as { wipes: ReadonlySet<ResidueKind> }).wipes = new Set();
  const reading = await account.run(resourcePolicies);
  expect([reading.remains, reading.reportedOnly.map(({ note }) => note)]).toEqual([[], [expect.stringContaining('could not be searched')]]);
});

test('a statement whose id another statement has too is not dropped by that id', async () => {
  const arn = at('sns', 'news');
  declare(arn, statement('Same', bot), statement('Same', OTHER));
  expect((await account.run(resourcePolicies)).remains).toEqual([]);
  expect(account.policies.written).toEqual(['SetTopicAttributes']);
  expect(JSON.parse(account.policies.byArn.get(arn)!)).toMatchObject({ Statement: [statement('Same', OTHER)] });
});
