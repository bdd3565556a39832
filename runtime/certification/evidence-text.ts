import { createHash } from 'node:crypto';
import { DeclaredStage } from './declared-text';
import { ShownItem } from './items';
import { canonicalJson } from '../../src/core/canonical-json';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** What reviewers are shown of an agent, as it is stored in the evidence. */
export interface ShownAccess {
  readonly kind: 'nhi-review';
  readonly registry: string;
  readonly account: string;
  readonly agentName: string;
  readonly stage: string;
  readonly purpose: string;
  readonly sponsor: SponsorRecord;
  readonly expiresAt: string;
  /** When its access ends before that, unless the review carries it on. */
  readonly certifiedUntil?: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly takenAt: string;
  readonly items: readonly ShownItem[];
  /** The declared access of every stage, those too that the agent is not in. */
  readonly declared: readonly DeclaredStage[];
  /** Attached policies that are neither declared nor the registry's. Their content is not read. */
  readonly attached: readonly string[];
}

/** The text of what is shown, and its SHA-256. */
export function textOfShown(shown: ShownAccess): { readonly text: string; readonly sha256: string } {
  const text = canonicalJson(JSON.parse(JSON.stringify(shown)));
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Reads what is shown. Undefined if the text does not have that digest, so it is not what the engine wrote. */
export function shownIn(text: string, sha256: string): ShownAccess | undefined {
  return createHash('sha256').update(text).digest('hex') === sha256 ? JSON.parse(text) as ShownAccess : undefined;
}
