import { Construct } from 'constructs';
import { AgentDefaults } from './agent-defaults';
import { AgentKey } from './agent-key';
import { checkedRevokers } from './agent-revokers';
import { requireResourceName } from './declarations';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { requireAccountProject } from '../../contract/google';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { allTexts, KINDS, Kind, requireKind, requireList } from '../../core/kind';
import { requirePurpose } from '../../core/purpose';
import { withPath, required } from '../../core/scope';
import { sponsorToRecord } from '../../core/sponsor-record';
import { RevokerFacts } from '../../revokers/revoker-props';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { IGoogleProvider } from '../google-provider';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { REGISTRY, requireRegistry } from '../lifecycle-registry/registry-shape';
import { requireRegion } from '../locations';
import { requireNormal } from '../terraform-text';
import { requireProvider } from '../use-provider';

/** An agent's checked properties, with the defaults of its scope. */
interface CheckedProps {
  readonly agentName: string;
  readonly project: string;
  readonly purpose: string;
  readonly sponsor: Sponsor;
  readonly stage: AgentStage;
  readonly expires: Expiry;
  readonly runtime: AgentRuntime;
  readonly registry?: ILifecycleRegistry;
  readonly region?: string;
  readonly provider?: IGoogleProvider;
  readonly keys: readonly AgentKey[];
  readonly ownSecrets: readonly string[];
  readonly revokers: readonly RevokerFacts[];
}

const RUNTIME: Kind<AgentRuntime> = { isOne: ({ kind, _bind }) => allTexts(kind) && typeof _bind === 'function', use: 'one of AgentRuntime, such as AgentRuntime.cloudRun()' };
const KEY: Kind<AgentKey> = {
  isOne: ({ certificate, privateKeySecret, expires }) => allTexts(certificate, privateKeySecret) && typeof expires?.epochSeconds === 'number', use: 'AgentKey.uploaded({ ... })',
};

export function checkedProps(agent: Construct, props: ManagedAgentIdentityProps): CheckedProps {
  const defaults = AgentDefaults.of(agent)._merged();
  const need = <T>(what: 'sponsor' | 'stage' | 'expires' | 'project', code: string) => required(agent, what, props[what] ?? defaults[what], code) as T;
  const registry = props.registry ?? defaults.registry ?? undefined;
  const region = props.region ?? defaults.region ?? undefined;
  const sponsor = need<Sponsor>('sponsor', 'SponsorMissing');
  const stage = need<AgentStage>('stage', 'StageMissing');
  const expires = need<Expiry>('expires', 'ExpiryMissing');
  const project = need<string>('project', 'ProjectMissing');
  return withPath(agent, () => {
    requireKind('sponsor', sponsor, KINDS.sponsor);
    Object.values(sponsorToRecord(sponsor)).forEach((text: string) => requireNormal('the sponsor', text));
    const keys = requireList('keys', props.keys).map((key) => requireKind('the key', key, KEY));
    const ownSecrets = [...requireList('ownSecrets', props.ownSecrets), ...keys.map(({ privateKeySecret }) => privateKeySecret)];
    ownSecrets.forEach((secret) => requireResourceName(agent, 'secret', secret));
    return {
      agentName: validateAgentName(props.agentName),
      project: requireAccountProject('project', project),
      purpose: requireNormal('the purpose', requirePurpose(props.purpose)),
      sponsor,
      stage: withoutNarrowing(withoutApproval(requireKind('stage', stage, KINDS.stage))),
      expires: withoutCertification(requireKind('expires', expires, KINDS.expiry)),
      runtime: requireKind('runtime', (props.runtime ?? defaults.runtime) as AgentRuntime, RUNTIME),
      registry: registry === undefined ? undefined : requireRegistry(requireKind('registry', registry, REGISTRY)),
      region: region === undefined ? undefined : requireRegion('region', region),
      provider: requireProvider(agent, props.provider ?? defaults.provider),
      keys,
      ownSecrets,
      revokers: checkedRevokers(agent, props.revokers, { registry, ownSecrets }),
    };
  });
}

/** Nobody reviews access on Google, so nobody could carry the agent on, and its conditions would give it access up to the latest end. */
function withoutCertification(expires: Expiry): Expiry {
  if (expires.needsCertification) {
    throw new InvalidInputError('CertificationUnsupported', `Expiry.untilCertified() is not available for agents on Google, where access is not reviewed: use Expiry.at('${expires.iso}'), or an earlier end`);
  }
  return expires;
}

/** No engine compares a deployment with the one before, so nothing would keep a deprecated agent from new grants. */
function withoutNarrowing(stage: AgentStage): AgentStage {
  if (stage.profile.onlyNarrows) {
    throw new InvalidInputError('StageUnsupported', `stage ${stage.name}, in which access is only narrowed, is not available for agents on Google, where nothing compares a deployment with the one before: keep the stage, take out grants, and set an earlier end`);
  }
  return stage;
}

/** Nothing asks for approvals on Google: a demand that nobody holds must not look as if it were held. */
function withoutApproval(stage: AgentStage): AgentStage {
  if (stage.profile.requiresApproval) {
    throw new InvalidInputError('ApprovalUnsupported', `the stage ${stage.name} requires an approval, which nothing asks for on Google: use a stage without it, and let your pipeline ask`);
  }
  return stage;
}
