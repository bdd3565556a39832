import { aws_iam as iam, Lazy } from 'aws-cdk-lib';
import { AgentRole } from './agent-role';
import { RoleGuards } from './role-guards';
import { cfnLintMetadata } from '../findings/acknowledge';
import { ACTION_UNKNOWN, DEPENDS_TWICE } from '../findings/reasons';
import { acknowledgeWildcards } from '../findings/wildcards';

interface AgentFindings {
  /** The construct around the role's resource and all policies with the agent's access. */
  readonly around: AgentRole;
  readonly role: iam.CfnRole;
  readonly guards: () => RoleGuards;
  /** Whether other agents delegate to it, in the finished app. */
  readonly isDelegate: () => boolean;
  /** What the agent's runtime needs to run. */
  readonly plumbing: readonly iam.PolicyStatement[];
}

/** Acknowledges what static checks find in what this library adds to an agent. What the user grants stays for the user to judge. */
export function acknowledgeAgent({ around, role, guards, isDelegate, plumbing }: AgentFindings): void {
  acknowledgeWildcards(around, () => plumbing.map((statement) => ({
    statement: statement.toStatementJson(), reason: () => 'The documentation of the runtime\'s service demands it; the service makes these names',
  })), () => around.userGrants.map((statement) => statement.toStatementJson()));
  role.addMetadata('cfn-lint', Lazy.uncachedAny({
    produce: ({ preparing }) => {
      const reasons = preparing ? {} : { ...(guards().inline.length === 0 ? {} : ACTION_UNKNOWN), ...(isDelegate() ? DEPENDS_TWICE : {}) };
      return Object.keys(reasons).length === 0 ? undefined : cfnLintMetadata(reasons);
    },
  }));
}
