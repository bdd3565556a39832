import { checkRevokers, NamedAgent, revokerProperties } from './agent-revokers';
import { AgentSecret } from './agent-secret';
import { AgentSecretProps } from './agent-secret-props';
import { AgentAccessKey } from './keys/access-key';
import { AgentAccessKeyProps } from './keys/access-key-props';
import { OwnerOfKeys, UserKey } from './keys/user-key';
import { OboProvider, OwnerOfProvider } from './obo-provider';
import { OboProviderProps } from './obo-provider-props';
import { AccessKeyProperties, CredentialProperties } from '../../contract/lifecycle-resource';
import { RevokerProperties } from '../../contract/revokers';
import { ownProviderPrefix, ownSecretPrefix } from '../../contract/role-names';
import { Revoker } from '../../revokers/revoker';
import { ExceptionalAccess } from '../access-rules/exceptional-access';

/** What an agent's own credentials need of it. */
export interface OwnerOfCredentials extends OwnerOfKeys, Pick<OwnerOfProvider, 'role' | 'runtimeIdentities'> {}

/** The credentials that are declared as an agent's own. A leave deletes them and looks for them again. */
export class OwnCredentials {
  private readonly oboProviders: OboProvider[] = [];
  private readonly keys: UserKey[] = [];
  private readonly secrets: AgentSecret[] = [];
  private readonly otherSecrets: string[] = [];
  private readonly added: Revoker[] = [];

  /** Those that are constructs in the agent's scope. */
  public readonly declared: CredentialProperties[] = [];

  /** What ends the agent's access elsewhere: what is declared with it, and what its users of databases add. */
  public readonly revokers: RevokerProperties[];

  constructor(private readonly agent: NamedAgent, public readonly owner: OwnerOfCredentials, private readonly given: readonly Revoker[] = []) {
    this.revokers = revokerProperties(agent, owner.registry, given);
  }

  public oboProvider(name: string, props: OboProviderProps): OboProvider {
    const { agentName, registry, role, runtimeIdentities } = this.owner;
    return added(this.oboProviders, OboProvider._of(
      this.agent, name, { role, runtimeIdentities, namePrefix: ownProviderPrefix(registry.registryName, agentName) }, props));
  }

  public accessKey(name: string, props: AgentAccessKeyProps): AgentAccessKey {
    const key = AgentAccessKey._of(this.agent, name, this.owner, { keys: this.keys.length, secrets: this.secretNames }, props);
    this.addKey(key._key);
    return key;
  }

  public secret(name: string, props: AgentSecretProps): AgentSecret {
    const { agentName, registry, lifecycle } = this.owner;
    return added(this.secrets, AgentSecret._of(this.agent, name, ownSecretPrefix(registry.registryName, agentName), lifecycle, props));
  }

  /** Workload identities of its runtimes. Absent if it doesn't run on AgentCore. */
  public get runtimeIdentities(): (() => string[]) | undefined {
    return this.owner.runtimeIdentities;
  }

  /** A key that the engine makes and rotates. */
  public addKey(key: UserKey): void {
    this.keys.push(key);
  }

  /** @throws InvalidInputError as `revokerProperties` */
  public addRevoker(revoker: Revoker): void {
    this.added.push(revoker);
    const { registry } = this.owner;
    checkRevokers(this.agent, registry, [...this.given, ...this.added]);
    this.revokers.push(...revokerProperties(this.agent, registry, [revoker]));
  }

  /** A secret with the values of one of `declared`. */
  public addSecret(secretName: string): void {
    this.otherSecrets.push(secretName);
  }

  public get exceptions(): ExceptionalAccess[] {
    return this.keys.map(({ exception }) => exception);
  }

  public get secretNames(): string[] {
    return [...[...this.keys, ...this.secrets].map(({ secretName }) => secretName), ...this.otherSecrets];
  }

  public get keyProperties(): AccessKeyProperties[] {
    return this.keys.map(({ properties }) => properties);
  }

  public get providerNames(): string[] {
    return this.oboProviders.map(({ providerName }) => providerName);
  }
}

function added<T>(all: T[], one: T): T {
  all.push(one);
  return one;
}
