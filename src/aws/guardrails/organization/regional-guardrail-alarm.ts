import { aws_events as events, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deniedPasses, deniedRegistryChanges } from './guarded-events';
import { GuardrailAlarmProps } from './guardrail-alarm-props';
import { namesOfRegistries } from './names-of-registries';
import { InvalidInputError } from '../../../core/errors';
import { requireList } from '../../../core/kind';
import { withPath } from '../../../core/scope';

/**
 * Announces attempts that a policy of the organization denied and that are no calls of IAM: to pass an agent's role to a workload, and to change a function or a state machine of
 * the registry. They arise in the region of the workload or of the registry, so it is needed in each region in use but us-east-1, which `GuardrailAlarm` covers.
 *
 * CloudTrail must record management events. A message that the service encodes, as Amazon EC2 does, is not recognized.
 */
export class RegionalGuardrailAlarm extends Construct {
  /** The rule for attempts to pass a role, on the default bus. */
  public readonly passes: events.Rule;
  /** The rule for attempts to change the registry, on the default bus. */
  public readonly registryChanges: events.Rule;

  /**
   * Fails with `GuardrailsInvalid`, and the errors of a registry's name.
   */
  constructor(scope: Construct, id: string, props: GuardrailAlarmProps) {
    super(scope, id);
    const targets = withPath(this, () => requireList('targets', props.targets));
    if (targets.length === 0) {
      throw new InvalidInputError('GuardrailsInvalid', `${this.node.path}: no target is named, so nobody would hear of an attempt: name one, such as new targets.SnsTopic(topic)`);
    }
    const names = namesOfRegistries(this, props.registryName, props.naming);
    const { account } = Stack.of(this);
    const rule = (part: string, description: string, eventPattern: events.EventPattern): events.Rule => (
      new events.Rule(this, part, { description, eventPattern, targets: [...targets] }));
    this.passes = rule('Passes', 'Attempts to pass on roles of agents that a policy of the organization denied', deniedPasses(account, names));
    this.registryChanges = rule('Registry', 'Attempts to change the registry of agents that a policy of the organization denied', deniedRegistryChanges(account, names));
  }
}
