import { globsMeet } from '../iam/globs';

/**
 * Actions that change a stack, and so whatever is in it, with the role that the stack was deployed with. The guard denies them except on declared
 * stacks: an agent that may change the stack it is declared in may grant itself everything.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 */
export const STACK_CHANGES = [
  'cloudformation:CancelUpdateStack',
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:CreateStackInstances',
  'cloudformation:CreateStackRefactor',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DeleteStack',
  'cloudformation:DeleteStackInstances',
  'cloudformation:DeleteStackSet',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:ExecuteStackRefactor',
  'cloudformation:RollbackStack',
  'cloudformation:SetStackPolicy',
  'cloudformation:UpdateStack',
  'cloudformation:UpdateStackInstances',
  'cloudformation:UpdateStackSet',
  'cloudformation:UpdateTerminationProtection',
];

const LOWER_CASE = STACK_CHANGES.map((action) => action.toLowerCase());

/** Whether an action, wildcards allowed, is or covers one that changes a stack. */
export function changesStack(action: string): boolean {
  const text = action.toLowerCase();
  return /^[a-z]*[*?]|^cloudformation:/.test(text) && LOWER_CASE.some((change) => globsMeet(change, text));
}
