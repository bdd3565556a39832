import { aws_iam as iam } from 'aws-cdk-lib';
import { Expiry, Sponsor } from '../../core';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { StatementJson } from '../iam/statement';

/** What a runtime may use for its trust and its access. The place may contain tokens. */
export interface RuntimeContext {
  readonly agentName: string;
  readonly stageName: string;
  /** Prefix of the keys of agents' tags, which are reserved. */
  readonly tagPrefix: string;
  readonly sponsor: Sponsor;
  readonly expires: Expiry;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** What a runtime adds to an agent. */
export interface RuntimeBinding {
  /** Who may assume the role, each with the conditions that exclude other principals. */
  readonly trust: iam.PolicyStatement[];
  /** The access that its service needs to run. It is checked like any other access. */
  readonly access: iam.PolicyStatement[];
  /** Exceptions from the access rules that the access needs. They appear in reports like all others. */
  readonly exceptions?: ExceptionalAccess[];
  /** Resources, known in the finished app only, on which the access issues tokens. The guards must not deny it there. */
  readonly tokenResources?: () => string[];
  /** Whether a statement, which a construct of the service adds to its role by itself, is part of the access already. */
  readonly contains?: (statement: StatementJson) => boolean;
}
