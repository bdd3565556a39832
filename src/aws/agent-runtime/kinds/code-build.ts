import { aws_iam as iam, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { resourceNames } from './resource-names';
import { serviceTrust, SourceResource } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

const PROJECT: SourceResource = { type: 'AWS::CodeBuild::Project', property: 'name', arn: (name) => `project/${name}` };

/**
 * Trust: CodeBuild sends the ARN of the project. A build writes its log with the role, to the log group of its project.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
 */
export function codeBuildBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  const logGroup = (name: string): string => `arn:${context.partition}:logs:${context.region}:${context.account}:log-group:/aws/codebuild/${name}:*`;
  return {
    trust: [serviceTrust(scope, context, 'codebuild.amazonaws.com', 'codebuild', [PROJECT])],
    access: [new iam.PolicyStatement({
      sid: 'RuntimeLogs',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: Lazy.uncachedList({
        produce: () => {
          const names = resourceNames(scope, PROJECT).map((name) => logGroup(name ?? '*'));
          return names.length > 0 ? [...new Set(names)] : [logGroup('*')];
        },
      }),
    })],
  };
}
