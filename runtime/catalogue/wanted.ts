import { CatalogueSettings } from '../../src/contract/catalogue';
import { canonicalJson, JsonValue } from '../../src/core/canonical-json';
import { accessDigests, digestOf } from '../model/access-digests';
import { certifiedEnd } from '../model/certified-end';
import { isLiving, PlacementState, statusOf, SuspensionStatus } from '../model/placement-state';
import { sponsorOf } from '../model/sponsor-of';

/** What a record says of an agent. */
export interface RecordContent {
  readonly displayName: string;
  readonly description: string;
  /** JSON, the same text for the same state. */
  readonly data: string;
}

/** How AWS Agent Registry should have an agent: with a record that says this, with a deprecated record or none, or not at all. */
export type Wanted =
  | { readonly kind: 'listed'; readonly content: RecordContent }
  | { readonly kind: 'departed' }
  | { readonly kind: 'unknown' };

/** Of the form of `data`. A later form gets another one. */
const SCHEMA = 'cdk-nhi-lifecycle/agent/1';

const SUSPENDED: readonly SuspensionStatus[] = ['suspending', 'suspended', 'suspended-partly'];

/** Follows from the ledger's state and the registry's settings alone, so that it does not matter which event was the occasion. */
export function wantedFor(registryName: string, state: PlacementState | undefined, settings: Pick<CatalogueSettings, 'showsMail'>): Wanted {
  // An agent whose join waits for an approval has no declaration.
  if (state?.declared === undefined) {
    return { kind: 'unknown' };
  }
  return isLiving(state) ? { kind: 'listed', content: contentOf(registryName, state, settings) } : { kind: 'departed' };
}

function contentOf(registryName: string, state: PlacementState, { showsMail }: Pick<CatalogueSettings, 'showsMail'>): RecordContent {
  const { placement: { account, agentName }, declared, review } = state;
  const sponsor = sponsorOf(state);
  const status = statusOf(state);
  const data: { [key: string]: JsonValue } = {
    schema: SCHEMA,
    registry: registryName,
    account,
    agent: agentName,
    stage: declared.stage,
    status: SUSPENDED.includes(status) ? 'suspended' : status,
    ends: certifiedEnd(state) ?? declared.expiresAt,
    sponsor: {
      name: sponsor.accountableName,
      ...(sponsor.kind === 'team' ? { team: sponsor.name } : {}),
      ...(showsMail ? { email: sponsor.accountableEmail } : {}),
    },
    // What the agent may do in each stage, who may assume its role, and its exceptions. `nhi show` has it in words.
    declaredSha256: digestOf(accessDigests(declared)),
    ...(review?.certifiedAt === undefined ? {} : { certified: { at: review.certifiedAt, sha256: digestOf(review.certified ?? {}) } }),
  };
  return { displayName: agentName, description: declared.purpose, data: canonicalJson(data) };
}
