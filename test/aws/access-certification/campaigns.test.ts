import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AccessCertification, AgentStage, LifecycleRegistry } from '../../../src';

const SSO = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/aws-reserved/sso.amazonaws.com/*']] };
const AGENTS = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/agents/*']] };
const CAMPAIGNER = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Campaigner'), 'Arn'] };

const rolesOf = (stack: Stack) => ({
  campaignRoles: [new iam.Role(stack, 'Campaigner', { assumedBy: new iam.AccountRootPrincipal() })],
  managementRoles: [new iam.Role(stack, 'Manager', { assumedBy: new iam.AccountRootPrincipal() })],
});

function made(stages: AgentStage[] = []): { readonly stack: Stack; readonly template: Template; readonly certification: AccessCertification } {
  const stack = new Stack(new App(), 'Platform', { env: { account: '111122223333', region: 'eu-west-1' }, terminationProtection: true });
  const registry = new LifecycleRegistry(stack, 'Agents', { stages });
  const certification = new AccessCertification(stack, 'Reviews', { registry, ...rolesOf(stack) });
  return { stack, template: Template.fromStack(stack), certification };
}

const { template } = made();
const MANAGER = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Manager'), 'Arn'] };
const people = { ArnNotLike: { 'aws:PrincipalArn': [SSO, CAMPAIGNER] } };
const signers = { ArnNotLike: { 'aws:PrincipalArn': [SSO, CAMPAIGNER, MANAGER] } };
const management = { ArnNotLike: { 'aws:PrincipalArn': [SSO, MANAGER] } };
const statement = (sid: string): object => Object.values(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'agents-may-run-campaigns' } }))
  .flatMap(({ Properties: { PolicyDocument: { Statement: all } } }) => all as { Sid: string }[]).find(({ Sid }) => Sid === sid)!;

test('an asymmetric key signs, which is kept with the evidence and whose policy lets only those people sign', () => {
  template.hasResource('AWS::KMS::Key', {
    Properties: {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Sid: 'OnlyPeopleSign', Effect: 'Deny', Action: 'kms:Sign', Principal: '*', Condition: signers }),
          Match.objectLike({ Sid: 'NoAgents', Effect: 'Deny', Action: 'kms:*', Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': [AGENTS] } } }),
        ]),
      },
    },
    DeletionPolicy: 'Retain',
  });
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: Match.stringLikeRegexp('^alias/agents-.*campaigns$') });
});

test('the evidence of campaigns is written by those people only', () => {
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'OnlyPeopleWriteCampaigns', Effect: 'Deny', Action: Match.arrayWith(['s3:PutObject']), Condition: people })]) },
  });
  expect(JSON.stringify(template.findResources('AWS::S3::BucketPolicy'))).toContain('/campaigns/*');
});

test('acknowledgements are written by management only, who can sign and change nothing of a campaign', () => {
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'OnlyManagementAcknowledges', Effect: 'Deny', Action: Match.arrayWith(['s3:PutObject']), Condition: management })]) },
  });
  expect(JSON.stringify(template.findResources('AWS::S3::BucketPolicy'))).toContain('/acknowledgements/*');
  const statements = Object.values(template.findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'agents-may-acknowledge' } }))
    .flatMap(({ Properties: { PolicyDocument: { Statement: all } } }) => all as { Sid: string; Action: string; Resource: unknown }[]);
  expect(statements.map(({ Action: action }) => action)).toEqual(['s3:PutObject', ['s3:GetObject', 's3:GetObjectVersion'], 's3:ListBucketVersions', 'kms:Sign', 'kms:GetPublicKey']);
  const [store] = statements;
  expect(JSON.stringify(store.Resource)).toMatch(/\/acknowledgements\/\*/);
  expect(store).toMatchObject({ Condition: { ArnLike: { 'aws:PrincipalArn': [expect.anything(), { 'Fn::GetAtt': [expect.stringMatching(/^Manager/), 'Arn'] }] } } });
});

test('people who run campaigns can store requests that bring reviews forward and no other requests, and can sign with that key only', () => {
  const allowed = { 'aws:PrincipalArn': [SSO, { 'Fn::GetAtt': [expect.stringMatching(/^Campaigner/), 'Arn'] }] };
  expect(statement('BringForward')).toMatchObject({
    Action: 'dynamodb:PutItem', Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['request#operator-bring-forward-*'] }, 'ArnLike': allowed },
  });
  expect(statement('SignPackages')).toMatchObject({ Action: 'kms:Sign', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ReviewsCampaignKey/), 'Arn'] }, Condition: { ArnLike: allowed } });
  expect(statement('StoreCampaigns')).toMatchObject({ Action: 's3:PutObject', Condition: { ArnLike: allowed } });
});

test('the key of a registry for development goes with it', () => {
  const stack = new Stack(new App(), 'Platform');
  const certification = new AccessCertification(stack, 'Reviews', { registry: LifecycleRegistry.development(stack, 'Agents') });
  expect(certification.campaignKey).toBeDefined();
  Template.fromStack(stack).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
});

describe('a targeted risk analysis', () => {
  const reason = 'It pays invoices of up to 10,000 EUR';
  const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const stage = (name: string, date: string): AgentStage => AgentStage.of(name, { targetedRiskAnalysis: { reason, date } });

  test('that is more than 12 months old is a warning, and a newer one is not', () => {
    const { stack } = made([stage('old', day(370)), stage('fresh', day(300))]);
    Annotations.fromStack(stack).hasWarning('/Platform/Reviews', Match.stringLikeRegexp('stage old is of .* not within the last 12 months'));
    Annotations.fromStack(stack).hasNoWarning('/Platform/Reviews', Match.stringLikeRegexp('stage fresh'));
    Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
  });

  test('is part of what the engine knows of a stage', () => {
    const { template: both } = made([stage('fresh', '2026-03-31')]);
    expect(JSON.stringify(both.findResources('AWS::Lambda::Function'))).toContain('targetedRiskAnalysis');
  });
});
