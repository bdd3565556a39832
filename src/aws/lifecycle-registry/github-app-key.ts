import { aws_iam as iam, aws_kms as kms, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { setAppKeyFacts } from './app-key-facts';
import { ILifecycleRegistry } from './lifecycle-registry-ref';
import { factsOf } from './registry-facts';
import { AppKeyUse, installationOwner, LONGEST_KEY_DESCRIPTION, RS256_OF_KMS } from '../../contract/app-keys';
import { InvalidInputError } from '../../core/errors';
import { AGENT_NAME } from '../../core/name-forms';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { clientIdOf, installationIdOf } from '../../revokers/kinds/github-app';
import { acknowledge } from '../findings/acknowledge';

/** Properties of a key for a GitHub App. */
export interface GitHubAppKeyProps {
  /** The registry whose function for revokers may sign. The key must be in its account and region. */
  readonly registry: ILifecycleRegistry;

  /** Client id of the app, such as `Iv23liAbCdEf0123`. */
  readonly clientId: string;

  /** Whose each installation is: the name of the agent by the id of the installation. The registry signs for no other installation, and for each only when its agent is suspended, resumed or leaves. */
  readonly installations: { readonly [installationId: string]: string };

  /**
   * Hosts of GitHub's REST API to which a token that the key signs may be sent, with the port if it is not 443.
   *
   * @default ['api.github.com']
   */
  readonly apiHosts?: string[];
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * A key of KMS for a private key of a GitHub App, with which the registry deletes and suspends installations of agents (`Revoker.githubApp()`). The template has no private key: you generate one at GitHub for this
 * purpose alone, import it into the key, and delete the file. After that nobody can read it, and CloudTrail records each signature.
 *
 * Only the registry's function for revokers may sign, only with RS256, and only for the installations that are listed here: the list is the key's description. An app may have several private keys, so what else
 * acts as the app has another one. The key outlives its stack.
 *
 * Cost, by list prices: 1 USD a month, and 0.03 USD for 10,000 signatures.
 *
 * Fails with `AppKeyInvalid`, `RevokerInvalid` or `LiteralRequired`.
 */
export class GitHubAppKey extends Construct {
  /** The key, for `Revoker.githubApp()`. Until the private key is imported, nothing can be signed and revocations stay open. */
  public readonly key: kms.IKey;

  constructor(scope: Construct, id: string, props: GitHubAppKeyProps) {
    super(scope, id);
    const { registry } = props;
    const { names, place } = factsOf(registry);
    const use = withPath(this, () => useOf(names.registryName, props));
    const signer = names.roleArn(place, names.revokerRole);
    const key = new kms.CfnKey(this, 'Resource', {
      description: JSON.stringify(use),
      // What GitHub generates.
      keySpec: kms.KeySpec.RSA_2048,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      origin: 'EXTERNAL',
      keyPolicy: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ sid: 'AccountAdministers', principals: [new iam.AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] }),
          new iam.PolicyStatement({ sid: 'RegistryReadsUse', principals: [new iam.ArnPrincipal(signer)], actions: ['kms:DescribeKey'], resources: ['*'] }),
          new iam.PolicyStatement({
            sid: 'RegistrySigns', principals: [new iam.ArnPrincipal(signer)], actions: ['kms:Sign'], resources: ['*'], conditions: { StringEquals: { 'kms:SigningAlgorithm': RS256_OF_KMS } },
          }),
          denied('OnlyTheRegistrySigns', ['kms:Sign'], { ArnNotEquals: { 'aws:PrincipalArn': signer } }),
          // A grant would let another one sign, with the key's own right to delegate.
          denied('NoGrants', ['kms:CreateGrant'], {}),
          denied('NoAgents', ['kms:*'], { ArnLike: { 'aws:PrincipalArn': [`arn:${place.partition}:iam::${place.account}:role${names.path}*`] } }),
        ],
      }),
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(key, { checkov: { CKV_AWS_7: 'KMS does not rotate asymmetric keys' } });
    // KMS accepts only principals that exist.
    key.node.addDependency(registry);
    this.key = kms.Key.fromKeyArn(this, 'Key', key.attrArn);
    setAppKeyFacts(this.key, { use });
  }
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts fail with */
function useOf(registry: string, { clientId, installations, apiHosts = ['api.github.com'] }: GitHubAppKeyProps): AppKeyUse {
  if (!Array.isArray(apiHosts) || apiHosts.length === 0 || !apiHosts.every((host) => typeof host === 'string' && HOST.test(host))) {
    throw invalid(`apiHosts ${shown(apiHosts)}`, 'hosts in lower case, such as api.github.com or api.acme.ghe.com');
  }
  const owners = Object.entries(installations ?? {}).map(([id, agentName]) => {
    if (typeof agentName !== 'string' || !AGENT_NAME.test(agentName)) {
      throw invalid(`the agent ${shown(agentName)} of installation ${shown(id)}`, 'the agentName of an agent of the registry');
    }
    return [installationIdOf(id), installationOwner(registry, agentName)] as const;
  });
  if (owners.length === 0) {
    throw invalid('a key without installations', 'installations: { \'12345678\': \'invoice-bot\' }');
  }
  const use: AppKeyUse = { githubApp: clientIdOf(clientId), hosts: apiHosts.join(' '), installations: Object.fromEntries(owners) };
  if (JSON.stringify(use).length > LONGEST_KEY_DESCRIPTION) {
    throw invalid(`a key with ${owners.length} installations, whose description is longer than ${LONGEST_KEY_DESCRIPTION} characters,`, 'another GitHubAppKey, with another private key of the app, for some of them');
  }
  return use;
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('AppKeyInvalid', `${what} is not allowed: use ${allowed}`);
}

function denied(sid: string, actions: string[], conditions: Record<string, unknown>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, resources: ['*'], conditions });
}
