import { aws_apigatewayv2 as apigateway, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { reviewPageFacts, ReviewPageProps } from './review-page';
import { reviewScheduleFacts, ReviewScheduleProps } from './review-settings';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { withPath } from '../../core/scope';
import { LifecycleRegistry } from '../lifecycle-registry';

export { type ReviewPageProps } from './review-page';
export { type ReviewScheduleProps } from './review-settings';

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
 * A review is opened at the interval of the agent's stage, and earlier after a move, a change of sponsor, drift or an orphan. Reviewers decide with `nhi review`.
 */
export class AccessCertification extends Construct {
  /**
   * For people who may decide reviews. It works for sessions of IAM Identity Center and of `reviewerRoles` only. Everybody may have it: the engine lets nobody decide about an agent but its sponsor,
   * its backup and a new sponsor who has accepted.
   */
  public readonly mayReview: iam.IManagedPolicy;

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
    const schedule = withPath(this, () => reviewScheduleFacts(props));
    const reviewerRoleArns = (props.reviewerRoles ?? []).map(({ roleArn }) => roleArn);
    const page = props.page === undefined ? undefined : withPath(this, () => reviewPageFacts(props.page!));
    const { mayReview, page: created } = registry._certify(this, { schedule, reviewerRoleArns, page });
    this.mayReview = mayReview;
    this.pageUrl = created?.origin;
    this.pageDomain = created?.domain;
  }
}
