import { Construct } from 'constructs';
import { serviceTrust } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: EventBridge Pipes sends the ARN of the pipe. What the pipe reads from and writes to is access of the agent's.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
 */
export function pipesBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  return {
    trust: [serviceTrust(scope, context, 'pipes.amazonaws.com', 'pipes', [
      { type: 'AWS::Pipes::Pipe', property: 'name', arn: (name) => `pipe/${name}` },
    ])],
    access: [],
  };
}
