export { Expiry } from './expiry';
export { RiskProfile, RiskProfileProps } from './risk-profile';
export { PersonSponsorProps, Sponsor, SponsorKind, TeamSponsorProps } from './sponsor';
export { AgentStage } from './stage';
