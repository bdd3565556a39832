/** What a code says about the request. */
interface CodeFacts {
  /** Whether something of the agent may have been changed. If not, the Delete that follows a refused Create has nothing to do. */
  readonly changed: boolean;
  /** Whether a retry of the same step can't succeed. */
  readonly final?: boolean;
  /** CloudFormation did not confirm the request, so anyone may have written it. Nothing of it is recorded with the agent. */
  readonly unconfirmed?: boolean;
}

/** Every code that the engine responds with. A code that is not listed counts as one that may have changed something. */
export const CODES = {
  // refused by a decision: nothing was changed
  AccessWidened: { changed: false },
  ActionsInvalid: { changed: false },
  AdoptedRoleFixed: { changed: false },
  AdoptedStageFixed: { changed: false },
  AdoptionNotReplaced: { changed: false },
  AlreadyLeft: { changed: false },
  AlreadyManaged: { changed: false },
  AgentChanged: { changed: false },
  AgentExpired: { changed: false },
  AgentOffboarded: { changed: false },
  AgentSuspended: { changed: false },
  AgentUnknown: { changed: false },
  ApprovalDeclined: { changed: false },
  ApprovalExpired: { changed: false },
  ApprovalMissing: { changed: false },
  ApprovalNotNeeded: { changed: false },
  ApprovalOutdated: { changed: false },
  CampaignInvalid: { changed: false },
  CredentialForeign: { changed: false },
  CredentialsOff: { changed: false },
  CertificationDropped: { changed: false },
  CertificationEnded: { changed: false },
  CertificationMissing: { changed: false },
  LongLivedKeysForbidden: { changed: false },
  MoveUnfinished: { changed: false },
  NameTaken: { changed: false },
  NotOwner: { changed: false },
  NotEnded: { changed: false },
  NotSuspended: { changed: false },
  SuspendedSince: { changed: false },
  NothingToApprove: { changed: false },
  NothingToFinish: { changed: false },
  NothingToRetry: { changed: false },
  OwnApproval: { changed: false },
  PrincipalRetired: { changed: false },
  QuarantineForbidden: { changed: false },
  ItemsInvalid: { changed: false },
  ReasonInvalid: { changed: false },
  RoleAdopted: { changed: false },
  RoleNotAdoptable: { changed: false },
  RenewalExceeded: { changed: false },
  RenewalInvalid: { changed: false },
  ReviewClosed: { changed: false },
  DelegationInvalid: { changed: false },
  ReviewChanged: { changed: false },
  ReviewMissed: { changed: false },
  ReviewerInvalid: { changed: false },
  SecondPersonNeeded: { changed: false },
  SignInNeeded: { changed: false },
  SponsorInactive: { changed: false },
  SponsorUnknown: { changed: false },
  SponsorUnverified: { changed: false },
  StackNotAtRest: { changed: false },
  StageNotForJoin: { changed: false },
  StageUnknown: { changed: false },
  StaleUpdate: { changed: false },
  ConfirmationByAgent: { changed: false },
  ConfirmationNotAsked: { changed: false },
  ConfirmationUnvouched: { changed: false },
  CredentialsExceeded: { changed: false },
  RevocationUnknown: { changed: false },
  RevocationsOpen: { changed: false },
  RevokersExceeded: { changed: false },
  StillInStack: { changed: false },
  TenureExceeded: { changed: false },
  TransferNotOffered: { changed: false },
  // refused before a decision
  AgentNameInvalid: { changed: false },
  DynamicReference: { changed: false },
  ExpiryInvalid: { changed: false },
  LiteralRequired: { changed: false },
  PrincipalNotOfStack: { changed: false, unconfirmed: true },
  PrincipalOutsideRegistry: { changed: false, final: true },
  PropertiesInvalid: { changed: false, final: true },
  PurposeInvalid: { changed: false },
  RegistryMismatch: { changed: false, final: true },
  ReachNotReady: { changed: false },
  RequestInvalid: { changed: false, final: true },
  RequestUnconfirmed: { changed: false, unconfirmed: true },
  SchemaTooNew: { changed: false, final: true },
  SchemaTooOld: { changed: false, final: true },
  SponsorInvalid: { changed: false },
  StackOutsideRegistry: { changed: false },
  TextNotPlain: { changed: false },
  TextRequired: { changed: false },
  // held back by the plan itself
  MassLeaverLimit: { changed: true },
  // failures of a step
  EnvironmentMissing: { changed: true, final: true },
  EvidenceOccupied: { changed: true },
  EventsNotSent: { changed: true },
  LedgerConflict: { changed: true },
  AccessKeyForeign: { changed: true },
  AccessKeysUnsettled: { changed: true },
  NotDenied: { changed: true },
  NotAdopted: { changed: true },
  NotReduced: { changed: true },
  NotReturned: { changed: true },
  NotRestored: { changed: true },
  PlacementBusy: { changed: false },
  PlanMissing: { changed: true },
  PrincipalStillThere: { changed: true },
  RequestEnded: { changed: false, final: true },
  RoleNotDeleted: { changed: true },
  RequestUnknown: { changed: false, final: true },
  ResponseNotTaken: { changed: true },
  ResponseUrlInvalid: { changed: true, final: true },
  StateMissing: { changed: true },
  StepNotDue: { changed: false },
  TeardownIncomplete: { changed: true },
  TransitionEnded: { changed: true },
  WiperUnknown: { changed: true, final: true },
} as const satisfies Record<string, CodeFacts>;

type Code = keyof typeof CODES;

export function mayHaveChanged(code: string): boolean {
  return factsOf(code)?.changed ?? true;
}

export function isUnconfirmed(code: string): boolean {
  return factsOf(code)?.unconfirmed ?? false;
}

function factsOf(code: string): CodeFacts | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code as Code] : undefined;
}

/** Codes with which no retry of a step can succeed. */
export const FINAL_CODES = Object.entries(CODES as Record<string, CodeFacts>).filter(([, { final }]) => final).map(([code]) => code);
