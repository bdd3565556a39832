import { aws_apigatewayv2 as apigateway, aws_iam as iam, aws_kms as kms, region_info, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { onlyManagementAcknowledges, onlyPeopleWrite, signingKey } from './campaign-evidence';
import { reviewPageFacts, ReviewPageProps } from './review-page';
import { reviewScheduleFacts, ReviewScheduleProps } from './review-settings';
import { warnOfOldAnalyses } from './risk-analyses';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { requireOneName } from '../../core/one-name';
import { withPath } from '../../core/scope';
import { LifecycleRegistry } from '../lifecycle-registry';
import { peopleOf } from '../lifecycle-registry/features/campaigns';
import { factsOf } from '../lifecycle-registry/registry-facts';

export { type ReviewPageProps } from './review-page';
export { type ReviewScheduleProps } from './review-settings';
export { type RubberStampProps } from './rubber-stamp';
export { type SecondReviewProps } from './second-review';

/** Properties of an access certification. */
export interface AccessCertificationProps extends ReviewScheduleProps {
  /** The registry whose agents are reviewed. */
  readonly registry: LifecycleRegistry;

  /**
   * Roles of people besides those of IAM Identity Center. Only an identity provider may be able to assume them, and it must set the name of the session to the person's mail address: a
   * reviewer is recognized by that name.
   *
   * @default - people come through IAM Identity Center, where their user name is their mail address
   */
  readonly reviewerRoles?: iam.IRole[];

  /**
   * Roles of people, besides those of IAM Identity Center, who may run campaigns with `mayRunCampaigns`: no other principal can write a campaign's evidence or sign its package, whatever its own
   * policies allow.
   *
   * @default - people come through IAM Identity Center
   */
  readonly campaignRoles?: iam.IRole[];

  /**
   * Roles of people of management, besides those of IAM Identity Center, who may acknowledge campaigns with `mayAcknowledge`. The person who opened or closed a campaign can't acknowledge it.
   *
   * @default - people come through IAM Identity Center
   */
  readonly managementRoles?: iam.IRole[];

  /**
   * A web page on which people review and decide. The mails of the registry lead to it, so the registry needs `notifications: Notifications.mail(...)`.
   *
   * @default - no page; people decide with `nhi review`
   */
  readonly page?: ReviewPageProps;
}

/**
 * Periodic reviews of what agents may do. The sponsor of each agent decides about each service that the agent may use: it is kept, denied, or the agent leaves. Silence never keeps access:
 * an agent whose review is not decided by its deadline is suspended, and torn down after a grace period.
 *
 * A review is opened at the interval of the agent's stage, and earlier after a move, a change of sponsor, drift, an orphan, or for a campaign. Reviewers decide with `nhi review`. A campaign
 * (`nhi campaign`) reviews all agents at one time, and leaves a signed package of proof.
 *
 * Cost while idle, by list prices: a KMS key, 1 USD a month.
 */
export class AccessCertification extends Construct {
  /**
   * For people who may decide reviews. It works for sessions of IAM Identity Center and of `reviewerRoles` only. Everybody may have it: the engine lets nobody decide about an agent but its sponsor,
   * its backup, a delegate whom they named, a new sponsor who has accepted, and the second reviewer of a review that was drawn.
   */
  public readonly mayReview: iam.IManagedPolicy;

  /** For people who may open, close and verify campaigns. It works for sessions of IAM Identity Center and of `campaignRoles` only, and changes nothing of an agent but when it is reviewed. */
  public readonly mayRunCampaigns: iam.IManagedPolicy;

  /**
   * For people of management who acknowledge once a year what campaigns found (PCI DSS 7.2.5.1). It works for sessions of IAM Identity Center and of `managementRoles` only, and changes nothing of
   * an agent or of a campaign.
   */
  public readonly mayAcknowledge: iam.IManagedPolicy;

  /** The key that signs the packages of campaigns, and their acknowledgements. */
  public readonly campaignKey: kms.IKey;

  /** The URL of the page, without a slash at the end. Undefined without `page`. */
  public readonly pageUrl?: string;

  /** The domain of the page, to which a DNS record has to point. Undefined without `domainName`. */
  public readonly pageDomain?: apigateway.IDomainName;

  constructor(scope: Construct, id: string, props: AccessCertificationProps) {
    super(scope, id);
    const registry = withPath(this, () => requireInstance('registry', props.registry, LifecycleRegistry, 'a LifecycleRegistry of the same app: reviews are part of its engine'));
    if (Stack.of(registry) !== Stack.of(this)) {
      throw new InvalidInputError('CertificationElsewhere', `${this.node.path}: the registry ${registry.node.path} is in another stack: create the AccessCertification in that stack, because it changes the registry's engine`);
    }
    const { names, place, stages } = factsOf(registry);
    const schedule = { ...withPath(this, () => reviewScheduleFacts(props)), approvals: approvalsOf(stages) };
    const partition = region_info.RegionInfo.get(place.region).partition ?? 'aws';
    if (props.costs === true && partition !== 'aws') {
      throw new InvalidInputError('CertificationInvalid', `${this.node.path}: costs can't be read in the partition ${partition}, whose Cost Explorer the engine does not know: leave out costs`);
    }
    const [reviewerRoleArns, campaignRoleArns, managementRoleArns] = [props.reviewerRoles, props.campaignRoles, props.managementRoles]
      .map((roles = []) => roles.map(({ roleArn }) => withPath(this, () => requireOneName('the role of people', roleArn))));
    const [people, management] = [campaignRoleArns, managementRoleArns].map((roles) => peopleOf(place, roles));
    const agents = `arn:${place.partition}:iam::${place.account}:role${names.path}*`;
    const signers = [...new Set([...people, ...management])];
    const key = signingKey(this, { alias: names.campaignKeyAlias, people: signers, agents, removalPolicy: registry._removalPolicy });
    const page = props.page === undefined ? undefined : withPath(this, () => reviewPageFacts(props.page!));
    const { mayReview, mayRunCampaigns, mayAcknowledge, page: created } = registry._certify(this, {
      schedule, reviewerRoleArns, campaignRoleArns, managementRoleArns, campaignKeyArn: key.keyArn, page, readsCosts: props.costs === true,
    });
    onlyPeopleWrite(registry.evidence, people);
    onlyManagementAcknowledges(registry.evidence, management);
    warnOfOldAnalyses(this, stages, new Date());
    this.mayReview = mayReview;
    this.mayRunCampaigns = mayRunCampaigns;
    this.mayAcknowledge = mayAcknowledge;
    this.campaignKey = key;
    this.pageUrl = created?.origin;
    this.pageDomain = created?.domain;
  }
}

/** How many people must approve a move into each stage that needs it. */
function approvalsOf(stages: readonly AgentStage[]): Record<string, number> {
  const requiring = stages.filter(({ profile }) => profile.requiresApproval);
  return Object.fromEntries(requiring.map(({ name, profile }) => [name, profile.twoReviewers ? 2 : 1]));
}
