import { GuardrailResource } from './guardrail-resource';
import { contentsOf } from './template-value';
import { ROLE_KINDS } from '../../agent-runtime/role-kinds';

/** Kinds by which a service passes something on, without code of the user's. Sharing a role is usual for them, and they are no identity of a workload. */
const PLUMBING = [
  'AWS::ApiGateway::Method', 'AWS::AppSync::DataSource', 'AWS::CodePipeline::Pipeline', 'AWS::Events::Rule', 'AWS::IoT::TopicRule',
  'AWS::KinesisFirehose::DeliveryStream', 'AWS::Pipes::Pipe', 'AWS::RolesAnywhere::Profile', 'AWS::Scheduler::Schedule',
];

/** Kinds that are an agent by themselves. The roles of gateways and memories are of the platform. */
const AGENTS = [
  'AWS::Bedrock::Agent', 'AWS::BedrockAgentCore::BrowserCustom', 'AWS::BedrockAgentCore::CodeInterpreterCustom',
  'AWS::BedrockAgentCore::Harness', 'AWS::BedrockAgentCore::Runtime',
];

/** The execution role of a task is of ECS, which pulls the image and writes logs with it. */
const NARROWER: Readonly<Record<string, RegExp>> = { 'AWS::ECS::TaskDefinition': /^taskRoleArn$/i, 'AWS::ECS::DaemonTaskDefinition': /^taskRoleArn$/i };

/** Values of the properties by which a resource runs with a role, as in the template. */
export function roleValuesOf({ type, properties }: GuardrailResource): unknown[] {
  const at = Object.hasOwn(NARROWER, type) ? NARROWER[type] : (Object.hasOwn(ROLE_KINDS, type) ? ROLE_KINDS[type].at : undefined);
  if (at === undefined) {
    return [];
  }
  const { references, texts, imports } = contentsOf(properties, '');
  const isRole = (one: { readonly at: string }): boolean => at.test(one.at.replace(/^\./, ''));
  return [
    ...references.filter(isRole).map(({ reference: { logicalId, attribute } }) => (
      attribute === undefined ? { Ref: logicalId } : { 'Fn::GetAtt': [logicalId, attribute] })),
    ...imports.filter(isRole).map(({ text }) => ({ 'Fn::ImportValue': text })),
    // A role by its ARN or its name.
    ...texts.filter(isRole).map(({ text }) => text.split('/').at(-1)),
  ];
}

export function isWorkload({ type }: GuardrailResource): boolean {
  return Object.hasOwn(ROLE_KINDS, type) && !PLUMBING.includes(type);
}

export function isAgentWorkload({ type }: GuardrailResource): boolean {
  return AGENTS.includes(type);
}
