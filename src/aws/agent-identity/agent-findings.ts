import { aws_iam as iam, Lazy } from 'aws-cdk-lib';
import { RoleGuards } from './role-guards';
import { cfnLintMetadata } from '../findings/acknowledge';
import { ACTION_UNKNOWN } from '../findings/reasons';
import { acknowledgeWildcards } from '../findings/wildcards';

interface AgentFindings {
  readonly access: iam.Policy;
  readonly role: iam.CfnRole;
  readonly guards: () => RoleGuards;
  /** What the agent's runtime needs to run. */
  readonly plumbing: readonly iam.PolicyStatement[];
}

/** Acknowledges what static checks find in what this library adds to an agent. What the user grants stays for the user to judge. */
export function acknowledgeAgent({ access, role, guards, plumbing }: AgentFindings): void {
  acknowledgeWildcards(access, () => plumbing.map((statement) => ({
    statement: statement.toStatementJson(), reason: () => 'The documentation of the runtime\'s service demands it; the service makes these names',
  })));
  role.addMetadata('cfn-lint', Lazy.uncachedAny({
    produce: ({ preparing }) => (preparing || guards().inline.length === 0 ? undefined : cfnLintMetadata(ACTION_UNKNOWN)),
  }));
}
