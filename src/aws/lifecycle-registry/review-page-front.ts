import { aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { FeatureParts } from './feature';
import { httpApi, originOf } from './http-api';
import { CreatedPage, ReviewPageFacts } from './review-page-facts';
import { acknowledge } from '../findings/acknowledge';

/** What brings requests to the page's function. */
interface PageFront extends CreatedPage {
  readonly made: readonly IDependable[];
}

/** Why what is in front of the page authorizes nobody. */
const SIGNS_IN = 'The page checks links, sessions and the sign-in of people itself, on each request';

/** An HTTP API. */
export function pageApi(scope: Construct, parts: FeatureParts, { domain, requestsPerSecond }: ReviewPageFacts): PageFront {
  const { names } = parts;
  return httpApi(scope, parts, {
    functionName: names.reviewPageFunction, description: `Page for the reviewers of the registry ${names.registryName}`, domain, requestsPerSecond, authorizes: SIGNS_IN,
  });
}

/**
 * A URL of the function itself. `addFunctionUrl` adds the two permissions that Lambda demands of public URLs since October 2025. Nothing throttles such a URL but the function's own concurrency.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function functionUrl({ names, functions }: FeatureParts, { requestsPerSecond }: ReviewPageFacts): PageFront {
  const page = functions.get(names.reviewPageFunction)!;
  (page.node.defaultChild as lambda.CfnFunction).reservedConcurrentExecutions = requestsPerSecond;
  const url = page.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
  acknowledge(url, { checkov: { CKV_AWS_258: SIGNS_IN } });
  return { origin: originOf(url.url), made: [url] };
}
