/** What can be granted on, as the teardown program calls it. By itself, as public types must not lead to CDKTF's: an AWS user doesn't have them. */
export type GrantKindName = 'project' | 'folder' | 'secret' | 'bucket' | 'topic' | 'subscription' | 'dataset' | 'cryptoKey' | 'runService';

/** Takes a grant from whoever declares it. */
export type AddGrant = (kind: GrantKindName, name: string, role: string) => void;
