import { Tags, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { CREDENTIAL_NAME, CredentialKind, credentialName, MOST_CREDENTIALS, OWN_CREDENTIALS } from '../../../contract/own-credentials';
import { ownProviderPrefix } from '../../../contract/role-names';
import { agentTags } from '../../../contract/tags';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { factsOf } from '../../lifecycle-registry/registry-facts';
import { AgentParts, partsOf } from '../delegation-graph';

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const MOST_GENERATIONS = 9_999;

/**
 * The parts of the agent whose construct a credential is given as scope.
 *
 * @throws InvalidInputError `WrongClass`
 */
export function requireParts(scope: IConstruct | undefined, what: string): AgentParts {
  const parts = partsOf(scope);
  if (parts === undefined) {
    throw new InvalidInputError('WrongClass', `${what}: its scope must be a ManagedAgentIdentity of this app, received ${shown(scope?.node?.path ?? scope)}: an adopted role, a referenced agent and other constructs have no such credential`);
  }
  return parts;
}

/**
 * The id of a credential, which is its name among those of the agent.
 *
 * @throws InvalidInputError `WrongClass`, `CredentialIdInvalid`
 */
export function requireId(scope: IConstruct, id: string, what: string): string {
  requireParts(scope, what);
  if (typeof id !== 'string' || !ID.test(id)) {
    throw new InvalidInputError('CredentialIdInvalid', `${scope.node.path}: ${what} ${shown(id)} is not allowed: use 1-32 of [a-z0-9-], beginning with a letter`);
  }
  return id;
}

/** A credential that CloudFormation makes and that is an agent's own. */
export class OwnCredential {
  /** Its name in its service. */
  public readonly name: string;

  /** Part of the logical id: another generation is another resource. */
  public readonly suffix: string;

  public readonly parts: AgentParts;

  /**
   * @param credential the construct of the credential, in the scope of its agent
   * @throws InvalidInputError `LongLivedKeysForbidden`, `CredentialsOff`, `CredentialGenerationInvalid`, `CredentialNameTooLong`, `TooManyCredentials`
   */
  constructor(credential: Construct, private readonly kind: CredentialKind, generation = 1) {
    this.parts = requireParts(credential.node.scope, kind);
    const { agentName, registry, stage, credentials } = this.parts;
    const { path, id } = credential.node;
    const { wipedAs, isLongLived } = OWN_CREDENTIALS[kind];
    if (isLongLived && !stage.profile.longLivedKeysAllowed) {
      throw new InvalidInputError('LongLivedKeysForbidden', `${path}: the stage ${stage.name} allows no long-lived keys, and a ${kind} works until it is deleted: let the system get short-lived credentials, or use a stage with longLivedKeysAllowed`);
    }
    const { wipes, naming } = factsOf(registry);
    if (wipes?.includes(wipedAs) === false) {
      throw new InvalidInputError('CredentialsOff', `${path}: the registry ${registry.registryName} could not delete a ${kind}: add ResidueKind.${wipedAs.toUpperCase().replaceAll('-', '_')} to its \`wipes\``);
    }
    if (typeof generation !== 'number' || Token.isUnresolved(generation) || !Number.isInteger(generation) || generation < 1 || generation > MOST_GENERATIONS) {
      throw new InvalidInputError('CredentialGenerationInvalid', `${path}: generation ${shown(generation)} is not allowed: use a whole number from 1 to ${MOST_GENERATIONS}, one more than before`);
    }
    this.name = credentialName(ownProviderPrefix(registry.registryName, agentName), { kind, stageName: stage.name, name: id, generation });
    this.suffix = generation === 1 ? '' : String(generation);
    if (!CREDENTIAL_NAME.test(this.name)) {
      throw new InvalidInputError('CredentialNameTooLong', `${path}: its name would be ${shown(this.name)}, and 128 characters are allowed: use a shorter id`);
    }
    if (credentials.declared.length >= MOST_CREDENTIALS) {
      throw new InvalidInputError('TooManyCredentials', `${path}: it would be one more than the ${MOST_CREDENTIALS} that an agent may have: give systems with different purposes agents of their own`);
    }
    // The engine's permissions are for what has this tag.
    Tags.of(credential).add(agentTags(naming._tagPrefix).registry, registry.registryName, { priority: 10_000 });
  }

  /** Tells the engine of it, which deletes it when the agent leaves. */
  public declare(facts: { readonly userPool?: string; readonly tokenSeconds?: number } = {}): void {
    const { userPool, tokenSeconds } = facts;
    this.parts.credentials.declared.push({
      Kind: this.kind,
      Name: this.name,
      ...(userPool === undefined ? {} : { UserPool: userPool }),
      ...(tokenSeconds === undefined ? {} : { TokenSeconds: String(tokenSeconds) }),
    });
  }
}
