import { mintsSession } from '../../../src/aws/guards/session-actions';

test.each([
  ['sts:AssumeRole', true],
  ['STS:assumerole', true],
  ['sts:*', true],
  ['*', true],
  ['s*:Get*', true],
  ['s3:GetDataAccess', true],
  ['s3:GetObject', false],
  ['sts:GetCallerIdentity', false],
  ['dynamodb:GetItem', false],
  ['iam:PassRole', false],
])('%s mints a session: %s', (action, mints) => {
  expect(mintsSession(action)).toBe(mints);
});
