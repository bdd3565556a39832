import { RuntimeBinding, RuntimeContext } from '../runtime-context';
import { ecsTaskBinding } from '../service-runtimes';

/**
 * Trust: AWS Batch runs a job as an ECS task, and ECS assumes its job role with the conditions of a task role. Batch's own page is about the role of the service. Jobs on Amazon EKS use `AgentRuntime.eksPodIdentity()`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 * https://docs.aws.amazon.com/batch/latest/userguide/create-execution-role.html
 */
export function batchBinding(context: RuntimeContext): RuntimeBinding {
  return ecsTaskBinding(context);
}
