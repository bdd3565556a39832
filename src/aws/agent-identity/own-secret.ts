import { aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { SECRET_NAME } from '../../contract/name-forms';
import { ownSecretPrefix } from '../../contract/role-names';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';

/** A secret that is an agent's own: it is deleted when the agent leaves. */
export class OwnSecret {
  /**
   * A secret by its name. It need not exist yet, and may be created by hand.
   *
   * @param secretName a literal name that begins with `<registryName>/<agentName>/`
   */
  public static named(secretName: string): OwnSecret {
    return new OwnSecret(secretName);
  }

  /**
   * A secret of the app.
   *
   * Fails with `OwnSecretNameUnknown` for one whose name is known only at deployment.
   *
   * @param secret a secret with a literal `secretName` that begins with `<registryName>/<agentName>/`
   */
  public static of(secret: secretsmanager.ISecret): OwnSecret {
    if (secret?.node === undefined) {
      throw new InvalidInputError('WrongClass', `OwnSecret.of() takes a secret of the app, received ${shown(secret)}: use OwnSecret.named() for a name`);
    }
    const { name } = (secret.node.defaultChild ?? {}) as Partial<secretsmanager.CfnSecret>;
    const known = [secret.secretName, name].find((text) => text !== undefined && !Token.isUnresolved(text));
    if (known === undefined) {
      throw new InvalidInputError('OwnSecretNameUnknown', `${secret.node.path}: the secret's name is known only at deployment: give it a literal secretName`);
    }
    return new OwnSecret(known);
  }

  private constructor(
    /** Name of the secret. */
    public readonly secretName: string,
  ) {}
}

/** @throws InvalidInputError `OwnSecretElsewhere`, `OwnSecretNameInvalid`, and what `requireLiteral` fails with */
export function ownSecretNames(agent: IConstruct & { readonly agentName: string }, registryName: string, secrets: readonly OwnSecret[]): string[] {
  const names = secrets.map(({ secretName }) => secretName);
  const prefix = ownSecretPrefix(registryName, agent.agentName);
  for (const name of names) {
    if (!withPath(agent, () => requireLiteral('the name of an own secret', name)).startsWith(prefix)) {
      throw new InvalidInputError('OwnSecretElsewhere', `${agent.node.path}: secret ${shown(name)} can't be the agent's own: give it a literal name that begins with ${prefix}`);
    }
    if (!SECRET_NAME.test(name)) {
      throw new InvalidInputError('OwnSecretNameInvalid', `${agent.node.path}: Secrets Manager has no secret ${shown(name)}: use 1-512 of [A-Za-z0-9/_+=.@-]`);
    }
  }
  return names;
}
