import { Expiry } from './expiry';
import { requireInstance, requireInstances } from './instance';
import { Sponsor } from './sponsor';
import { AgentStage } from './stage';

const STAGE = 'AgentStage.TEST, STAGING, PRODUCTION or AgentStage.of()';

/** @throws InvalidInputError `WrongClass`, and the errors of the sponsor */
export function requireSponsor(value: unknown): Sponsor {
  return requireInstance('sponsor', value, Sponsor, 'Sponsor.person() or Sponsor.team()');
}

/** @throws InvalidInputError `WrongClass` */
export function requireStage(value: unknown): AgentStage {
  return requireInstance('stage', value, AgentStage, STAGE);
}

/** @throws InvalidInputError `WrongClass` */
export function requireStageList(what: string, values: unknown): AgentStage[] {
  return requireInstances(what, values, AgentStage, STAGE);
}

/** @throws InvalidInputError `WrongClass`, and the errors of the expiry */
export function requireExpiry(what: string, value: unknown): Expiry {
  return requireInstance(what, value, Expiry, 'Expiry.on(), Expiry.at() or Expiry.untilCertified()');
}
