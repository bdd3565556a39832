import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RuntimeBinding, RuntimeContext } from './runtime-context';
import { InvalidInputError } from '../../core/errors';

/** Another principal that takes the agent's role on its behalf. */
export interface BrokerRuntimeProps {
  /** The principal that takes the role. */
  readonly principal: iam.IPrincipal;

  /** What the broker must name as the external id, 2-1,224 of `[A-Za-z0-9_+=,.@:/-]`. It tells agents apart; it is no secret. */
  readonly externalId: string;

  /**
   * Each session's name begins with this and a hyphen, so that a session can be told in CloudTrail.
   *
   * @default - the agent's name
   */
  readonly sessionNamePrefix?: string;

  /**
   * Keys of the session tags that the broker may set. Keys that begin with `agent:` are reserved.
   *
   * @default - none
   */
  readonly sessionTagKeys?: string[];
}

/**
 * One statement for each action: `sts:TagSession` and `sts:SetSourceIdentity` don't carry the external id, so a shared condition would refuse them.
 */
export function brokerBinding(scope: Construct, context: RuntimeContext, props: BrokerRuntimeProps): RuntimeBinding {
  const path = scope.node.path;
  check('ExternalIdInvalid', path, 'external id', props.externalId, /^[\w+=,.@:/-]{2,1224}$/, '2-1,224 of [A-Za-z0-9_+=,.@:/-]');
  const prefix = props.sessionNamePrefix ?? context.agentName;
  check('SessionNamePrefixInvalid', path, 'session name prefix', prefix, /^[\w+=,.@-]{2,48}$/, '2-48 of [A-Za-z0-9_+=,.@-]');
  const sponsor = context.sponsor.id;
  check('SourceIdentityInvalid', path, 'sponsor id', sponsor, /^[\w.,+=@-]{2,64}$/,
    '2-64 of [A-Za-z0-9_.,+=@-] with a broker, because it becomes the source identity of its sessions: give the sponsor such an id');
  const tagKeys = props.sessionTagKeys ?? [];
  for (const key of tagKeys) {
    if (/^(agent|aws):/i.test(key)) {
      throw new InvalidInputError('SessionTagReserved', `${path}: session tag ${JSON.stringify(key)} is reserved: choose a key that begins with neither "agent:" nor "aws:"`);
    }
  }
  const allow = (sid: string, action: string, conditions: Record<string, Record<string, string | string[]>>) =>
    new iam.PolicyStatement({ sid, principals: [props.principal], actions: [action], conditions });
  return {
    trust: [
      allow('Broker', 'sts:AssumeRole', {
        StringEquals: { 'sts:ExternalId': props.externalId, 'sts:SourceIdentity': sponsor },
        StringLike: { 'sts:RoleSessionName': `${prefix}-*` },
      }),
      allow('BrokerSourceIdentity', 'sts:SetSourceIdentity', { StringEquals: { 'sts:SourceIdentity': sponsor } }),
      ...(tagKeys.length > 0
        // ForAllValues is also true where there is no key at all: Null asks for one.
        ? [allow('BrokerTags', 'sts:TagSession', { 'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys }, 'Null': { 'aws:TagKeys': 'false' } })]
        : []),
    ],
    access: [],
  };
}

function check(code: string, path: string, what: string, value: string, allowed: RegExp, words: string): void {
  if (!Token.isUnresolved(value) && !allowed.test(value)) {
    throw new InvalidInputError(code, `${path}: ${what} ${JSON.stringify(value)} is not allowed: use ${words}`);
  }
}
