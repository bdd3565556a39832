import {
  aws_apigatewayv2 as apigateway, aws_apigatewayv2_integrations as integrations, aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions,
  aws_iam as iam, aws_kms as kms, aws_logs as logs, aws_sns as sns, Fn,
} from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct, IDependable } from 'constructs';
import { FeatureParts } from './feature';
import { engineMetric } from './features/lifecycle';
import { linkKeyUse, reviewPage } from './features/review-page';
import { RegistryRuntime } from './registry-runtime';
import { CreatedPage, ReviewPageFacts } from './review-page-facts';
import { ENVIRONMENT } from '../../contract/environment';
import { METRICS } from '../../contract/metrics';
import { RegistryNames } from '../../contract/registry-names';
import { OidcSettings, ReviewLinkSettings, ReviewPageSettings } from '../../contract/review-page';

/** Refusals within 5 minutes that are more than people with old mails cause. */
const MANY_REFUSALS = 20;

interface AddedPage extends CreatedPage {
  /** What has to exist as long as the registry. */
  readonly made: readonly IDependable[];
}

/** Adds the page to the registry: its function, the HTTP API in front of it, the key of its links and an alarm. */
export function addReviewPage(scope: Construct, runtime: RegistryRuntime, facts: ReviewPageFacts, alarmTopic?: sns.ITopic): AddedPage {
  let created: AddedPage | undefined;
  runtime.add({
    ...reviewPage,
    build: (_scope, parts) => {
      const { api, domain, stage } = httpApi(scope, parts, facts);
      const key = linkKey(scope, parts);
      const origin = facts.domain === undefined ? Fn.join('', ['https://', Fn.select(2, Fn.split('/', api.apiEndpoint))]) : `https://${facts.domain.domainName}`;
      const signing = configure(scope, parts, facts, { origin, keyArn: aliasArn(parts) });
      const alarm = refusalAlarm(scope, parts.names, alarmTopic);
      created = { origin, ...(domain === undefined ? {} : { domain }), made: [api, stage, key, signing, alarm] };
      return [];
    },
  });
  return created!;
}

function httpApi(scope: Construct, { names, functions, removalPolicy }: FeatureParts, { domain: wanted, requestsPerSecond }: ReviewPageFacts) {
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
  const requests = new logs.LogGroup(scope, 'Requests', {
    logGroupName: names.machineLogGroup(names.reviewPageFunction), retention: logs.RetentionDays.ONE_YEAR, removalPolicy,
  });
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
  return { api, domain, stage };
}

/** HMAC keys never leave KMS. The key's policy denies its use to everybody but these two roles, administrators of keys included. */
function linkKey(scope: Construct, { names, place: { partition, account }, removalPolicy }: FeatureParts): kms.Key {
  const key = new kms.Key(scope, 'LinkKey', {
    alias: names.reviewLinkAlias,
    description: `Links in the mails to the reviewers of the registry ${names.registryName}`,
    keySpec: kms.KeySpec.HMAC_256,
    keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
    removalPolicy,
  });
  for (const [sid, action, roleName] of [['OnlyMailsMakeLinks', 'kms:GenerateMac', names.notificationRole], ['OnlyThePageChecksLinks', 'kms:VerifyMac', names.reviewPageRole]]) {
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: [action],
      resources: ['*'],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${roleName}` } },
    }));
  }
  return key;
}

function configure(
  scope: Construct, { names, place, functions, roles }: FeatureParts, { oidc, linkLifetime }: ReviewPageFacts,
  common: Pick<ReviewPageSettings, 'origin' | 'keyArn'>,
): iam.Policy {
  const { clientSecret, ...client } = oidc ?? {};
  const signIn = { ...client, ...(clientSecret === undefined ? {} : { clientSecretArn: clientSecret.secretArn }) } as OidcSettings;
  const settings: ReviewPageSettings = { ...common, ...(oidc === undefined ? {} : { oidc: signIn }) };
  const links: ReviewLinkSettings = { ...common, lifetimeSeconds: linkLifetime.toSeconds(), canSignIn: oidc !== undefined };
  functions.get(names.reviewPageFunction)!.addEnvironment(ENVIRONMENT.reviewPage, JSON.stringify(settings));
  functions.get(names.notificationFunction)!.addEnvironment(ENVIRONMENT.reviewLinks, JSON.stringify(links));
  clientSecret?.grantRead(roles.get(names.reviewPageRole)!);
  return new iam.Policy(scope, 'MakeLinks', {
    policyName: `${names.notificationRole}-make-links`,
    document: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: [linkKeyUse('MakeLinks', 'kms:GenerateMac', names, place)] }),
    roles: [roles.get(names.notificationRole)!],
  });
}

function aliasArn({ names, place: { partition, region, account } }: FeatureParts): string {
  return `arn:${partition}:kms:${region}:${account}:${names.reviewLinkAlias}`;
}

function refusalAlarm(scope: Construct, names: RegistryNames, topic?: sns.ITopic): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, 'LinksRefused', {
    alarmName: names.alarm('ReviewLinkRefused'),
    metric: engineMetric(names, METRICS.reviewLinkRefused),
    threshold: MANY_REFUSALS,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription: `Registry ${names.registryName}: many links or sessions of the page for reviewers were refused; somebody may be trying forged links, and the log of requests shows from where`,
  });
  if (topic !== undefined) {
    alarm.addAlarmAction(new actions.SnsAction(topic));
  }
  return alarm;
}
