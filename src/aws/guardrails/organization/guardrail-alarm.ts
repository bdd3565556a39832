import { aws_events as events, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deniedIamCalls } from './guarded-events';
import { GuardrailAlarmProps } from './guardrail-alarm-props';
import { RegionalGuardrailAlarm } from './regional-guardrail-alarm';
import { InvalidInputError } from '../../../core/errors';

/** The region in which CloudTrail delivers the calls of IAM, which has no region of its own. */
const IAM_REGION = 'us-east-1';

/**
 * Announces each attempt that a policy of the organization denied: to change an agent's principal, to take a boundary off, to create a user or a key, and in us-east-1 those
 * of a `RegionalGuardrailAlarm`. Needed in each account, in a stack in us-east-1.
 *
 * CloudTrail must record management events in us-east-1: without a trail EventBridge gets no such events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class GuardrailAlarm extends Construct {
  /** The rule for calls of IAM, on the default bus. */
  public readonly rule: events.Rule;
  /** The rules for what is not a call of IAM. */
  public readonly regional: RegionalGuardrailAlarm;

  /**
   * Fails with `RegionInvalid`, `GuardrailsInvalid`, and the errors of a registry's name.
   */
  constructor(scope: Construct, id: string, props: GuardrailAlarmProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    if (Token.isUnresolved(region) || region !== IAM_REGION) {
      throw new InvalidInputError('RegionInvalid', `${this.node.path}: its stack is in ${Token.isUnresolved(region) ? 'a region that is not literal' : region}, and IAM's events arise in ${IAM_REGION}: set env: { region: '${IAM_REGION}' } on the stack, and use a RegionalGuardrailAlarm in other regions`);
    }
    this.regional = new RegionalGuardrailAlarm(this, 'Region', props);
    this.rule = new events.Rule(this, 'Rule', {
      description: 'Attempts to change agents, boundaries, users or keys that a policy of the organization denied',
      eventPattern: deniedIamCalls(account),
      targets: [...props.targets],
    });
  }
}
