import { App, aws_iam as iam, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { checkTrustPrincipal } from '../../../src/aws/access-rules/trust-rules';
import { parseStatements, parseTrustStatements } from '../../../src/aws/iam/statement';

const stack = new Stack(new App(), 'Stack');
const bucket = new s3.Bucket(stack, 'Bucket');
const okta = iam.SamlProvider.fromSamlProviderArn(stack, 'Okta', 'arn:aws:iam::111122223333:saml-provider/okta');
const codesOf = (...statements: iam.PolicyStatement[]) => parseStatements(stack.resolve(new iam.PolicyDocument({ statements })))
  .flatMap((statement) => checkStatement(statement, []).violations.map(({ code }) => code));

test('reads one statement or many, one value or a list', () => {
  const one = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  expect(parseStatements(one)).toEqual(parseStatements({ Version: '2012-10-17', Statement: [{ ...one, Action: [one.Action], Resource: ['*'] }] }));
  expect(parseStatements({ Statement: one })).toEqual(
    [{ effect: 'Allow', actions: ['s3:GetObject'], notActions: [], resources: ['*'], notResources: [], conditions: undefined }]);
});

test('what is not plainly a Deny is checked', () => {
  expect(parseStatements({ Effect: { 'Fn::If': [] }, Action: { Ref: 'A' } })).toMatchObject([{ effect: 'Allow', actions: ['{"Ref":"A"}'] }]);
  expect(parseTrustStatements({ Effect: 'Deny', NotPrincipal: '*', NotAction: 'x' })).toMatchObject([{ effect: 'Deny', notPrincipal: '*', notActions: ['x'] }]);
});

test('what the AWS CDK renders is understood', () => {
  expect(codesOf(new iam.PolicyStatement({ actions: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'], resources: [bucket.bucketArn, bucket.arnForObjects('*')] }))).toEqual([]);
  expect(codesOf(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [stack.formatArn({ service: 's3', region: '', account: '', resource: '*' })] }))).toEqual(['ResourceStar']);
  expect(codesOf(new iam.PolicyStatement({ notActions: ['iam:*'], resources: [bucket.bucketArn] }))).toEqual(['NotActionAllowed']);
  expect(codesOf(new iam.PolicyStatement({ actions: ['s3:GetObject'], notResources: [bucket.bucketArn] }))).toEqual(['NotResourceAllowed']);
});

test.each<[string, iam.IPrincipal, string[]]>([
  ['the account', new iam.AccountRootPrincipal(), ['TrustPrincipalUnconditioned']],
  ['another account', new iam.AccountPrincipal('444455556666'), ['TrustPrincipalUnconditioned']],
  ['anybody', new iam.AnyPrincipal(), ['TrustPrincipalStar']],
  ['a star', new iam.StarPrincipal(), ['TrustPrincipalStar']],
  ['people in the console', new iam.SamlConsolePrincipal(okta, {}), ['TrustPrincipalUnconditioned']],
  ['a service', new iam.ServicePrincipal('lambda.amazonaws.com'), []],
  ['a role', new iam.ArnPrincipal('arn:aws:iam::111122223333:role/orchestrator'), []],
])('trust in %s, as the AWS CDK renders it', (_what, principal, codes) => {
  const { assumeRoleAction, policyFragment } = principal;
  const statement = new iam.PolicyStatement({ principals: [principal], actions: [assumeRoleAction], conditions: policyFragment.conditions });
  expect(parseTrustStatements(stack.resolve(statement.toStatementJson())).flatMap(checkTrustPrincipal).map(({ code }) => code)).toEqual(codes);
});
