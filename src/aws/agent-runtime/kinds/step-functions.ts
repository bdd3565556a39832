import { Construct } from 'constructs';
import { serviceTrust } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: Step Functions sends the ARN of the state machine. It needs no permission to run one; logging and tracing are access of the agent's.
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy
 */
export function stepFunctionsBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  return {
    trust: [serviceTrust(scope, context, 'states.amazonaws.com', 'states', [
      { type: 'AWS::StepFunctions::StateMachine', property: 'stateMachineName', arn: (name) => `stateMachine:${name}` },
    ])],
    access: [],
  };
}
