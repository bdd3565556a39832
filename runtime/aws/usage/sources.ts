import { accessKeysLastUsed } from './access-keys';
import { liveCompute } from './live-compute';
import { ownSecretsLastAccessed } from './own-secrets';
import { serviceLastAccessed } from './service-last-accessed';
import { UsageSource } from './source';
import { unusedAccess } from './unused-access';

/** All sources besides the role itself, in the order in which they are read. The one that IAM throttles first is the last one. */
export const USAGE_SOURCES: readonly UsageSource[] = [accessKeysLastUsed, ownSecretsLastAccessed, liveCompute, unusedAccess, serviceLastAccessed];

/** What reviewers are shown of an agent's use besides that of each service. */
export const SHOWN_SOURCES: readonly UsageSource[] = [accessKeysLastUsed, ownSecretsLastAccessed, liveCompute];
