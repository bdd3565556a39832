import { DeleteSecretCommand, DescribeSecretCommand, DescribeSecretCommandOutput, RemoveRegionsFromReplicationCommand } from '@aws-sdk/client-secrets-manager';
import { Wiper, WiperContext } from './wiper';
import { ownSecretPrefix } from '../../../src/contract/role-names';

/**
 * The agent's own secrets according to the ledger. They are deleted without a recovery window, because a secret that can be restored is not deleted.
 */
export const ownSecrets: Wiper = {
  name: 'own-secrets',
  ofAgent: true,
  source: 'the names of secrets in the ledger, under the name that is reserved for the agent',
  gaps: ['secrets in other regions, but for replicas'],
  needs: [{
    sid: 'OwnSecretsOfAgents',
    actions: ['secretsmanager:DescribeSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:RemoveRegionsFromReplication'],
    resources: ['arn:{partition}:secretsmanager:{region}:{account}:secret:{registry}/*'],
  }],
  async list(context, target) {
    const findings = [];
    for (const name of target.ownSecrets) {
      if (!name.startsWith(ownSecretPrefix(target.registry, target.agentName))) {
        findings.push({ wiper: 'own-secrets', kind: 'secret', id: `secret/${name}`, actedOn: false, note: `not under ${ownSecretPrefix(target.registry, target.agentName)}: left alone` });
      } else if (await describe(context, name) !== undefined) {
        findings.push({ wiper: 'own-secrets', kind: 'secret', id: `secret/${name}`, actedOn: true });
      }
    }
    return findings;
  },
  async wipe(context, _target, { id }) {
    const name = id.slice('secret/'.length);
    const secret = await describe(context, name);
    if (secret === undefined) {
      return;
    }
    // Replicas keep a secret from being deleted.
    const replicas = (secret.ReplicationStatus ?? []).flatMap(({ Region: region }) => region ?? []);
    if (replicas.length > 0) {
      await context.secrets.send(new RemoveRegionsFromReplicationCommand({ SecretId: name, RemoveReplicaRegions: replicas }));
    }
    await context.secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  },
};

async function describe(context: WiperContext, name: string): Promise<DescribeSecretCommandOutput | undefined> {
  try {
    return await context.secrets.send(new DescribeSecretCommand({ SecretId: name }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return undefined;
    }
    throw error;
  }
}
