import { aws_events as events, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GUARDED_CALLS } from './service-control-policy';
import { InvalidInputError } from '../../../core/errors';
import { requireList } from '../../../core/kind';

/** Properties of the alarm. */
export interface GuardrailAlarmProps {
  /** The targets that receive each attempt, such as `new targets.SnsTopic(topic)`, or the bus of a security account. */
  readonly targets: events.IRuleTarget[];
}

/** The region in which CloudTrail delivers the calls of IAM, which has no region of its own. */
const IAM_REGION = 'us-east-1';

/**
 * Announces each attempt that a policy of the organization denied: to change an agent's principal, to take a boundary off, to create a user or a key. Needed in each account, in a stack in us-east-1.
 *
 * CloudTrail must record management events in us-east-1: without a trail EventBridge gets no such events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class GuardrailAlarm extends Construct {
  /** The rule on the default bus. */
  public readonly rule: events.Rule;

  /**
   * Fails with `RegionInvalid` and `GuardrailsInvalid`.
   */
  constructor(scope: Construct, id: string, props: GuardrailAlarmProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    if (Token.isUnresolved(region) || region !== IAM_REGION) {
      throw new InvalidInputError('RegionInvalid', `${this.node.path}: its stack is in ${Token.isUnresolved(region) ? 'a region that is not literal' : region}, and IAM's events arise in ${IAM_REGION}: set env: { region: '${IAM_REGION}' } on the stack`);
    }
    const targets = requireList('targets', props.targets);
    if (targets.length === 0) {
      throw new InvalidInputError('GuardrailsInvalid', `${this.node.path}: no target is named, so nobody would hear of an attempt: name one, such as new targets.SnsTopic(topic)`);
    }
    this.rule = new events.Rule(this, 'Rule', {
      description: 'Attempts to change agents, boundaries, users or keys that a policy of the organization denied',
      eventPattern: {
        account: [account],
        source: ['aws.iam'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['iam.amazonaws.com'],
          eventName: GUARDED_CALLS,
          errorCode: ['AccessDenied', 'AccessDeniedException'],
          // Of a denied call IAM records no parameters, so the policy that denied it is what says which calls are meant.
          errorMessage: [{ wildcard: '*explicit deny in a service control policy*' }],
        },
      },
      targets: [...targets],
    });
  }
}
