import { aws_lambda as lambda } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { factsWith } from '../checks';
import { RevokerFacts, SuspendableRevokerProps } from '../revoker-props';

/** @throws InvalidInputError `RevokerInvalid`, `WrongClass`, `WildcardName`, and what texts fail with */
export function lambdaFacts(id: string, handler: lambda.IFunction, props: SuspendableRevokerProps): RevokerFacts {
  if (typeof handler?.functionArn !== 'string') {
    throw new InvalidInputError('WrongClass', `Revoker.lambda() takes a function, received ${shown(handler)}: use lambda.Function, or Function.fromFunctionAttributes()`);
  }
  return factsWith(id, props, { kind: 'lambda', onSuspend: props.onSuspend ?? true, functions: [handler], settings: { functionArn: requireOneName('the function of a revoker', handler.functionArn) } });
}
