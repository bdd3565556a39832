import { createHash } from 'node:crypto';
import { Declared } from './placement-state';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';
import { canonicalJson } from '../../src/core/canonical-json';

/** One value for each part of what the agent may do. Two values differ if the part differs. */
export function accessDigests(
  { access, exceptions, ownSecrets, ownProviders = [], credentials = [], onRemoval }: Declared, ofPrincipal = true,
): Record<string, string> {
  return {
    ...Object.fromEntries(access?.stages.map(({ stage, digest }) => [`access in ${stageName(stage)}`, digest]) ?? []),
    ...(exceptions.length === 0 ? {} : { exceptions: digestOf(exceptions) }),
    ...(ownSecrets.length === 0 ? {} : { 'own secrets': digestOf(ownSecrets) }),
    ...(onRemoval === undefined ? {} : { 'on removal': onRemoval }),
    ...(ownProviders.length === 0 ? {} : { 'credential providers': digestOf(ownProviders) }),
    ...(credentials.length === 0 ? {} : { credentials: digestOf(credentials) }),
    ...(access === undefined ? {} : { 'trust policy': access.trust }),
    ...(access?.boundary === undefined ? {} : { 'permissions boundary': access.boundary }),
    ...(access === undefined || !ofPrincipal ? {} : { 'access policy': access.policy, 'guards': access.guards }),
  };
}

function stageName(stage: string): string {
  return stage === EVERY_STAGE ? 'every stage' : stage;
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(value)))).digest('hex');
}
