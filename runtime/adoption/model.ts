import { StageOfRegistry } from './stages';
import { OnRemoval } from '../../src/contract/adoption';
import { SponsorRecord } from '../../src/core/sponsor-record';
import { Way } from '../inventory';

/** An identity that becomes an agent, as its row says. */
export interface AgentRow {
  readonly how: Way;
  readonly type: 'role' | 'user';
  readonly arn: string;
  readonly account: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: SponsorRecord;
  readonly stage: StageOfRegistry;
  /** A date or an instant. */
  readonly expires: string;
  readonly onRemoval: OnRemoval;
  readonly stackName: string;
  /** Whether the role was adopted as this agent before. */
  readonly isAgent: boolean;
}

/** A policy of an identity. */
export interface DefinedPolicy {
  readonly name: string;
  /** Absent for an inline policy. */
  readonly arn?: string;
  /** Absent if IAM's listing does not have its text. */
  readonly document?: string;
}

/** What IAM has of an identity that gets a role of its own. */
export interface Definition {
  /** The trust policy of a role. */
  readonly trust?: string;
  readonly policies: readonly DefinedPolicy[];
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
}

/** Where agents join. */
export interface Place {
  readonly registry: string;
  readonly region: string;
}
