import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RuntimeBinding, RuntimeContext } from './runtime-context';
import { hasTagPrefix } from '../../contract/tags';
import { InvalidInputError, reasonOf } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requirePrincipal } from '../iam/interfaces';

/** Another principal that assumes the role on the agent's behalf. */
export interface BrokerRuntimeProps {
  /** The principal that assumes the role. */
  readonly principal: iam.IPrincipal;

  /** The external id that the broker must give, 2-1,224 of `[A-Za-z0-9_+=,.@:/-]`. It distinguishes agents; it is not a secret. */
  readonly externalId: string;

  /**
   * Each session's name begins with this and a hyphen, so that a session can be recognized in CloudTrail.
   *
   * @default - the agent's name
   */
  readonly sessionNamePrefix?: string;

  /**
   * Keys of the session tags that the broker may set. Keys that begin with the tag prefix of the registry's naming (`agent:`) are reserved.
   *
   * @default - none
   */
  readonly sessionTagKeys?: string[];
}

/**
 * One statement for each action: requests for `sts:TagSession` and `sts:SetSourceIdentity` don't contain the external id, so a shared condition would
 * deny them.
 */
export function brokerBinding(scope: Construct, context: RuntimeContext, props: BrokerRuntimeProps): RuntimeBinding {
  const path = scope.node.path;
  check('ExternalIdInvalid', path, 'external id', props.externalId, /^[\w+=,.@:/-]{2,1224}$/, '2-1,224 of [A-Za-z0-9_+=,.@:/-]');
  const prefix = props.sessionNamePrefix ?? context.agentName;
  check('SessionNamePrefixInvalid', path, 'session name prefix', prefix, /^[\w+=,.@-]{2,48}$/, '2-48 of [A-Za-z0-9_+=,.@-]');
  const sponsor = context.sponsor.id;
  check('SourceIdentityInvalid', path, 'sponsor id', sponsor, /^[\w.,+=@-]{2,64}$/,
    '2-64 of [A-Za-z0-9_.,+=@-] with a broker, because it becomes the source identity of its sessions: give the sponsor such an id');
  const principal = withPath(scope, () => requirePrincipal('the principal of a broker', props.principal));
  checkPrincipal(path, principal);
  const tagKeys = props.sessionTagKeys ?? [];
  if (!Array.isArray(tagKeys)) {
    throw new InvalidInputError('SessionTagKeyInvalid', `${path}: sessionTagKeys ${shown(tagKeys)} is not a list: use the keys in a list`);
  }
  for (const key of tagKeys) {
    check('SessionTagKeyInvalid', path, 'session tag key', key, /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, '1-128 letters, digits, spaces and _.:/=+@-');
    if (['aws:', context.tagPrefix].some((reserved) => hasTagPrefix(reserved, key))) {
      throw new InvalidInputError('SessionTagReserved', `${path}: session tag ${shown(key)} is reserved: choose a key that begins with neither "${context.tagPrefix}" nor "aws:"`);
    }
  }
  const allow = (sid: string, action: string, conditions: Record<string, Record<string, string | string[]>>) =>
    new iam.PolicyStatement({ sid, principals: [principal], actions: [action], conditions });
  return {
    trust: [
      allow('Broker', 'sts:AssumeRole', {
        StringEquals: { 'sts:ExternalId': props.externalId, 'sts:SourceIdentity': sponsor },
        StringLike: { 'sts:RoleSessionName': `${prefix}-*` },
      }),
      allow('BrokerSourceIdentity', 'sts:SetSourceIdentity', { StringEquals: { 'sts:SourceIdentity': sponsor } }),
      ...(tagKeys.length > 0
        // ForAllValues is also true if the request has no key at all. Null requires one.
        ? [allow('BrokerTags', 'sts:TagSession', { 'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys }, 'Null': { 'aws:TagKeys': 'false' } })]
        : []),
    ],
    access: [],
  };
}

/** Each statement has the broker's conditions, so a principal with conditions of its own is rejected. */
function checkPrincipal(path: string, principal: iam.IPrincipal): void {
  try {
    void principal.policyFragment;
  } catch (cause) {
    throw new InvalidInputError('BrokerPrincipalInvalid', `${path}: the principal can't be the broker: ${reasonOf(cause)}; name its parts without conditions, or one principal`, { cause });
  }
}

function check(code: string, path: string, what: string, value: string, allowed: RegExp, words: string): void {
  if (!Token.isUnresolved(value) && (typeof value !== 'string' || !allowed.test(value))) {
    throw new InvalidInputError(code, `${path}: ${what} ${shown(value)} is not allowed: use ${words}`);
  }
}
