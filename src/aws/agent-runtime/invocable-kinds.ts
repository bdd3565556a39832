import { CfnResource } from 'aws-cdk-lib';
import { ROLE_KINDS } from './role-kinds';

/** A kind of compute that others call, and what the call needs. */
export interface InvocableKind {
  readonly type: string;
  readonly actions: string[];
  /** ARNs of the resource, its versions and its endpoints. */
  readonly arnsOf: (resource: CfnResource) => string[];
}

const KINDS: readonly InvocableKind[] = [
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
  { type: 'AWS::Lambda::Function', actions: ['lambda:InvokeFunction'], arnsOf: (resource) => withParts(arnOf(resource, 'Arn'), ':*') },
  // https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
  {
    type: 'AWS::BedrockAgentCore::Runtime',
    actions: ['bedrock-agentcore:InvokeAgentRuntime'],
    arnsOf: (resource) => withParts(arnOf(resource, 'AgentRuntimeArn'), '/runtime-endpoint/*'),
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html
  { type: 'AWS::StepFunctions::StateMachine', actions: ['states:StartExecution'], arnsOf: (resource) => [resource.ref] },
];

/** The kinds of compute that a service runs and others may call. */
export function invocableKindsOf(services: readonly string[]): InvocableKind[] {
  return KINDS.filter(({ type }) => services.includes(ROLE_KINDS[type].service));
}

function arnOf(resource: CfnResource, attribute: string): string {
  return resource.getAtt(attribute).toString();
}

function withParts(arn: string, parts: string): string[] {
  return [arn, `${arn}${parts}`];
}
