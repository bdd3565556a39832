import { OriginKind } from '../../src/contract/request-id';
import { DescribedSearch } from '../certificate';
import { LivingDependants } from '../model/dependants';
import { DenialMeans, PlacementState, PrincipalRecord } from '../model/placement-state';
import { WipeReport } from '../wiping';

/** What was done with one principal. Each member states what the engine did or observed, and when. */
export interface CertifiedPrincipal {
  readonly arn: string;
  readonly id: string;
  readonly stage: string;
  /** Null: IAM had no role with this id when the teardown began, so there was nothing to deny. */
  readonly denied: {
    /** When the denial began. Sessions from before this instant are denied. */
    readonly at: string;
    readonly by: readonly DenialMeans[];
    /** When IAM's policy simulator confirmed the denial. */
    readonly simulatedAt: string;
  } | null;
  /** When IAM was first found to have no role with this id. Null if it had one. */
  readonly missingSince: string | null;
  /** When everything was last checked before the trust was closed. */
  readonly verifiedAt: string;
  /** When the registry began to delete the role. Null if the registry did not delete it. */
  readonly registryDeletionAt: string | null;
  /**
   * When IAM was seen to have no role with this id. Null if the role existed at `verifiedAt`: the second part of the certificate then states the
   * deletion.
   */
  readonly absentAt: string | null;
  /** The role was adopted. Its owner's stack deletes it, and nothing waits for that. */
  readonly leftToOwner?: true;
}

/** What a certificate is made of. */
export interface CertificateInput {
  readonly id: string;
  readonly registry: string;
  readonly state: PlacementState;
  readonly principals: readonly PrincipalRecord[];
  readonly reports: readonly WipeReport[];
  readonly by: string;
  /** What the request gives as reason. */
  readonly reason?: string;
  readonly origin: OriginKind;
  /** Id of the request. */
  readonly reference: string;
  readonly leftAt: Date;
  /** What each wiper says of its search. */
  readonly searches: readonly DescribedSearch[];
  /** Sources that this registry does not search. */
  readonly notSearched: readonly string[];
  readonly dependants: LivingDependants;
}
