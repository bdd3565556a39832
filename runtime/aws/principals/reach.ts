import { IdentityContext } from './identity-context';
import { PrincipalRef } from '../../model/placement-state';

/**
 * The context with the client that may change a principal. The engine's own role reaches what is under the registry's path. An adopted role is reached
 * through the role that its adopting stack created for that.
 */
export function reaching<C extends Pick<IdentityContext, 'iam' | 'iamAs'>>(context: C, principal: PrincipalRef): C {
  const arn = reachArn(principal);
  return arn === undefined || context.iamAs === undefined ? context : { ...context, iam: context.iamAs(arn) };
}

/** ARN of the role through which an adopted role is reached. */
export function reachArn({ roleArn, reach }: PrincipalRef): string | undefined {
  const [, partition, , , account] = roleArn.split(':');
  return reach === undefined ? undefined : `arn:${partition}:iam::${account}:role/${reach}`;
}
