import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { afterTheEnd } from '../../contract/renewal';
import { AgentStage, Expiry } from '../../core';
import { isPast } from '../../core/expiry';
import { ENDS_SOON_DAYS, endsSoon, lastDayBefore, latestEnd } from '../../core/tenure';

interface DeclaredEnd {
  readonly agentName: string;
  readonly stage: AgentStage;
  readonly expires: Expiry;
}

/**
 * Reports an agent's end relative to the current time. A past or near end is a warning: it appears as time passes, and must not break a hotfix or a
 * snapshot test. An end too far ahead is an error, because the engine would refuse it. As time passes it can only disappear. It is an annotation, so
 * it blocks a deployment but not `cdk destroy`.
 */
export function checkEnd(agent: IConstruct, { agentName, stage, expires }: DeclaredEnd, now: Date): void {
  const annotations = Annotations.of(agent);
  if (isPast(expires, now)) {
    annotations.addWarningV2('cdk-nhi-lifecycle:AgentExpired', `agent ${agentName} ended at ${expires.iso}: it is denied everything; ${afterTheEnd(agentName)}`);
  } else if (endsSoon(expires.iso, now)) {
    annotations.addWarningV2('cdk-nhi-lifecycle:AgentEndsSoon',
      `agent ${agentName} ends at ${expires.iso}, in ${ENDS_SOON_DAYS} days or less: it is denied everything from then on; if its sponsor agrees, deploy it with a later end before`);
  }
  const latest = latestEnd(stage.profile, now);
  if (expires.epochSeconds * 1000 > latest.getTime()) {
    annotations.addError(`TenureExceeded: ${agent.node.path}: agent ${agentName} ends at ${expires.iso}, further ahead than stage ${stage.name} allows `
      + `(${stage.profile.maxTenureDays} days): use Expiry.on('${lastDayBefore(latest)}') or earlier`);
  }
}
