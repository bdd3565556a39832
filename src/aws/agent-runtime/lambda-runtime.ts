import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ownLogGroups } from './lambda-log-groups';
import { RoleHolders } from './role-holders';
import { RuntimeBinding, RuntimeContext } from './runtime-context';

/** How the function runs. */
export interface LambdaRuntimeOptions {
  /**
   * Whether the function is attached to a VPC: the Lambda service then manages network interfaces with the agent's role.
   * The function's own code can't use that permission.
   *
   * @default false
   */
  readonly vpc?: boolean;
}

/**
 * Trust: Lambda sends `aws:SourceAccount` when it assumes an execution role (AWS's own templates use it in a condition). A condition on
 * `aws:SourceArn` is not possible: it would need the name of a function that is created after the role.
 */
export function lambdaBinding(scope: Construct, context: RuntimeContext, options: LambdaRuntimeOptions): RuntimeBinding {
  if (!options.vpc) {
    scope.node.addValidation({
      validate: () => RoleHolders.in(scope).functionsOf(scope).filter(({ vpcConfig }) => vpcConfig !== undefined).map(({ node }) =>
        `VpcUndeclared: ${scope.node.path}: function ${node.path} is in a VPC, and Lambda would have no permission for its network interfaces: use AgentRuntime.lambda({ vpc: true })`),
    });
  }
  return {
    trust: [new iam.PolicyStatement({
      sid: 'Runtime',
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      actions: ['sts:AssumeRole'],
      conditions: { StringEquals: { 'aws:SourceAccount': context.account } },
    })],
    access: [
      new iam.PolicyStatement({
        sid: 'RuntimeLogs',
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: ownLogGroups(scope, context),
      }),
      ...(options.vpc ? networkInterfaces(context) : []),
    ],
  };
}

/**
 * Lambda calls EC2 with the function's role, but without `lambda:SourceFunctionArn`. Calls by the function's code have this key. The condition
 * therefore grants the permission to the service and not to the code.
 */
function networkInterfaces(context: RuntimeContext): iam.PolicyStatement[] {
  const notFromCode = { Null: { 'lambda:SourceFunctionArn': 'true' } };
  const arn = (type: string) => `arn:${context.partition}:ec2:${context.region}:${context.account}:${type}/*`;
  return [
    new iam.PolicyStatement({
      sid: 'RuntimeNetwork',
      actions: ['ec2:CreateNetworkInterface'],
      resources: ['network-interface', 'security-group', 'subnet'].map(arn),
      conditions: notFromCode,
    }),
    new iam.PolicyStatement({
      sid: 'RuntimeNetworkInterface',
      actions: ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
      resources: [arn('network-interface')],
      conditions: notFromCode,
    }),
    // Lambda rejects the function unless deletion is allowed on every type of resource of the account.
    new iam.PolicyStatement({ sid: 'RuntimeNetworkDelete', actions: ['ec2:DeleteNetworkInterface'], resources: [arn('*')], conditions: notFromCode }),
    // These actions support no resources.
    new iam.PolicyStatement({
      sid: 'RuntimeNetworkRead',
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
      conditions: notFromCode,
    }),
  ];
}
