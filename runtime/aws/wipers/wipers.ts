import { agentCore } from './agent-core';
import { agentCoreSessions } from './agent-core-sessions';
import { apiGatewayKeys } from './api-gateway-keys';
import { applicationPolicies } from './application-policies';
import { delegatedSessions } from './delegated-sessions';
import { eksAccess } from './eks-access';
import { gatewayTargets } from './gateway-targets';
import { iamUsers } from './iam-users';
import { instanceProfiles } from './instance-profiles';
import { kmsGrants } from './kms-grants';
import { lakePermissions } from './lake-permissions';
import { liveSessions } from './live-sessions';
import { logPolicies } from './log-policies';
import { namedCredentials } from './named-credentials';
import { namesakes } from './namesakes';
import { oauthProviders } from './oauth-providers';
import { openedSessions } from './opened-sessions';
import { outOfBandAttachedPolicies } from './out-of-band-attached-policies';
import { outOfBandInlinePolicies } from './out-of-band-inline-policies';
import { outlivingAccess } from './outliving-access';
import { ownProfiles } from './own-profiles';
import { ownSecrets } from './own-secrets';
import { resourcePolicies } from './resource-policies';
import { rolesAnywhereProfiles } from './roles-anywhere-profiles';
import { runningExecutions } from './running-executions';
import { s3Access } from './s3-access';
import { schedules } from './schedules';
import { taggedOnly } from './tagged-only';
import { undeclaredSecrets } from './undeclared-secrets';
import { userPoolClients } from './user-pool-clients';
import { Wiper } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { InvalidInputError } from '../../../src/core/errors';

export const WIPERS: readonly Wiper[] = [
  liveSessions,
  delegatedSessions,
  openedSessions,
  outOfBandInlinePolicies,
  outOfBandAttachedPolicies,
  instanceProfiles,
  namesakes,
  iamUsers,
  ownSecrets,
  oauthProviders,
  taggedOnly,
  undeclaredSecrets,
  runningExecutions,
  resourcePolicies,
  logPolicies,
  kmsGrants,
  eksAccess,
  rolesAnywhereProfiles,
  s3Access,
  lakePermissions,
  schedules,
  apiGatewayKeys,
  userPoolClients,
  ownProfiles,
  namedCredentials,
  agentCore,
  agentCoreSessions,
  gatewayTargets,
  applicationPolicies,
  outlivingAccess,
];

/** Those that a registry runs which wipes these kinds of residue. */
export function wipersOf(wipes: ReadonlySet<ResidueKind>): Wiper[] {
  return WIPERS.filter(({ residue }) => residue === undefined || wipes.has(residue));
}

export function wiperNamed(name: string): Wiper {
  const wiper = WIPERS.find((candidate) => candidate.name === name);
  if (wiper === undefined) {
    throw new InvalidInputError('WiperUnknown', `there is no wiper ${JSON.stringify(name)}`);
  }
  return wiper;
}
