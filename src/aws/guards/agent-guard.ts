import { aws_iam as iam, IResolveContext } from 'aws-cdk-lib';
import { sessionActionsExcept } from './session-actions';
import { Expiry } from '../../core';

export interface AgentGuardProps {
  readonly expiry: Expiry;
  /** Exact ARNs on which the agent may mint sessions, such as roles it may assume. Read at synthesis. */
  readonly sessionTargets: () => string[];
  /** Exact ARNs of the roles the agent may pass to a service. Read at synthesis. */
  readonly passRoleTargets: () => string[];
  /** Session-minting actions that know no resources (`sts:GetServiceBearerToken`) and that an exception allows. Read at synthesis. */
  readonly exceptedActions?: () => string[];
}

/**
 * The Denies that are an agent's own: its end, and any identity but the declared ones.
 *
 * The latter isn't in the shared guard because there it would break agents that deploy, run tasks or call other agents.
 */
export function agentGuardDocument(props: AgentGuardProps): iam.PolicyDocument {
  return new AgentGuardDocument(props);
}

/** Made anew whenever it is rendered: what the agent may reach is known only when the whole app has been built. */
class AgentGuardDocument extends iam.PolicyDocument {
  constructor(private readonly guard: AgentGuardProps) {
    super({ statements: [denyAfterExpiry(guard.expiry)] });
  }

  public resolve(context: IResolveContext): unknown {
    return this.current().resolve(context);
  }

  public toJSON(): unknown {
    return this.current().toJSON();
  }

  private current(): iam.PolicyDocument {
    const excepted = new Set(this.guard.exceptedActions?.() ?? []);
    return new iam.PolicyDocument({
      statements: [
        denyAfterExpiry(this.guard.expiry),
        denyExceptOn('DenySessions', sessionActionsExcept(excepted), this.guard.sessionTargets()),
        denyExceptOn('DenyPassRole', ['iam:PassRole'], this.guard.passRoleTargets()),
      ],
    });
  }
}

/** Holds without our code running, and for sessions that are already open: permissions are evaluated at each request. */
export function denyAfterExpiry(expiry: Expiry): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DenyAfterExpiry',
    effect: iam.Effect.DENY,
    actions: ['*'],
    resources: ['*'],
    conditions: { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } },
  });
}

function denyExceptOn(sid: string, actions: string[], targets: string[]): iam.PolicyStatement {
  const distinct = [...new Set(targets)];
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    actions,
    ...(distinct.length > 0 ? { notResources: distinct } : { resources: ['*'] }),
  });
}
