import { Construct } from 'constructs';
import { serviceTrust } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: EventBridge Scheduler sends the ARN of the schedule's group, never of the schedule. A schedule without a group is in the group `default`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function schedulerBinding(scope: Construct, context: RuntimeContext): RuntimeBinding {
  return {
    trust: [serviceTrust(scope, context, 'scheduler.amazonaws.com', 'scheduler', [
      { type: 'AWS::Scheduler::Schedule', property: 'groupName', whenAbsent: 'default', arn: (name) => `schedule-group/${name}` },
    ])],
    access: [],
  };
}
