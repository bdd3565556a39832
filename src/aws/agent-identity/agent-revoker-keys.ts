import { Annotations, aws_iam as iam, aws_kms as kms, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { installationOwner, RS256_OF_KMS } from '../../contract/app-keys';
import { InvalidInputError } from '../../core/errors';
import { RevokerFacts } from '../../revokers/revoker-props';
import { appKeyFactsOf } from '../lifecycle-registry/app-key-facts';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** Who asks the registry to sign, with which principal. */
interface Signing {
  readonly agent: Construct;
  readonly agentName: string;
  readonly registry: ILifecycleRegistry;
  readonly role: iam.ArnPrincipal;
}

/**
 * Lets the registry's function for revokers sign with a key of a GitHub App. A key of the same app that does not list the installation as the agent's is refused here; the function checks it of every key.
 *
 * @throws InvalidInputError `RevokerKeyElsewhere`, `RevokerKeyForeign`
 */
export function letSign({ agent, agentName, registry, role }: Signing, { id, settings }: RevokerFacts, key: kms.IKey): void {
  const { names, place } = factsOf(registry);
  const fail = (code: string, what: string) => new InvalidInputError(code, `${agent.node.path}: the key of revoker ${id} ${what}`);
  const { account, region } = key.env;
  if (isOther(account, place.account) || isOther(region, place.region)) {
    throw fail('RevokerKeyElsewhere', `is in ${account} ${region}, and the registry in ${place.account} ${place.region}: import the private key into a key there`);
  }
  const facts = appKeyFactsOf(key);
  if (facts === undefined) {
    letSignBy(agent, registry, role, id, key);
    return;
  }
  const { use: { githubApp, hosts, installations } } = facts;
  const installationId = String(settings.installationId);
  const owner = installationOwner(names.registryName, agentName);
  if (githubApp !== settings.clientId || installations[installationId] !== owner) {
    throw fail('RevokerKeyForeign', `is a GitHubAppKey of the app ${githubApp} that does not list installation ${installationId} of the app ${String(settings.clientId)} as that of ${owner}: add it to its installations, or use the key of that app`);
  }
  const { host } = new URL(String(settings.apiUrl));
  if (!hosts.split(' ').includes(host)) {
    throw fail('RevokerKeyForeign', `is a GitHubAppKey that signs for ${hosts} and not for ${host}: add it to its apiHosts`);
  }
}

function letSignBy(agent: Construct, registry: ILifecycleRegistry, role: iam.ArnPrincipal, id: string, key: kms.IKey): void {
  const added = [
    new iam.PolicyStatement({ principals: [role], actions: ['kms:DescribeKey'], resources: ['*'] }),
    new iam.PolicyStatement({ principals: [role], actions: ['kms:Sign'], resources: ['*'], conditions: { StringEquals: { 'kms:SigningAlgorithm': RS256_OF_KMS } } }),
  ].map((statement) => key.addToResourcePolicy(statement, true));
  if (!added.every(({ statementAdded }) => statementAdded)) {
    Annotations.of(agent).addWarningV2(`cdk-nhi-lifecycle:RevokerKeyNotGranted:${id}`,
      `this app can't change the policy of the key of revoker ${id}: let ${role.arn} call kms:DescribeKey and kms:Sign in that policy, and list the installation in the key's description`);
  }
  // KMS accepts only principals that exist.
  const [{ policyDependable }] = added;
  if (policyDependable instanceof Construct && Stack.of(policyDependable) === Stack.of(registry)) {
    policyDependable.node.addDependency(registry);
  }
}

function isOther(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
