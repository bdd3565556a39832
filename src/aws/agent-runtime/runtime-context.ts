import { aws_iam as iam } from 'aws-cdk-lib';
import { Sponsor } from '../../core';

/** What a runtime may build its trust and its access on. The place may hold tokens. */
export interface RuntimeContext {
  readonly agentName: string;
  readonly roleName: string;
  readonly stageName: string;
  readonly sponsor: Sponsor;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** What a runtime adds to an agent. */
export interface RuntimeBinding {
  /** Who may take the role, each with the conditions that keep others out. */
  readonly trust: iam.PolicyStatement[];
  /** The little its service needs to run; goes through the same checks as any access. */
  readonly access: iam.PolicyStatement[];
}
