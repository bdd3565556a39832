import { FeatureStatement } from './feature';
import { RegistryNames } from '../../contract/registry-names';
import { WildcardStatement } from '../findings/wildcards';

/** Why statements of the registry reach beyond what is named after it. A statement that is not here is reported by cdk-nag. */
const REASONS: readonly (readonly [reason: string, ...sids: string[]])[] = [
  ['The engine asks the stack of each agent, whatever its name is', 'AskStacks'],
  ['A role that was deleted has no path, and IAM would deny the read instead of saying that the role does not exist', 'LookAtRoles'],
  ['What belongs to an agent is found by looking at all of the account; it may have any name', 'LookForInstanceProfiles', 'LookForUsers', 'FindExecutions', 'FindFunctions',
    'FindTasks', 'FindHolders', 'ReadUsers'],
  ['What people made for an agent by hand may have any name, and a leaver loses it', 'EmptyInstanceProfiles', 'TakeUsersOutOfGroups', 'DeleteVirtualDevices'],
  ['What runs as an agent may have any name, and a suspension stops it', 'StopExecutions', 'StopFunctions', 'StopEventSources', 'StopRules', 'StopSchedules', 'StopServices',
    'StopTasks', 'StopInstances', 'StopAgentRuntimes'],
  ['Only the providers whose names begin with the registry: they are made when agents join', 'OAuthProvidersOfAgents'],
  ['Read only: the analyzers of the account have any name', 'ReadFindings'],
  ['Read only: the store of IAM Identity Center belongs to the organisation, and any of its users may be a sponsor', 'LookUpUsers'],
  ['The condition limits it to the key of the links, whose ARN is generated', 'MakeLinks', 'CheckLinks'],
  ['Read only: reviewers are shown what the policies of other resources grant an agent, and a leave reports it', 'ReadAttachedPolicies', 'ReadBucketPolicies', 'ReadQueuePolicies',
    'ReadTopicPolicies', 'ReadKeyPolicies', 'ReadSecretPolicies', 'ReadFunctionPolicies', 'ReadTablePolicies', 'ReadBusPolicies', 'ReadRepositoryPolicies', 'AskExecutions'],
  ['Only with `wipes`, which names the kind: what names an agent in resources of others may have any name, and a leaver loses it', 'EditBucketPolicies', 'EditQueuePolicies', 'EditTopicPolicies',
    'EditKeyPolicies', 'EditSecretPolicies', 'EditFunctionPolicies', 'EditTablePolicies', 'EditBusPolicies', 'EditRepositoryPolicies', 'FindGrants', 'WipeClusterAccess', 'EditProfiles',
    'WipeAccessGrants', 'EditAccessPoints', 'DeleteSchedules', 'FindClients', 'StopToolSessions', 'DeleteOwnProviders', 'DeleteGatewayTargets', 'EditApplications'],
  ['Only with `wipes`, and only what has the registry\'s tag: ids of keys and profiles are generated', 'EndOwnApiKeys', 'EndOwnProfiles'],
  ['Only with `wipes`, which names the kind: Cognito can\'t limit it to single clients of a user pool', 'EndOwnClients'],
  ['The condition limits it to records that the registry created, or creates, in one Agent Registry of AWS, which gives them ids', 'KeepOwnRecords', 'TagRecords'],
  ['The condition limits it to the services of the ledger and the evidence; the two actions are one with its variants', 'UseKeyOfLedger'],
];

const REASON_OF = new Map(REASONS.flatMap(([reason, ...sids]) => sids.map((sid) => [sid, reason] as const)));

/** The statements of a registry with the reasons of their wildcards. */
export function withReasons({ registryName, prefix }: RegistryNames, statements: readonly FeatureStatement[]): WildcardStatement[] {
  const own = new RegExp(`[:/](${registryName}|${prefix}[^*:/]+)[*:/]`);
  return statements.map((statement) => ({
    statement,
    reason: (text) => REASON_OF.get(statement.Sid) ?? (own.test(text) ? `Only what belongs to the registry ${registryName}: its names are made when agents join` : undefined),
  }));
}
