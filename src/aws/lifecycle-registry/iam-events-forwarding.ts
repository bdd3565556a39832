import { aws_events as events, aws_events_targets as targets, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/** The region in which CloudTrail delivers the calls of IAM, which has no region of its own. */
const IAM_REGION = 'us-east-1';

/** Properties of the forwarding. */
export interface IamEventsForwardingProps {
  /** The home region of the registry, such as `eu-west-1`. */
  readonly homeRegion: string;
}

/**
 * Forwards IAM's recorded write calls to the default bus of the registry's home region, so that the engine denies a suspended agent again at once when somebody lifts a
 * denial. Needed once per account if a registry is in another region than us-east-1, in a stack in us-east-1.
 *
 * CloudTrail must record management events in us-east-1: without a trail EventBridge gets no such events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class IamEventsForwarding extends Construct {
  /** The rule in us-east-1. */
  public readonly rule: events.Rule;

  constructor(scope: Construct, id: string, props: IamEventsForwardingProps) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const home = requireLiteral('the home region', props.homeRegion);
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(home) || home === IAM_REGION) {
      throw new InvalidInputError('RegionInvalid', `${this.node.path}: IAM's events can't be forwarded to ${shown(home)}: use the registry's home region; in ${IAM_REGION} nothing needs to be forwarded`);
    }
    if (Token.isUnresolved(region) || region !== IAM_REGION) {
      throw new InvalidInputError('RegionInvalid', `${this.node.path}: its stack is in ${Token.isUnresolved(region) ? 'a region that is not literal' : region}, and IAM's events arise in ${IAM_REGION}: set env: { region: '${IAM_REGION}' } on the stack`);
    }
    const bus = events.EventBus.fromEventBusArn(this, 'Home', `arn:${partition}:events:${home}:${account}:event-bus/default`);
    this.rule = new events.Rule(this, 'Rule', {
      description: `Forwards IAM's recorded writes to ${home}, where a registry of agents denies again what they lift of a suspension`,
      eventPattern: {
        account: [account],
        source: ['aws.iam'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: ['iam.amazonaws.com'], readOnly: [false], errorCode: [{ exists: false }] },
      },
      targets: [new targets.EventBus(bus)],
    });
  }
}
