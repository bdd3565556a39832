import { Annotations, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { letSign } from './agent-revoker-keys';
import { MOST_REVOKERS, RevokerProperties } from '../../contract/revokers';
import { InvalidInputError } from '../../core/errors';
import { MonthlyCost } from '../../core/monthly-cost';
import { Revoker } from '../../revokers/revoker';
import { RevokerFacts } from '../../revokers/revoker-props';
import { clusterKey } from '../lifecycle-registry/cluster-key';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** `grantInvoke()` names a permission after its principal's text. An ARN of another stack would be a placeholder in it, whose number changes with the app. */
class RevokerPrincipal extends iam.ArnPrincipal {
  constructor(arn: string, private readonly roleName: string) {
    super(arn);
  }

  public override toString(): string {
    return this.roleName;
  }
}

/** An agent's construct. */
export interface NamedAgent extends Construct {
  readonly agentName: string;
}

/**
 * Checks all revokers of an agent.
 *
 * @throws InvalidInputError `RevokerTwice`, `RevokersTooMany`, `RevokerUnsupported`, `RevokerUnannounced`, `DatabaseNotOfRegistry`
 */
export function checkRevokers(agent: Construct, registry: ILifecycleRegistry, revokers: readonly Revoker[]): void {
  const all = revokers.map(({ _facts }) => _facts);
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw new InvalidInputError('RevokerTwice', `${agent.node.path}: two revokers have the id ${twice.id}: give each an id of its own`);
  }
  if (all.length > MOST_REVOKERS) {
    throw new InvalidInputError('RevokersTooMany', `${agent.node.path}: ${all.length} revokers, at most ${MOST_REVOKERS} are allowed: revoke several by one function (Revoker.lambda())`);
  }
  const ofGoogle = all.find(({ googleSecret }) => googleSecret !== undefined);
  if (ofGoogle !== undefined) {
    throw new InvalidInputError('RevokerUnsupported', `${agent.node.path}: the revoker ${ofGoogle.id} has a secret of Google, which an agent on AWS can't use: give it \`secret\`, a secret of Secrets Manager of AWS`);
  }
  const { notifiesPeople, databases } = factsOf(registry);
  const asksPeople = all.find(({ kind }) => kind === 'human');
  if (asksPeople !== undefined && notifiesPeople === false) {
    throw new InvalidInputError('RevokerUnannounced', `${agent.node.path}: the revoker ${asksPeople.id} is revoked by people, and the registry notifies nobody: give the registry \`notifications\`, such as Notifications.mail()`);
  }
  const cluster = all.flatMap(({ clusters = [] }) => clusters).find((one) => databases?.includes(clusterKey(one)) === false);
  if (cluster !== undefined) {
    throw new InvalidInputError('DatabaseNotOfRegistry', `${agent.node.path}: the registry ${registry.registryName} may run no statement on ${cluster.node.path}, so it could not drop the user: add the cluster to \`databases\` of the registry`);
  }
}

/**
 * The revokers as properties. The registry's function for revokers gets to read their secrets, to invoke their functions and to sign with their keys, by the policies of these.
 *
 * @throws InvalidInputError as `checkRevokers`, `RevokerKeyElsewhere`, `RevokerKeyForeign`
 */
export function revokerProperties(agent: NamedAgent, registry: ILifecycleRegistry, revokers: readonly Revoker[]): RevokerProperties[] {
  checkRevokers(agent, registry, revokers);
  const { names, place } = factsOf(registry);
  const all = revokers.map(({ _facts }) => _facts);
  const role = new RevokerPrincipal(names.roleArn(place, names.revokerRole), names.revokerRole);
  for (const facts of all) {
    const { id, secrets, functions, keys } = facts;
    secrets.forEach((secret) => letRead(agent, registry, role, id, secret));
    functions.forEach((handler) => letInvoke(agent, role, id, handler));
    keys.forEach((key) => letSign({ agent, agentName: agent.agentName, registry, role }, facts, key));
  }
  return all.map(propertiesOf);
}

function propertiesOf({ id, kind, settings, monthlyCost, onSuspend }: RevokerFacts): RevokerProperties {
  return {
    Id: id,
    Kind: kind,
    Settings: settings,
    ...costProperties(monthlyCost),
    ...(onSuspend ? { OnSuspend: 'true' } : {}),
  };
}

function costProperties({ amount, currency, tagKey: Key, tagValue: Value }: Partial<MonthlyCost> = {}): Pick<RevokerProperties, 'MonthlyCost' | 'Currency' | 'CostTag'> {
  return {
    ...(amount === undefined ? {} : { MonthlyCost: String(amount), Currency: currency }),
    ...(Key === undefined || Value === undefined ? {} : { CostTag: { Key, Value } }),
  };
}

function letRead(agent: Construct, registry: ILifecycleRegistry, role: iam.ArnPrincipal, id: string, secret: secretsmanager.ISecret): void {
  const { names } = factsOf(registry);
  const isReserved = secret.secretName.startsWith(names.revokerSecrets);
  const { statementAdded, policyDependable } = isReserved ? { statementAdded: true, policyDependable: undefined }
    : secret.addToResourcePolicy(new iam.PolicyStatement({ principals: [role], actions: ['secretsmanager:GetSecretValue'], resources: ['*'] }));
  if (!statementAdded) {
    Annotations.of(agent).addWarningV2(`cdk-nhi-lifecycle:RevokerSecretNotGranted:${id}`,
      `this app can't change the policy of the secret of revoker ${id}: let ${role.arn} call secretsmanager:GetSecretValue in that policy, or name the secret ${names.revokerSecrets}<name>`);
  }
  // Secrets Manager accepts only principals that exist.
  if (policyDependable instanceof Construct && Stack.of(policyDependable) === Stack.of(registry)) {
    policyDependable.node.addDependency(registry);
  }
  secret.encryptionKey?.grantDecrypt(new kms.ViaServicePrincipal(`secretsmanager.${Stack.of(secret).region}.amazonaws.com`, role));
  if (!isReserved && Stack.of(secret) === Stack.of(agent) && secret.node.defaultChild !== undefined) {
    Annotations.of(agent).addWarningV2(`cdk-nhi-lifecycle:RevokerSecretLeaves:${id}`,
      `the secret of revoker ${id} is in the agent's own stack and is deleted with it: what is still open after the leave could not be tried again; create it in another stack`);
  }
}

function letInvoke(agent: Construct, role: iam.ArnPrincipal, id: string, handler: lambda.IFunction): void {
  if (!handler.grantInvoke(role).success) {
    Annotations.of(agent).addWarningV2(`cdk-nhi-lifecycle:RevokerFunctionNotGranted:${id}`,
      `this app can't change the policy of the function of revoker ${id}: let ${role.arn} invoke it in that policy`);
  }
}
