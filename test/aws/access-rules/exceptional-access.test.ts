import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { Expiry } from '../../../src/core';

const good = { actions: ['cloudwatch:PutMetricData', 'ec2:Describe*'], reason: 'publishes its own figures', until: Expiry.on('2027-03-31') };
const refused = expect.objectContaining({ code: 'AccessExceptionInvalid' });

test('keeps what it is given', () => {
  expect(ExceptionalAccess.of(good)).toMatchObject(good);
});

test('is not changed through the list it was made of', () => {
  const actions = ['s3:GetObject'];
  const exception = ExceptionalAccess.of({ ...good, actions });
  actions.push('s3:PutObject');
  expect(exception.actions).toEqual(['s3:GetObject']);
  expect(exception._names('s3:PutObject')).toBe(false);
  expect(exception._names('S3:getobject')).toBe(true);
});

test.each(['too short', '', 'x'.repeat(501)])('fails when the reason is %j, where it is used', (reason) => {
  expect(() => ExceptionalAccess.of({ ...good, reason })._check()).toThrow(refused);
});

test.each([
  ['  short   ', 'TextNotPlain'], ['two lines\nof a reason', 'TextNotPlain'], ['an escape \u001b[31m sequence', 'TextNotPlain'], ['turned \u202e around text', 'TextNotPlain'],
  ['uses {{resolve:ssm:/x}} today', 'DynamicReference'], ['${Token[TOKEN.1]}', 'LiteralRequired'],
])('fails when the reason is %j, which not every place would show', (reason, code) => {
  expect(() => ExceptionalAccess.of({ ...good, reason })._check()).toThrow(expect.objectContaining({ code }));
});

test.each<[string, object, string]>([
  ['the actions', { actions: 's3:GetObject' }, 'AccessExceptionInvalid'],
  ['the actions, absent,', { actions: undefined }, 'AccessExceptionInvalid'],
  ['an action', { actions: [7] }, 'AccessExceptionInvalid'],
  ['the resources', { resources: 'arn:aws:s3:::bucket' }, 'AccessExceptionInvalid'],
  ['a resource', { resources: [7] }, 'AccessExceptionInvalid'],
  ['a resource with an escape', { resources: ['arn:aws:s3:::b\u001b'] }, 'TextNotPlain'],
  ['a resource with a reference', { resources: ['arn:aws:s3:::{{resolve:ssm:x}}'] }, 'DynamicReference'],
  ['the reason', { reason: undefined }, 'TextRequired'],
  ['the end', { until: '2027-03-31' }, 'WrongClass'],
  ['an invalid end', { until: Expiry.on('soon') }, 'ExpiryInvalid'],
])('%s of another kind fails with a code, where it is used', (_what, props, code) => {
  const exception = ExceptionalAccess.of({ ...good, ...props } as never);

  for (const use of [() => exception._check(), () => exception.actions, () => exception.until, () => exception._names('s3:GetObject'), () => exception._covers('*')]) {
    expect(use).toThrow(expect.objectContaining({ code }));
  }
});

test.each([10, 500])('a reason of %i characters is accepted', (length) => {
  expect(ExceptionalAccess.of({ ...good, reason: 'x'.repeat(length) }).reason).toHaveLength(length);
});

test.each([[[]], [['*']], [['**']], [['*:*']], [['s*:Get']], [['s3:']], [['GetObject']], [['s3:GetObject', '*']], [['${Token[TOKEN.1]}']], [['s3:Get Object']]])('fails when the actions are %j', (actions) => {
  expect(() => ExceptionalAccess.of({ ...good, actions }).actions).toThrow(refused);
});
