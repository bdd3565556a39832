import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_iam as iam, aws_kms as kms, aws_sns as sns } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { FeatureParts, FeatureStatement } from './feature';
import { engineMetric } from './features/lifecycle';
import { linkKeyUse, readFleet, reviewPage } from './features/review-page';
import { RegistryRuntime } from './registry-runtime';
import { CreatedPage, ReviewPageFacts } from './review-page-facts';
import { functionUrl, pageApi } from './review-page-front';
import { withReasons } from './wildcard-reasons';
import { ENVIRONMENT } from '../../contract/environment';
import { METRICS } from '../../contract/metrics';
import { RegistryNames } from '../../contract/registry-names';
import { OidcSettings, ReviewLinkSettings, ReviewPageSettings } from '../../contract/review-page';
import { acknowledge } from '../findings/acknowledge';
import { acknowledgeWildcards } from '../findings/wildcards';

/** Refusals within 5 minutes that are more than people with old mails cause. */
const MANY_REFUSALS = 20;

interface AddedPage extends CreatedPage {
  /** What has to exist as long as the registry. */
  readonly made: readonly IDependable[];
}

/** Adds the page to the registry: its function, the HTTP API or the URL in front of it, the key of its links and an alarm. */
export function addReviewPage(scope: Construct, runtime: RegistryRuntime, facts: ReviewPageFacts, alarmTopic?: sns.ITopic): AddedPage {
  let created: AddedPage | undefined;
  runtime.add({
    ...reviewPage,
    build: (_scope, parts) => {
      const { origin, domain, made } = facts.isFunctionUrl ? functionUrl(parts, facts) : pageApi(scope, parts, facts);
      const key = linkKey(scope, parts);
      const policies = configure(scope, parts, facts, { origin, keyArn: aliasArn(parts) });
      const alarm = refusalAlarm(scope, parts.names, facts, alarmTopic);
      created = { origin, ...(domain === undefined ? {} : { domain }), made: [...made, key, ...policies, alarm] };
      return [];
    },
  });
  return created!;
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
  acknowledge(key, { checkov: { CKV_AWS_7: 'KMS can not rotate HMAC keys' } });
  return key;
}

function configure(
  scope: Construct, { names, place, functions, roles }: FeatureParts, { oidc, operators, isFunctionUrl, linkLifetime }: ReviewPageFacts,
  { origin, keyArn }: Pick<ReviewLinkSettings, 'origin' | 'keyArn'>,
): iam.Policy[] {
  const { clientSecret, ...client } = oidc ?? {};
  const signIn = { ...client, ...(clientSecret === undefined ? {} : { clientSecretArn: clientSecret.secretArn }) } as OidcSettings;
  const settings: ReviewPageSettings = {
    // A function can't depend on its own URL. It finds the URL in each request, where Lambda names it.
    ...(isFunctionUrl ? {} : { origin }), keyArn, ...(oidc === undefined ? {} : { oidc: signIn }), ...(operators === undefined ? {} : { operators }),
  };
  const links: ReviewLinkSettings = { origin, keyArn, lifetimeSeconds: linkLifetime.toSeconds(), canSignIn: oidc !== undefined };
  functions.get(names.reviewPageFunction)!.addEnvironment(ENVIRONMENT.reviewPage, JSON.stringify(settings));
  functions.get(names.notificationFunction)!.addEnvironment(ENVIRONMENT.reviewLinks, JSON.stringify(links));
  clientSecret?.grantRead(roles.get(names.reviewPageRole)!);
  const policy = (id: string, roleName: string, suffix: string, statement: FeatureStatement): iam.Policy => {
    const made = new iam.Policy(scope, id, {
      policyName: `${roleName}-${suffix}`, document: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: [statement] }), roles: [roles.get(roleName)!],
    });
    acknowledgeWildcards(made, () => withReasons(names, [statement]));
    return made;
  };
  return [
    policy('MakeLinks', names.notificationRole, 'make-links', linkKeyUse('MakeLinks', 'kms:GenerateMac', names, place)),
    ...(operators === undefined ? [] : [policy('ReadFleet', names.reviewPageRole, 'read-fleet', readFleet(names, place))]),
  ];
}

function aliasArn({ names, place: { partition, region, account } }: FeatureParts): string {
  return `arn:${partition}:kms:${region}:${account}:${names.reviewLinkAlias}`;
}

function refusalAlarm(scope: Construct, names: RegistryNames, { isFunctionUrl }: ReviewPageFacts, topic?: sns.ITopic): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, 'LinksRefused', {
    alarmName: names.alarm('ReviewLinkRefused'),
    metric: engineMetric(names, METRICS.reviewLinkRefused),
    threshold: MANY_REFUSALS,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription: `Registry ${names.registryName}: many links or sessions of the page for reviewers were refused; somebody may be trying forged links${isFunctionUrl ? '' : ', and the log of requests shows from where'}`,
  });
  if (topic !== undefined) {
    alarm.addAlarmAction(new actions.SnsAction(topic));
  }
  return alarm;
}
