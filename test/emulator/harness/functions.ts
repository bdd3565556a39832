import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Cloud } from './cloud';
import { policy } from './principals';
import { Stacks } from './stacks';

/** Creates a Node.js function and returns its ARN. It runs with the role of its name. If that role has to be created, it has no permissions. */
export async function makeFunction(cloud: Cloud, name: string, source: string): Promise<string> {
  const role = cloud.iamArn(`role/${name}`);
  await makeRoleForFunction(cloud, name);
  const status = await new Stacks(cloud).create(`function-${name}`, {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: name, Role: role, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { ZipFile: source } },
    },
  });
  if (status !== 'CREATE_COMPLETE') {
    throw new Error(`the function ${name} could not be made: ${status}`);
  }
  return `arn:aws:lambda:${cloud.region}:${cloud.account}:function:${name}`;
}

/** What a function returns, or its error. */
export async function invoke(cloud: Cloud, FunctionName: string, input: unknown = {}): Promise<unknown> {
  const lambda = new LambdaClient(cloud.as());
  const { Payload: payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(input) }));
  return JSON.parse(Buffer.from(payload ?? []).toString());
}

async function makeRoleForFunction(cloud: Cloud, RoleName: string): Promise<void> {
  const iam = new IAMClient(cloud.as());
  const trust = policy({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })).catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException') {
      throw error;
    }
  });
}
