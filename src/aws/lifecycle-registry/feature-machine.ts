import { aws_logs as logs, aws_stepfunctions as stepfunctions } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { allow, FeatureParts, FeatureStatement } from './feature';
import { acknowledge } from '../findings/acknowledge';
import { DEPENDS_TWICE, LOGS_WITHOUT_KEY } from '../findings/reasons';

interface FeatureMachineProps {
  readonly name: string;
  /** Name of its role, which the feature declares. */
  readonly roleName: string;
  /** Its definition in the Amazon States Language. */
  readonly definition: object;
  /** Name of the function that its states invoke. */
  readonly functionName: string;
}

/** Creates a state machine of a feature. It logs what happens, and never what its executions carry. */
export function featureMachine(
  scope: Construct, id: string, parts: FeatureParts, { name, roleName, definition, functionName }: FeatureMachineProps,
): stepfunctions.StateMachine {
  const { names, functions, roles, removalPolicy } = parts;
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, { logGroupName: names.machineLogGroup(name), retention: logs.RetentionDays.ONE_YEAR, removalPolicy });
  acknowledge(logGroup, { checkov: LOGS_WITHOUT_KEY });
  const machine = new stepfunctions.StateMachine(scope, id, {
    stateMachineName: name,
    stateMachineType: stepfunctions.StateMachineType.STANDARD,
    definitionBody: stepfunctions.DefinitionBody.fromString(JSON.stringify(definition)),
    role: roles.get(roleName)!.withoutPolicyUpdates(),
    tracingEnabled: true,
    logs: {
      destination: logGroup,
      level: stepfunctions.LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  acknowledge(machine, { cfnLint: DEPENDS_TWICE });
  machine.node.addDependency(functions.get(functionName)!);
  return machine;
}

/** What every state machine may do besides its feature's statements. None of these actions supports resources. */
export function machineStatements(): FeatureStatement[] {
  return [
    // Step Functions uses these to set up its log delivery.
    allow('OwnLogDelivery', ['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'], ['*']),
    allow('OwnTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], ['*']),
  ];
}
