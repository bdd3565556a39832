export { Expiry, type UntilCertifiedProps } from './expiry';
export { MonthlyCost } from './monthly-cost';
export type { TargetedRiskAnalysis } from './risk-analysis';
export type { RiskProfile } from './risk-profile';
export { type PersonSponsorProps, Sponsor, SponsorKind, type TeamSponsorProps } from './sponsor';
export { AgentStage, type StageProfile } from './stage';
