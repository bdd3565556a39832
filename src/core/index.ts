export { Expiry } from './expiry';
export type { RiskProfile, RiskProfileProps } from './risk-profile';
export { type PersonSponsorProps, Sponsor, SponsorKind, type TeamSponsorProps } from './sponsor';
export { AgentStage } from './stage';
