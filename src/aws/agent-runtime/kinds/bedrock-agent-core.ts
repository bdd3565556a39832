import { isDeepStrictEqual } from 'node:util';
import { aws_iam as iam, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NamedResource, resourceNames } from './resource-names';
import { serviceTrust, SourceResource } from './service-trust';
import { parseStatements, StatementJson } from '../../iam/statement';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** AgentCore appends a hyphen and 10 characters to the name of a resource. Names of runtimes have no hyphen, so the pattern is one runtime's. */
const RUNTIME: SourceResource = { type: 'AWS::BedrockAgentCore::Runtime', property: 'agentRuntimeName', arn: (name) => `runtime/${withSuffix(name)}` };

/** What else of AgentCore may run with the agent's role. Ids of gateways are in lower case. */
const OTHERS: readonly SourceResource[] = [
  { type: 'AWS::BedrockAgentCore::BrowserCustom', property: 'name', arn: (name) => `browser-custom/${withSuffix(name)}` },
  { type: 'AWS::BedrockAgentCore::CodeInterpreterCustom', property: 'name', arn: (name) => `code-interpreter-custom/${withSuffix(name)}` },
  { type: 'AWS::BedrockAgentCore::Gateway', property: 'name', arn: (name) => `gateway/${withSuffix(name.toLowerCase())}` },
  { type: 'AWS::BedrockAgentCore::Memory', property: 'name', arn: (name) => `memory/${withSuffix(name)}` },
];

const HARNESS: NamedResource = { type: 'AWS::BedrockAgentCore::Harness', property: 'harnessName' };

/** A harness runs in a runtime of AgentCore's own, `harness_<name>`. AWS does not say which of the two ARNs is sent; either is of this harness only. */
const HARNESSES: readonly [SourceResource, ...SourceResource[]] = [
  { ...HARNESS, arn: (name) => `harness/${withSuffix(name)}` },
  { ...HARNESS, arn: (name) => `runtime/${withSuffix(runtimeOfHarness(name))}` },
];

const TOKENS = ['bedrock-agentcore:GetWorkloadAccessToken', 'bedrock-agentcore:GetWorkloadAccessTokenForJWT'];

/** It acts for any user that the caller names, without proof. The guard denies it to every agent, as AWS recommends. */
const TOKEN_FOR_ANYONE = 'bedrock-agentcore:GetWorkloadAccessTokenForUserId';

/**
 * Trust: AgentCore sends the ARN of the runtime, gateway, memory, harness or tool. Access: what the construct `Runtime` of aws-cdk-lib adds to its role
 * (LogGroupAccess, DescribeLogGroups, LogStreamAccess, XRayAccess, CloudWatchMetrics, GetAgentAccessToken), with logs and tokens narrowed from every
 * runtime and workload identity of the account to those of the app's runtimes, and without tokens for any user.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
 */
export function bedrockAgentCoreBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  const runtimes = (): (string | undefined)[] => [...resourceNames(scope, RUNTIME), ...harnessRuntimes(scope)];
  return binding(scope, context, [RUNTIME, ...OTHERS, ...HARNESSES], runtimes);
}

/**
 * Trust and access of a harness of AgentCore, without its image.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html
 */
export function harnessBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  return binding(scope, context, HARNESSES, () => harnessRuntimes(scope));
}

/** Names of the runtimes in which the harnesses with the role run. */
function harnessRuntimes(scope: Construct): (string | undefined)[] {
  return resourceNames(scope, HARNESS).map((name) => (name === undefined ? undefined : runtimeOfHarness(name)));
}

function runtimeOfHarness(name: string): string {
  return name === '*' ? 'harness_*' : `harness_${name}`;
}

function binding(
  scope: Construct, context: RuntimeContext, sources: readonly [SourceResource, ...SourceResource[]], runtimes: () => (string | undefined)[],
): RuntimeBinding {
  const directory = `arn:${context.partition}:bedrock-agentcore:${context.region}:${context.account}:workload-identity-directory/default`;
  const ofWorkload = (name: string): string => `${directory}/workload-identity/${withSuffix(name)}`;
  const names = (): string[] => [...new Set(runtimes().map((name) => name ?? '*'))];
  const tokenResources = (): string[] => [directory, ...names().filter((name) => name !== '*').map(ofWorkload)];
  const json = (statement: iam.PolicyStatement): StatementJson => parseStatements(Stack.of(scope).resolve(statement.toStatementJson()))[0];
  const added = statements(context, { runtimes: () => ['*'], tokens: [...TOKENS, TOKEN_FOR_ANYONE], tokenResources: () => [directory, ofWorkload('*')] }).map(json);
  return {
    trust: [serviceTrust(scope, context, 'bedrock-agentcore.amazonaws.com', 'bedrock-agentcore', sources)],
    access: statements(context, { runtimes: names, tokens: TOKENS, tokenResources }),
    tokenResources,
    contains: (statement) => added.some((one) => isDeepStrictEqual(one, statement)),
  };
}

interface Reach {
  /** Names of runtimes, `*` for those that are known at deployment only. */
  readonly runtimes: () => string[];
  readonly tokens: string[];
  readonly tokenResources: () => string[];
}

/** The statements of the construct, in its order. */
function statements({ partition, region, account }: RuntimeContext, { runtimes, tokens, tokenResources }: Reach): iam.PolicyStatement[] {
  const logs = `arn:${partition}:logs:${region}:${account}:log-group:`;
  const logGroups = (end: string): string[] => Lazy.uncachedList({
    produce: () => {
      const names = runtimes();
      return (names.length > 0 ? names : ['*']).map((name) => `${logs}/aws/bedrock-agentcore/runtimes/${withSuffix(name)}${end}`);
    },
  });
  const allow = (name: string, actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): iam.PolicyStatement =>
    new iam.PolicyStatement({ sid: `Runtime${name}`, actions, resources, conditions });
  return [
    allow('LogGroups', ['logs:DescribeLogStreams', 'logs:CreateLogGroup'], logGroups('')),
    allow('LogGroupList', ['logs:DescribeLogGroups'], [`${logs}*`]),
    allow('Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroups(':log-stream:*')),
    // These actions support no resources.
    allow('Traces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], ['*']),
    allow('Metrics', ['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'bedrock-agentcore' } }),
    allow('Identity', tokens, Lazy.uncachedList({ produce: tokenResources })),
  ];
}

function withSuffix(name: string): string {
  return name.endsWith('*') ? name : `${name}-*`;
}
