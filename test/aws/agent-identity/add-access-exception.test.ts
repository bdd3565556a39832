import { aws_iam as iam } from 'aws-cdk-lib';
import { agent, only } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { Expiry } from '../../../src/core';
import { codeOf } from '../../core/code-of';

const statement = () => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] });
const exception = (until: string) => ExceptionalAccess.of({ actions: ['s3:GetObject'], reason: 'reads whatever bucket it is pointed to', until: Expiry.on(until) });

test('an exception that is added allows the statement that follows, and the engine receives it', () => {
  const { bot, template } = agent();
  expect(codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy(statement()))).toBe('ResourceStar');

  bot.addAccessException(exception('2999-01-31'));

  expect(codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy(statement()))).toBeUndefined();
  expect(only(template(), 'Custom::AgentLifecycle').Properties.Exceptions).toEqual([expect.objectContaining({ Actions: ['s3:GetObject'], Reason: 'reads whatever bucket it is pointed to' })]);
});

test('AccessExceptionOutlivesAgent: fails when it ends after the agent', () => {
  const { bot } = agent();
  expect(codeOf(() => bot.addAccessException(exception('2999-04-01')))).toBe('AccessExceptionOutlivesAgent');
});

test('without exceptions the engine receives none', () => {
  expect(only(agent().template(), 'Custom::AgentLifecycle').Properties).not.toHaveProperty('Exceptions');
});
