import * as fc from 'fast-check';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';

const statement = (resource: unknown) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }] });
const sizeOf = (resource: unknown) => policySizeOf(statement(resource)) - policySizeOf(statement(''));

test('counts the characters of the JSON that are no whitespace', () => {
  expect(policySizeOf({})).toBe(2);
  expect(policySizeOf({ Sid: 'a b\tc' })).toBe('{"Sid":"ab\\tc"}'.length);
  expect(policySizeOf(statement('arn:aws:s3:::invoices/*'))).toBe(JSON.stringify(statement('arn:aws:s3:::invoices/*')).length);
  expect(policySizeOf(undefined)).toBe(0);
});

test('is the length of the compact JSON for any document without intrinsics', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcXYZ:*/-0189'), minLength: 4 });
  fc.assert(fc.property(fc.array(fc.dictionary(name, fc.oneof(name, fc.array(name)))), (statements) => {
    const document = { Version: '2012-10-17', Statement: statements };
    expect(policySizeOf(document)).toBe(JSON.stringify(document).length);
  }));
});

describe('intrinsics count as the longest they are likely to become', () => {
  test.each<[unknown, number]>([
    [{ Ref: 'AWS::AccountId' }, 12],
    [{ Ref: 'AWS::Region' }, 14],
    [{ Ref: 'AWS::Partition' }, 10],
    [{ Ref: 'Table' }, 128],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 128],
    [{ 'Fn::ImportValue': 'x' }, 128],
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::x']] }, 'arn::s3:::x'.length + 10],
    [{ 'Fn::Join': ['/', ['a', { 'Fn::Join': ['', ['b', { Ref: 'AWS::AccountId' }]] }]] }, 'a/b'.length + 12],
    [{ 'Fn::Join': ['', { 'Fn::Split': [',', 'a,b'] }] }, 128],
    [{ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${Role}' }, 'arn:aws:iam:::role/'.length + 12 + 128],
    [{ 'Fn::Sub': ['${A}-${!aws:username}', { A: 'abc' }] }, 'abc-${!aws:username}'.length],
    [{ 'Fn::If': ['C', 'short', 'much longer'] }, 'muchlonger'.length],
  ])('%j: %i', (resource, size) => {
    expect(sizeOf(resource)).toBe(size);
  });

  test('so that no ARN of the longest names of common services is underestimated', () => {
    for (const arn of [
      `arn:aws-us-gov:iam::111122223333:role/agents/production/${'r'.repeat(64)}`,
      `arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:${'f'.repeat(64)}`,
      `arn:aws-us-gov:s3:::${'b'.repeat(63)}`,
      'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/12345678-1234-1234-1234-123456789012',
    ]) {
      expect(arn.length).toBeLessThanOrEqual(sizeOf({ 'Fn::GetAtt': ['X', 'Arn'] }));
    }
  });
});

test('the quotas of AWS, each with where it is written', () => {
  expect(Object.fromEntries(Object.entries(QUOTAS).map(([name, { limit }]) => [name, limit]))).toEqual({
    managedPolicySize: 6_144,
    inlinePoliciesSize: 10_240,
    organizationPolicySize: 5_120,
    trustPolicySize: 2_048,
    managedPoliciesPerRole: 10,
    roleNameLength: 64,
    resourcesPerStack: 500,
    templateSize: 1_000_000,
  });
  expect(Object.values(QUOTAS).filter(({ source }) => !source.startsWith('https://docs.aws.amazon.com/'))).toEqual([]);
});
