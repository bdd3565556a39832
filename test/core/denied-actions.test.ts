import { globCovers } from '../../src/core/glob';
import { IAM_WRITES, IDENTITY_SERVICES, OTHER_DOORS } from '../../src/core/identity-administration';
import { SELF_GRANTING } from '../../src/core/self-granting';

const covers = (patterns: readonly string[], action: string): boolean => (
  patterns.some((pattern) => globCovers(pattern.toLowerCase(), action.toLowerCase())));

test.each(['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:TagRole'])('%s changes identities', (action) => {
  expect(covers(IAM_WRITES, action)).toBe(true);
});

test.each(['iam:GetRole', 'iam:ListRoles', 'iam:PassRole', 'iam:SimulatePrincipalPolicy'])('twin: %s does not', (action) => {
  expect(covers(IAM_WRITES, action)).toBe(false);
});

test('services and calls that give access to identities are named exactly', () => {
  expect(covers(IDENTITY_SERVICES, 'organizations:AttachPolicy')).toBe(true);
  expect(covers(IDENTITY_SERVICES, 'sts:AssumeRole')).toBe(false);
  expect(covers(OTHER_DOORS, 'eks:CreatePodIdentityAssociation')).toBe(true);
  expect(covers(OTHER_DOORS, 'eks:DescribeCluster')).toBe(false);
});

test.each(['s3:PutBucketPolicy', 'sqs:SetQueueAttributes', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'])('%s changes who may use a resource', (action) => {
  expect(covers(SELF_GRANTING, action)).toBe(true);
});

test.each(['s3:GetBucketPolicy', 'sqs:SendMessage', 'dynamodb:PutItem'])('twin: %s does not', (action) => {
  expect(covers(SELF_GRANTING, action)).toBe(false);
});
