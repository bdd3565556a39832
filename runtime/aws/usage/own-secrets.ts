import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { UsageSource } from './source';
import { verdictOn } from '../../model/usage';
import { unlessMissing } from '../cuts';
import { ownSecrets } from '../wipers/own-secrets';

const DAY_MS = 86_400_000;

/**
 * The last access of each of the agent's own secrets, in the registry's region. AWS says only the day, so a secret counts as accessed until the end of that day. An
 * access by anyone else, such as a rotation, counts too: then an agent is taken for used and not for unused.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export const ownSecretsLastAccessed: UsageSource = {
  name: 'own secrets last accessed',
  needs: ownSecrets.needs,
  async read({ secrets }, { ownSecrets: names, idleDays }, now) {
    if (names.length === 0) {
      return { verdict: 'unused', evidence: 'the agent has no secrets of its own' };
    }
    const accesses = await Promise.all(names.map((SecretId) => unlessMissing(async () => (
      (await secrets.send(new DescribeSecretCommand({ SecretId }))).LastAccessedDate))));
    return verdictOn(accesses.map((day) => day === undefined ? undefined : new Date(day.getTime() + DAY_MS - 1)), idleDays, now);
  },
};
