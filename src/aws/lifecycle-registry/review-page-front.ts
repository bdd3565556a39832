import { aws_apigatewayv2 as apigateway, aws_apigatewayv2_integrations as integrations, aws_lambda as lambda, aws_logs as logs, CfnResource, Fn } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct, IDependable } from 'constructs';
import { FeatureParts } from './feature';
import { CreatedPage, ReviewPageFacts } from './review-page-facts';
import { acknowledge } from '../findings/acknowledge';
import { DEPENDS_TWICE, LOGS_WITHOUT_KEY } from '../findings/reasons';

/** What brings requests to the page's function. */
interface PageFront extends CreatedPage {
  readonly made: readonly IDependable[];
}

/** Why what is in front of the page authorizes nobody. */
const SIGNS_IN = 'The page checks links, sessions and the sign-in of people itself, on each request';

/** An HTTP API with throttling and an access log. */
export function httpApi(
  scope: Construct, { names, functions, removalPolicy }: FeatureParts, { domain: wanted, requestsPerSecond }: ReviewPageFacts,
): PageFront {
  const domain = wanted === undefined ? undefined
    : new apigateway.DomainName(scope, 'Domain', { ...wanted, securityPolicy: apigateway.SecurityPolicy.TLS_1_2 });
  const api = new apigateway.HttpApi(scope, 'Api', {
    apiName: names.reviewPageFunction,
    description: `Page for the reviewers of the registry ${names.registryName}`,
    createDefaultStage: false,
    // With a domain of its own the page has one address only.
    disableExecuteApiEndpoint: domain !== undefined,
  });
  api.addRoutes({
    path: '/{proxy+}', methods: [apigateway.HttpMethod.ANY], integration: new integrations.HttpLambdaIntegration('Page', functions.get(names.reviewPageFunction)!),
  });
  api.addRoutes({
    path: '/', methods: [apigateway.HttpMethod.ANY], integration: new integrations.HttpLambdaIntegration('Start', functions.get(names.reviewPageFunction)!),
  });
  acknowledge(api, { nag: { 'AwsSolutions-APIG4': SIGNS_IN } });
  const requests = new logs.LogGroup(scope, 'Requests', {
    logGroupName: names.machineLogGroup(names.reviewPageFunction), retention: logs.RetentionDays.ONE_YEAR, removalPolicy,
  });
  acknowledge(requests, { checkov: LOGS_WITHOUT_KEY });
  const stage = new apigateway.HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: requestsPerSecond, burstLimit: 2 * requestsPerSecond },
    ...(domain === undefined ? {} : { domainMapping: { domainName: domain } }),
    accessLogSettings: {
      destination: new apigateway.LogGroupLogDestination(requests),
      // No path: the path of a link contains its token.
      format: AccessLogFormat.custom(JSON.stringify({
        requestId: '$context.requestId',
        time: '$context.requestTime',
        sourceIp: '$context.identity.sourceIp',
        method: '$context.httpMethod',
        status: '$context.status',
        bytes: '$context.responseLength',
        milliseconds: '$context.responseLatency',
      })),
    },
  });
  const { CFN_RESOURCE_TYPE_NAME: mapping } = apigateway.CfnApiMapping;
  stage.node.findAll().filter((child) => CfnResource.isCfnResource(child) && child.cfnResourceType === mapping)
    .forEach((child) => acknowledge(child, { cfnLint: DEPENDS_TWICE }));
  const origin = wanted === undefined ? originOf(api.apiEndpoint) : `https://${wanted.domainName}`;
  return { origin, ...(domain === undefined ? {} : { domain }), made: [api, stage] };
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

/** Scheme and host of a URL that is known after deployment only. */
function originOf(url: string): string {
  return Fn.join('', ['https://', Fn.select(2, Fn.split('/', url))]);
}
