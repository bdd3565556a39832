import { aws_apigatewayv2 as apigateway, aws_apigatewayv2_integrations as integrations, aws_certificatemanager as acm, aws_logs as logs, CfnResource, Fn } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct, IDependable } from 'constructs';
import { FeatureParts } from './feature';
import { acknowledge } from '../findings/acknowledge';
import { DEPENDS_TWICE, LOGS_WITHOUT_KEY } from '../findings/reasons';

interface HttpApiProps {
  /** Name of the function that answers. The API has the same name. */
  readonly functionName: string;
  readonly description: string;
  readonly domain?: { readonly domainName: string; readonly certificate: acm.ICertificate };
  readonly requestsPerSecond: number;
  /** Why the API itself authorizes nobody. */
  readonly authorizes: string;
}

interface CreatedApi {
  /** Scheme and host, without a slash at the end. */
  readonly origin: string;
  readonly domain?: apigateway.DomainName;
  readonly made: readonly IDependable[];
}

/** Creates an HTTP API in front of a function, with throttling and an access log. */
export function httpApi(
  scope: Construct, { names, functions, removalPolicy }: FeatureParts,
  { functionName, description, domain: wanted, requestsPerSecond, authorizes }: HttpApiProps,
): CreatedApi {
  const domain = wanted === undefined ? undefined
    : new apigateway.DomainName(scope, 'Domain', { ...wanted, securityPolicy: apigateway.SecurityPolicy.TLS_1_2 });
  const api = new apigateway.HttpApi(scope, 'Api', {
    apiName: functionName,
    description,
    createDefaultStage: false,
    // With a domain of its own it has one address only.
    disableExecuteApiEndpoint: domain !== undefined,
  });
  api.addRoutes({
    path: '/{proxy+}', methods: [apigateway.HttpMethod.ANY], integration: new integrations.HttpLambdaIntegration('Page', functions.get(functionName)!),
  });
  api.addRoutes({
    path: '/', methods: [apigateway.HttpMethod.ANY], integration: new integrations.HttpLambdaIntegration('Start', functions.get(functionName)!),
  });
  acknowledge(api, { nag: { 'AwsSolutions-APIG4': authorizes } });
  const requests = new logs.LogGroup(scope, 'Requests', {
    logGroupName: names.machineLogGroup(functionName), retention: logs.RetentionDays.ONE_YEAR, removalPolicy,
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

/** Scheme and host of a URL that is known after deployment only. */
export function originOf(url: string): string {
  return Fn.join('', ['https://', Fn.select(2, Fn.split('/', url))]);
}
