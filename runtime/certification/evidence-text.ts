import { createHash } from 'node:crypto';
import { DeclaredStage } from './declared-text';
import { ShownItem } from './items';
import { canonicalJson } from '../../src/core/canonical-json';
import { SponsorRecord } from '../../src/core/sponsor-record';
import { SeenCost, UsageSignal } from '../model/usage';

/** Something that could not be read, and why. */
export interface Unread {
  readonly what: string;
  readonly reason: string;
}

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
  /** Attached policies that are neither declared nor the registry's. Their content is in the items. */
  readonly attached: readonly string[];
  /** Policies that could not be read, so what they allow is missing in the items. */
  readonly unread: readonly Unread[];
  /** What is known of the use of the agent as a whole: its keys, its secrets, and what runs with its role. */
  readonly signals: readonly UsageSignal[];
  /** Absent unless the registry asks for costs. */
  readonly cost?: SeenCost;
  /** Path of the agent's construct in its app. Absent if the template doesn't have it. */
  readonly construct?: string;
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
