import { aws_iam as iam, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NamedResource, resourceNames } from './resource-names';
import { RuntimeContext } from '../runtime-context';

/** A resource on whose behalf a service assumes the role, and the ARN that the service then sends. */
export interface SourceResource extends NamedResource {
  /** The last part of the ARN. `*` stands for a name that is known at deployment only. */
  readonly arn: (name: string) => string;
}

/**
 * Trusts a service for resources of the agent's account and region: those of the app that have the role, by their names, or if there are none, all of
 * the first kind. The names are written out, because a reference would close a circle: the role is deployed before the resource.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @param service the service's principal, such as `states.amazonaws.com`
 * @param arnService the service in its ARNs, such as `states`
 * @param sources the kinds of resources
 */
export function serviceTrust(
  scope: Construct, context: RuntimeContext, service: string, arnService: string, sources: readonly [SourceResource, ...SourceResource[]],
): iam.PolicyStatement {
  const whole = (resource: string): string => `arn:${context.partition}:${arnService}:${context.region}:${context.account}:${resource}`;
  return serviceStatement(context, service, Lazy.uncachedAny({
    produce: () => {
      const found = sources.flatMap((source) => resourceNames(scope, source).map((name) => source.arn(name ?? '*')));
      const arns = [...new Set(found.length > 0 ? found : [sources[0].arn('*')])].sort().map(whole);
      return arns.length === 1 ? arns[0] : arns;
    },
  }));
}

/** Trusts a service for any resource of the agent's account and region whose ARN begins with the given text. */
export function serviceTrustOn(context: RuntimeContext, service: string, arnService: string, resource: string): iam.PolicyStatement {
  return serviceStatement(context, service, `arn:${context.partition}:${arnService}:${context.region}:${context.account}:${resource}`);
}

function serviceStatement({ account }: RuntimeContext, service: string, source: unknown): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'Runtime',
    principals: [new iam.ServicePrincipal(service)],
    actions: ['sts:AssumeRole'],
    conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': source } },
  });
}
