import { attachedPolicies } from '../../../../runtime/aws/granted';
import { FakeIam } from '../../engine/fake-iam';

const OWN = 'arn:aws:iam::111122223333:policy/by-hand';
const OF_AWS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

let iam: FakeIam;
beforeEach(() => {
  iam = new FakeIam();
});

const read = (...arns: string[]) => attachedPolicies({ iam: iam as never }, arns);
const document = (Action: string): string => JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: 'a b%' }] });

test('the default version of each is read, and named', async () => {
  iam.policies.set(OWN, [document('s3:GetObject'), document('s3:*')]).set(OF_AWS, [document('s3:List*')]);
  expect(await read(OWN, OF_AWS)).toEqual({
    found: [{ document: document('s3:*'), source: `attached policy ${OWN}` }, { document: document('s3:List*'), source: `attached policy ${OF_AWS}` }],
    unread: [],
  });
});

test('one that can\'t be read is named, and keeps no other from being read', async () => {
  iam.policies.set(OF_AWS, [document('sqs:*')]);
  const { found, unread } = await read(OWN, OF_AWS);
  expect(unread).toEqual([{ what: `attached policy ${OWN}`, reason: expect.stringContaining('not authorized to perform iam:GetPolicy') }]);
  expect(found).toHaveLength(1);
});

test('a version is read once, and a later version is another one', async () => {
  const arn = `${OWN}-again`;
  iam.policies.set(arn, [document('s3:GetObject')]);
  await read(arn);
  await read(arn);
  expect(iam.calls.filter((call) => call.startsWith('GetPolicyVersion'))).toHaveLength(1);

  iam.policies.get(arn)!.push(document('*'));
  expect((await read(arn)).found).toEqual([expect.objectContaining({ document: document('*') })]);
  expect(iam.calls.filter((call) => call.startsWith('GetPolicyVersion'))).toHaveLength(2);
});
