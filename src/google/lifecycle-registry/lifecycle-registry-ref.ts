import { IConstruct } from 'constructs';
import { AgentStage } from '../../core';

/** Where agents and their lifecycle events are recorded. */
export interface ILifecycleRegistry extends IConstruct {
  /** Name of the registry. */
  readonly registryName: string;
  /** Id of the project that contains it. */
  readonly project: string;
  /** The stages that agents may be in. */
  readonly stages: AgentStage[];
  /** Pub/Sub topic for lifecycle events: `projects/<project>/topics/<id>`. */
  readonly topicName: string;
  /** Name of the bucket with the agents' records. */
  readonly bucketName: string;
  /** Where a suspension denies an agent: `organizations/<number>` or `folders/<number>`. Undefined: in the projects of its declared access. */
  readonly denyScope?: string;
  /** Lifetime of the longest access tokens of agents, in hours. Undefined: 1. */
  readonly longestTokenHours?: number;
  /** Where a teardown searches besides the declared places: an organization, a folder or a project. Undefined: nowhere. */
  readonly searchScope?: string;
  /** Ids of the projects in which a teardown removes grants that it finds by that search. Undefined: none. */
  readonly wipedProjects?: string[];
}

/** Identifies a registry that is declared elsewhere. */
export interface LifecycleRegistryReferenceProps {
  /** Id of the project that contains it. */
  readonly project: string;

  /**
   * Name of the registry.
   *
   * @default agents
   */
  readonly registryName?: string;

  /**
   * The stages that agents may be in.
   *
   * @default - test, staging and production
   */
  readonly stages?: AgentStage[];

  /**
   * Where a suspension denies an agent, beside disabling its account: `organizations/<number>` or `folders/<number>`. Who suspends needs the permission to
   * create deny policies there.
   *
   * @default - in the agent's project, and in every project and folder in which it has declared access
   */
  readonly denyScope?: string;

  /**
   * Lifetime of the longest access tokens of agents, in hours: 1 to 12. More than 1 is possible only where the organization policy
   * `iam.allowServiceAccountCredentialLifetimeExtension` names the accounts. Until tokens from before a suspension have ended, a resumption is refused.
   *
   * @default 1
   */
  readonly longestTokenHours?: number;

  /**
   * Where a teardown searches for grants of the agent besides the declared places, with Cloud Asset: `organizations/<number>`, `folders/<number>` or
   * `projects/<id>`. The pipeline needs `cloudasset.assets.searchAllIamPolicies` there. If the search fails, the certificate says so, and the agent leaves.
   *
   * @default - a teardown searches only the declared places
   */
  readonly searchScope?: string;

  /**
   * Ids of the projects in which a teardown removes grants that it finds by that search. What it finds elsewhere is only reported. The pipeline must be
   * able to change the policies of everything in these projects.
   *
   * @default - none: what it finds is only reported
   */
  readonly wipedProjects?: string[];
}
