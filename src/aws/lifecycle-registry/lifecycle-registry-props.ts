import { aws_iam as iam, aws_kms as kms, aws_rds as rds, aws_sns as sns, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AgendaProps } from './agenda-facts';
import { EvidenceLock } from './evidence-lock';
import { MassLeaverLimit } from './mass-leaver-limit';
import { Notifications } from './notifications';
import { LifecycleRegistryRulesProps } from './registry-base';
import { SponsorDirectory } from './sponsor-directory';
import { ResidueKind } from '../../contract/residue';
import { Sponsor } from '../../core';

/** Properties of a registry for development. */
export interface DevelopmentRegistryProps extends LifecycleRegistryRulesProps {
  /**
   * Name of the registry, 3-20 of `[a-z0-9-]`. It must be unique in the account, in all regions, because IAM roles and policies are not regional.
   * All resources of the registry are named after it, and other apps refer to the registry by it. It can't be changed while agents live.
   *
   * @default 'agents'
   */
  readonly registryName?: string;

  /**
   * How long to wait after a quarantine until IAM has propagated it to every region, before anything else is granted.
   *
   * @default Duration.seconds(65)
   */
  readonly propagationWait?: Duration;

  /**
   * How many agents may leave within an hour. Beyond it, leavers are quarantined and wait until an operator lifts the limit (`nhi release-leavers`).
   *
   * @default - no limit
   */
  readonly massLeaverLimit?: MassLeaverLimit;

  /**
   * What the registry does between deployments: warnings before an agent's end, and its teardown after it.
   *
   * @default - a sweep every hour; warnings 30, 7 and 1 days before the end; teardown 7 days after it
   */
  readonly agenda?: AgendaProps;

  /**
   * How sponsors and operators are notified of what concerns them.
   *
   * @default Notifications.busOnly()
   */
  readonly notifications?: Notifications;

  /**
   * Where sponsors are looked up: when an agent joins, moves or gets another sponsor, and then regularly (`agenda.sponsorCheck`). Needs `defaultOwner`.
   *
   * @default - sponsors are not looked up
   */
  readonly sponsorDirectory?: SponsorDirectory;

  /**
   * Who is accountable for an agent if neither its sponsor nor the backup is an active person. It should be in the directory itself.
   *
   * @default - required with `sponsorDirectory`
   */
  readonly defaultOwner?: Sponsor;

  /**
   * Hosts with private addresses that revokers of agents may reach, such as `idp.corp.example`. Requests to all others are refused, whatever a name resolves to.
   *
   * @default - none
   */
  readonly revokerPrivateHosts?: string[];

  /**
   * Clusters of Aurora PostgreSQL in which agents have users (`AgentDatabaseUser`, `Revoker.databaseUser()`), at most 20. The function for revokers may run statements there, as a user whose secret lets it read
   * it. They need the Data API, and must be in the registry's account and region.
   *
   * @default - none
   */
  readonly databases?: rds.IDatabaseCluster[];

  /**
   * Whether the engine may quarantine agents by an inline policy where the organisation forbids it both permissions boundaries and attached policies.
   * IAM can't limit what an inline policy says, so with this permission the engine's role could grant an agent's role anything. Except the engine's
   * role in the organisation's policies instead, if you can.
   *
   * @default false
   */
  readonly denyByInlinePolicy?: boolean;

  /**
   * What a leaver loses outside of its own role, in resources that belong to others too. Each kind gives the engine's role rights over such resources in the whole account, so list those that your
   * agents use. Policies of the resources that an agent declares are read and reported in any case.
   *
   * @default - none
   */
  readonly wipes?: ResidueKind[];

  /**
   * Whether agents may have access keys (`bot.accessKey()`), for legacy systems that can use no short-lived credentials. Only then may the engine's role make keys for users under the paths that are
   * reserved for the users of agents, and write the secrets of agents. It reads no secret.
   *
   * @default false
   */
  readonly accessKeys?: boolean;

  /**
   * Whether agents may have long-term API keys of Amazon Bedrock (`AgentBedrockApiKey`), for clients that take nothing else. Only then may the engine's role make such keys for users under the paths that
   * are reserved for the users of agents, and write the secrets of agents: keys of Bedrock only, and none that IAM does not end by its age. It reads no secret.
   *
   * @default false
   */
  readonly bedrockApiKeys?: boolean;

  /**
   * Whether Cost Explorer is asked what access outside of AWS costs that is declared with `MonthlyCost.ofTag()`: after it is declared and then once a week for each agent and tag. AWS charges 0.01 USD
   * for each question, about 0.50 USD a year for each tag of an agent. Only a function of its own may ask.
   *
   * @default false
   */
  readonly lookUpCosts?: boolean;

  /**
   * The topic that is notified when an alarm goes off.
   *
   * @default - no notification; the alarms are only shown
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Roles that may resume agents in an emergency, beside people who come through IAM Identity Center: `mayResume` works for no other principal.
   *
   * @default - none
   */
  readonly breakGlassRoles?: iam.IRole[];

  /**
   * The key that encrypts the ledger and the evidence.
   *
   * @default - AWS managed keys
   */
  readonly encryptionKey?: kms.IKey;
}

/** Properties of a registry. */
export interface LifecycleRegistryProps extends DevelopmentRegistryProps {
  /**
   * How each decommission certificate is locked.
   *
   * @default EvidenceLock.governance(Duration.days(400))
   */
  readonly evidenceLock?: EvidenceLock;

  /**
   * Whether the ledger's table is protected from deletion.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What happens to ledger, evidence and logs when the registry's stack is deleted. With `DESTROY`, `evidenceLock` is
   * ignored: the evidence is not locked, and is deleted with the bucket.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
