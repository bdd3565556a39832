import { reservedTagKeys } from './tags';

/** A Deny for everyone in the trust policy of an agent's role. */
export interface TrustDeny {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Written out: IAM's answer to a wildcard in a trust policy's actions is undocumented. */
const TAKES_ROLE = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];

/**
 * The Denies in the trust policy of each agent's role, which nothing else in it can outweigh.
 *
 * @param end the agent's end, as an instant
 * @param tagPrefix prefix of the keys of agents' tags
 */
export function trustDenies(end: string, tagPrefix: string): readonly TrustDeny[] {
  return [
    // A session tag overrides the role's tag of the same key, so no one may set a reserved one. Tags need this action, however the role is assumed.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html The keys are compared without regard to case, as IAM does.
    { sid: 'DenyReservedTags', actions: ['sts:TagSession'], conditions: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': reservedTagKeys(tagPrefix) } } },
    { sid: 'DenyAfterExpiry', actions: TAKES_ROLE, conditions: { DateGreaterThanEquals: { 'aws:CurrentTime': end } } },
  ];
}
