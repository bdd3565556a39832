import { Construct } from 'constructs';
import { AdoptedAgentIdentityProps, AdoptionRemoval } from './adopted-agent-identity-props';
import { AgentDefaultProps } from './agent-defaults';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { OwnSecret } from './own-secret';
import { InvalidInputError } from '../../core/errors';
import { requireInstance, requireInstances } from '../../core/instance';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireExpiry, requireSponsor, requireStage } from '../../core/value-classes';
import { Revoker } from '../../revokers/revoker';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { requireManagedPolicy, requireRole } from '../iam/interfaces';
import { factsOf } from '../lifecycle-registry/registry-facts';

type Given = ManagedAgentIdentityProps & AgentDefaultProps;

/** Checks for properties that must be instances of our classes, or have the shape of a CDK class. */
const CHECKS: { readonly [K in keyof Given]?: (value: Given[K] & object) => unknown } = {
  registry: factsOf,
  sponsor: requireSponsor,
  stage: requireStage,
  expires: (expires) => requireExpiry('expires', expires),
  permissionsBoundary: (policy) => requireManagedPolicy('permissionsBoundary', policy),
  accessExceptions: (exceptions) => requireInstances('accessExceptions', exceptions, ExceptionalAccess, 'ExceptionalAccess.of()'),
  replaces: (role) => requireRole('replaces', role),
  revokers: (revokers) => requireInstances('revokers', revokers, Revoker, 'a method of Revoker, such as Revoker.scim()'),
  ownSecrets: (secrets) => requireInstances('ownSecrets', secrets, OwnSecret, 'OwnSecret.named() or OwnSecret.of()'),
};

/**
 * Checks the classes of an agent's properties. Callers in JavaScript and other languages can pass anything.
 *
 * @throws InvalidInputError `WrongClass`, `RegistryForeign`, and the errors of sponsors, expiries and exceptions, with the agent's path
 */
export function requireClasses(agent: Construct, props: ManagedAgentIdentityProps, defaults: AgentDefaultProps): void {
  withPath(agent, () => {
    requireGiven(props, defaults);
    requireInstance('runtime', props.runtime ?? defaults.runtime, AgentRuntime, 'a method of AgentRuntime, such as AgentRuntime.lambda()');
  });
}

/**
 * Checks the classes of an adopted agent's properties.
 *
 * @throws InvalidInputError `WrongClass`, `RegistryForeign`, `OnRemovalInvalid`, and the errors of sponsors and expiries, with the agent's path
 */
export function requireAdoptionClasses(agent: Construct, props: AdoptedAgentIdentityProps, defaults: AgentDefaultProps): void {
  withPath(agent, () => {
    requireGiven(props, defaults);
    requireRole('role', props.role);
    const { onRemoval = AdoptionRemoval.LEAVE } = props;
    if (!Object.values(AdoptionRemoval).includes(onRemoval)) {
      throw new InvalidInputError('OnRemovalInvalid', `onRemoval ${shown(onRemoval)} is not allowed: use AdoptionRemoval.LEAVE or AdoptionRemoval.RELEASE`);
    }
  });
}

function requireGiven(props: object, defaults: AgentDefaultProps): void {
  for (const [name, check] of Object.entries(CHECKS) as [keyof Given, (value: unknown) => unknown][]) {
    const value: unknown = (props as Partial<Given>)[name] ?? defaults[name as keyof AgentDefaultProps];
    if (value !== undefined && value !== null) {
      check(value);
    }
  }
}
