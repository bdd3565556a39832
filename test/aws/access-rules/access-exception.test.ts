import { AccessException } from '../../../src/aws/access-rules';
import { Expiry } from '../../../src/core';

const good = { actions: ['cloudwatch:PutMetricData', 'ec2:Describe*'], reason: 'publishes its own figures', until: Expiry.on('2027-03-31') };
const refused = expect.objectContaining({ code: 'AccessExceptionInvalid' });

test('keeps what it is given', () => {
  const exception = AccessException.of({ ...good, reason: `  ${good.reason} ` });
  expect(exception).toMatchObject(good);
});

test('is not changed through the list it was made of', () => {
  const actions = ['s3:GetObject'];
  const exception = AccessException.of({ ...good, actions });
  actions.push('s3:PutObject');
  expect(exception.actions).toEqual(['s3:GetObject']);
  expect(exception._names('s3:PutObject')).toBe(false);
  expect(exception._names('S3:getobject')).toBe(true);
});

test.each(['too short', '  short   ', '', 'x'.repeat(501), 'two lines\nof a reason', 'an escape \u001b[31m sequence'])('fails when the reason is %j', (reason) => {
  expect(() => AccessException.of({ ...good, reason })).toThrow(refused);
});

test.each([10, 500])('a reason of %i characters is accepted', (length) => {
  expect(AccessException.of({ ...good, reason: 'x'.repeat(length) }).reason).toHaveLength(length);
});

test.each([[[]], [['*']], [['**']], [['*:*']], [['s*:Get']], [['s3:']], [['GetObject']], [['s3:GetObject', '*']], [['${Token[TOKEN.1]}']], [['s3:Get Object']]])('fails when the actions are %j', (actions) => {
  expect(() => AccessException.of({ ...good, actions })).toThrow(refused);
});
