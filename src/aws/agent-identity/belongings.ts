import { Construct } from 'constructs';
import { revokerProperties } from './agent-revokers';
import { OwnSecret } from './own-secret';
import { ownSecretNames } from './own-secret-names';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { Revoker } from '../revokers/revoker';

/** What leaves with the agent, as its lifecycle resource names it. */
export function belongings(
  agent: Construct & { readonly agentName: string }, registry: ILifecycleRegistry,
  { ownSecrets = [], revokers = [] }: { readonly ownSecrets?: OwnSecret[]; readonly revokers?: Revoker[] },
): { readonly ownSecretNames: string[]; readonly revokers: ReturnType<typeof revokerProperties> } {
  return { ownSecretNames: ownSecretNames(agent, registry.registryName, ownSecrets), revokers: revokerProperties(agent, registry, revokers) };
}
