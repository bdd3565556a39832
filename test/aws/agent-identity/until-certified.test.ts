import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, ENV, only } from './agents';
import { AccessCertification } from '../../../src/aws/access-certification';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { Expiry } from '../../../src/core';

const latest = Expiry.on('2999-03-31');
const expires = Expiry.untilCertified({ latest });

test('the latest end stands in the template, where nothing carries it on, and the engine learns that reviews carry the agent on', () => {
  const [template, fixed] = [agent({ expires }).template(), agent({ expires: latest }).template()];

  const propertiesOf = (one: Template) => only(one, 'Custom::AgentLifecycle').Properties;
  const { UntilCertified: flag, ...others } = propertiesOf(template);
  expect(flag).toBe('true');
  expect(others.ExpiresAt).toBe(latest.iso);
  expect(others).toEqual(propertiesOf(fixed));
  // Policies, trust and tags are those of an agent with that fixed end.
  for (const type of ['AWS::IAM::Role', 'AWS::IAM::Policy']) {
    expect(template.findResources(type)).toEqual(fixed.findResources(type));
  }
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(latest.iso);
});

describe('the registry', () => {
  const synthesize = (reviewed: 'before' | 'after' | 'never', ends: Expiry): (() => unknown) => {
    const stack = new Stack(new App(), 'Own', { env: ENV });
    const registry = new LifecycleRegistry(stack, 'Registry');
    const review = (): AccessCertification => new AccessCertification(stack, 'Reviews', { registry });
    if (reviewed === 'before') {
      review();
    }
    agentIn(stack, { registry, expires: ends });
    if (reviewed === 'after') {
      review();
    }
    return () => Template.fromStack(stack);
  };

  test('must review access, if it is in the same app', () => {
    expect(synthesize('never', expires)).toThrow(/CertificationMissing: Own\/Bot: .*add new AccessCertification/);
    expect(synthesize('never', latest)).not.toThrow();
  });

  test.each(['before', 'after'] as const)('may be given reviews %s the agent', (when) => {
    expect(synthesize(when, expires)).not.toThrow();
  });
});
