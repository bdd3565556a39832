import { EndedRevocation, howConfirmed } from './revocation-part';
import { Presence } from '../../src/contract/revokers';
import { CostRecord } from '../../src/core/monthly-cost';
import { RevocationRecord } from '../model/revocation';

/** What was done about access outside of the cloud of the agent. */
export interface CertifiedRevocation {
  readonly revoker: string;
  readonly kind: string;
  /** What the first look that saw anything found. Null if nobody could look. */
  readonly found: Presence | null;
  /** Whether a request to revoke it was sent. */
  readonly revoked: boolean;
  /** When a later look found that the access no longer exists. Null if none did. */
  readonly verifiedAt: string | null;
  /** Name of the worker on premises that looked, for the registry. */
  readonly verifiedBy?: string;
  /** A person says that it no longer exists. The registry did not see it. */
  readonly attested?: EndedRevocation['attested'];
  /** Why it is not known to be gone. The certificate's third part states later how it ended. */
  readonly remaining?: string;
  readonly monthlyCost?: CostRecord;
}

export function certifiedRevocation({ revoker: { id, kind, monthlyCost }, found, acted, note = 'not tried yet', confirmed }: RevocationRecord): CertifiedRevocation {
  return {
    revoker: id,
    kind,
    found: found ?? null,
    revoked: acted === true,
    ...howConfirmed(confirmed),
    ...(confirmed === undefined ? { remaining: note } : {}),
    ...(monthlyCost === undefined ? {} : { monthlyCost }),
  };
}
