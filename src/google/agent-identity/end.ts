import { Construct } from 'constructs';
import { AgentStage, Expiry } from '../../core';
import { isPast } from '../../core/expiry';
import { lastDayBefore, latestEnd } from '../../core/tenure';
import { Annotations } from '../cdktf';

/** Reports an end that is further ahead than the stage allows as an error, and one that is past as a warning. */
export function checkEnd(scope: Construct, { agentName, stage, expires }: EndOfAgent, now: Date): void {
  const latest = latestEnd(stage.profile, now);
  if (expires.epochSeconds * 1000 > latest.getTime()) {
    // Not thrown: as time passes it can only disappear, and CDKTF can synthesize nonetheless to destroy a stack.
    Annotations.of(scope).addError(`TenureExceeded: ${scope.node.path}: agent ${agentName} ends at ${expires.iso}, further ahead than stage ${stage.name} allows `
      + `(${stage.profile.maxTenureDays} days): use Expiry.on('${lastDayBefore(latest)}') or earlier`);
  }
  if (isPast(expires, now)) {
    Annotations.of(scope).addWarning(
      `AgentExpired: agent ${agentName} ended at ${expires.iso}: its access has ended; let it leave, or give it a later end after its sponsor agreed, and enable its account`);
  }
}

interface EndOfAgent {
  readonly agentName: string;
  readonly stage: AgentStage;
  readonly expires: Expiry;
}
