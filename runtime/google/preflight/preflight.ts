import { NhiError, reasonOf } from '../../../src/core/errors';
import { GoogleApi, isGone } from '../api';
import { inParallel } from '../in-parallel';
import { holderOf, PolicyHolder } from '../policies';
import { TeardownInput } from '../teardown-input';

const AT_ONCE = 8;
/** Permissions on the account that the teardown and the enable program need. Google tests all of them on the project. */
const ON_PROJECT = [
  'iam.serviceAccounts.get', 'iam.serviceAccounts.disable', 'iam.serviceAccounts.enable', 'iam.serviceAccounts.update', 'iam.serviceAccountKeys.list',
  'iam.serviceAccountKeys.delete', 'storage.hmacKeys.list', 'storage.hmacKeys.get', 'storage.hmacKeys.update', 'storage.hmacKeys.delete',
];

/** Permissions that the program needs which writes the agent's events. */
const ON_BUCKET = ['storage.objects.create', 'storage.objects.get', 'storage.objects.list'];
const ON_TOPIC = ['pubsub.topics.publish'];

/**
 * Asks Google whether these credentials have the permissions for the agent's teardown and for its records. A resource that doesn't exist yet is skipped, because the same
 * apply may create it.
 *
 * @throws NhiError `TeardownUnable`, with all that is missing
 */
export async function requireAbleToTearDown(api: GoogleApi, input: TeardownInput): Promise<void> {
  const { agentName, stage, account, holders, ownSecrets, revokerSecrets, records, beyond } = input;
  const secrets = ownSecrets.map((name) => holderOf('secret', name));
  const missing = await Promise.all([
    missingOn(api, holderOf('project', `projects/${account.project}`), ON_PROJECT),
    ...await inParallel(holders, AT_ONCE, (holder) => missingToWrite(api, holder)),
    ...await inParallel(secrets, AT_ONCE, (secret) => missingOn(api, secret, ['secretmanager.secrets.delete'])),
    ...await inParallel(revokerSecrets, AT_ONCE, (name) => missingOn(api, holderOf('secret', name), ['secretmanager.versions.access'])),
    ...await inParallel(beyond?.wipedProjects ?? [], AT_ONCE, (project) => missingToWrite(api, holderOf('project', `projects/${project}`))),
    ...records === undefined ? [] : [missingOn(api, records.bucket, ON_BUCKET), missingOn(api, records.topic, ON_TOPIC)],
  ]);
  if (missing.flat().length > 0) {
    throw new NhiError('TeardownUnable', `${agentName} (${stage}) could join, but these credentials could not tear it down or record it, so nothing was made: `
      + `${missing.flat().join('; ')}. Give the identity that runs Terraform these permissions, then run the same apply again`);
  }
}

function missingToWrite(api: GoogleApi, holder: PolicyHolder): Promise<string[]> {
  return missingOn(api, holder, holder.writeNeeds);
}

async function missingOn(api: GoogleApi, holder: PolicyHolder, permissions: readonly string[]): Promise<string[]> {
  try {
    const granted = await holder.test(api, permissions);
    const missing = permissions.filter((permission) => !granted.includes(permission));
    // For most resources that don't exist, Google returns no permissions instead of an error.
    return missing.length === 0 || await isMissing(api, holder) ? [] : [`${missing.join(', ')} on ${holder.name}`];
  } catch (error) {
    return isGone(error) ? [] : [`${holder.name} can't be reached (${reasonOf(error)})`];
  }
}

async function isMissing(api: GoogleApi, holder: PolicyHolder): Promise<boolean> {
  try {
    await holder.read(api);
    return false;
  } catch (error) {
    return isGone(error);
  }
}
