/** 3-48 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --. */
export const AGENT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,46}[a-z0-9]$/;

/** No hyphen, so that <agentName>-<stage> is unambiguous. At most 15 characters, so that a role name never exceeds IAM's 64 characters. */
export const STAGE_NAME = /^[a-z][a-z0-9]{1,14}$/;

/** 3-20 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --: part of the names of buckets, roles and paths. */
export const REGISTRY_NAME = /^(?!.*--)[a-z][a-z0-9-]{1,18}[a-z0-9]$/;

/** 3-48 of [a-z0-9-], beginning and ending with a letter or digit, without --. */
export const CAMPAIGN_NAME = /^(?!.*--)[a-z0-9][a-z0-9-]{1,46}[a-z0-9]$/;

/** Name of a registry that is not given one. */
export const DEFAULT_REGISTRY_NAME = 'agents';
