import { Check, error, ok } from '../check';

/** Whether the stack of the registry is at rest, and can't be deleted by mistake. */
export const terminationProtection: Check = {
  name: 'stack',
  needs: ['cloudformation:DescribeStackResources', 'cloudformation:DescribeStacks'],
  async look({ stack }) {
    const { root: { name, status, isProtected } } = await stack();
    return [
      isProtected ? ok(`termination protection of stack ${name} is on`)
        : error(`termination protection of stack ${name} is off`, 'set terminationProtection: true on the stack and deploy it'),
      ...(/_FAILED$/.test(status) ? [error(`stack ${name} is ${status}`, 'look at its events in CloudFormation, then continue the rollback or deploy it again')] : []),
    ];
  },
};
