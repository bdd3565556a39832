import { aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
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
