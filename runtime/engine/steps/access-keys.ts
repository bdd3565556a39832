import { createHash } from 'node:crypto';
import {
  CreateAccessKeyCommand, DeleteAccessKeyCommand, GetAccessKeyLastUsedCommand, ListAccessKeysCommand, UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { ACCESS_KEY_FIELDS } from '../../../src/contract/access-keys';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { ownSecretPrefix, userPath } from '../../../src/contract/role-names';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';
import { allPages } from '../../aws/iam-pages';
import { unlessGone } from '../../aws/principals/errors-of-iam';
import { claimOn } from '../../aws/wipers/users-of-agent';
import { AccessKeyRecord, changesBetween, DeclaredAccessKey, KeyDeed, nextDeed, recordAfter, SeenKey } from '../../model/access-keys';
import { PlacementState } from '../../model/placement-state';
import { Plan, PlannedEvent } from '../../model/plan';
import { instantAt } from '../agenda/instants';
import { Engine } from '../engine';
import { eventContext, PlannedRequest } from '../loaded-request';

/** Transitions after which the agent's keys may have to change. */
const CHANGING: readonly Plan['transition'][] = ['join', 'update', 'move', 'undo-move', 'resume', 'review', 'reduce'];

/** How long the next sweep that tries it waits after a failure. */
const AFTER_FAILURE_MS = 86_400_000;

/** More than any situation of two keys needs. */
const MOST_DEEDS = 8;

/**
 * Brings the access keys of an agent to what its code declares and what is due: makes, rotates and deletes them. It comes after the state is recorded, so that a leave knows of the agent, and before
 * the response, so that CloudFormation can delete a user whose key is not declared any more.
 */
export async function settleKeys(engine: Engine, { plan, request }: PlannedRequest, before: PlacementState): Promise<PlacementState> {
  let state = before;
  const { declared, accessKeys: records = {}, status, suspension } = state;
  const isTouched = plan.rotates === true || CHANGING.includes(plan.transition);
  if (!isTouched || status !== 'active' || suspension !== undefined) {
    return state;
  }
  const keys = declared.accessKeys ?? [];
  const withdrawn = Object.keys(records).filter((userName) => !keys.some((key) => key.userName === userName));
  const record = async (userName: string, after: AccessKeyRecord | undefined): Promise<void> => {
    const { [userName]: was = {}, ...others } = state.accessKeys ?? {};
    const accessKeys = after === undefined ? others : { ...others, [userName]: after };
    const events = eventsOf(state, userName, was, after ?? {});
    const change = { accessKeys: Object.keys(accessKeys).length === 0 ? null : accessKeys };
    state = (await engine.ledger.commit(request.placement, state, change, events, eventContext(engine, request))).state;
  };
  for (const key of keys) {
    try {
      await record(key.userName, await tend(engine, state, key));
    } catch (error) {
      // Each failure is an event. Without this, the next sweep would fail in the same way.
      await record(key.userName, { ...state.accessKeys?.[key.userName], nextAt: instantAt(engine.now().getTime() + AFTER_FAILURE_MS) });
      throw error;
    }
  }
  for (const userName of withdrawn) {
    if (await claimOn(engine, request.placement, userName) === 'own') {
      await Promise.all((await keysOf(engine, userName)).map(({ AccessKeyId: id = '' }) => deleteKey(engine, userName, id)));
    }
    await record(userName, undefined);
  }
  return state;
}

/** @throws InvalidInputError `AccessKeyForeign`; RetryableError `AccessKeysUnsettled` */
async function tend(engine: Engine, state: PlacementState, declared: DeclaredAccessKey): Promise<AccessKeyRecord> {
  const { placement: { agentName }, accessKeys: records = {} } = state;
  const { userName, secretName } = declared;
  const prefix = ownSecretPrefix(engine.registry, agentName);
  // The template says both names, and another agent may be behind them.
  if (!secretName.startsWith(prefix) || await claimOn(engine, { agentName }, userName) !== 'own') {
    throw new InvalidInputError('AccessKeyForeign',
      `the user ${userName} or the secret ${secretName} is not of agent ${agentName}: its users are under ${userPath(engine.registryPath, agentName)}, its secrets under ${prefix}; declare the key with accessKey() of the agent`);
  }
  const now = engine.now();
  const record = records[userName] ?? {};
  const common = { declared, record, isHeld: isReduced(state), propagationSeconds: engine.config.propagationWaitSeconds, now };
  let seen = await look(engine, declared);
  for (let deeds = 0; deeds < MOST_DEEDS; deeds++) {
    const deed = nextDeed({ ...common, seen });
    if (deed === undefined) {
      return recordAfter({ ...common, seen });
    }
    engine.log.info('access key', { agent: agentName, user: userName, does: deed.do, ...('key' in deed ? { key: deed.key.id } : {}) });
    seen = await perform(engine, declared, seen, deed);
  }
  throw new RetryableError('AccessKeysUnsettled', `the keys of the user ${userName} change again and again: look at who else changes them`);
}

/** What IAM and Secrets Manager have. The id of a secret's version is made of the id of its key, so the engine needs to read no secret. */
async function look(engine: Engine, { userName, secretName }: DeclaredAccessKey): Promise<SeenKey[]> {
  const [keys, { VersionIdsToStages: labels = {} }] = await Promise.all([
    keysOf(engine, userName), engine.secrets.send(new DescribeSecretCommand({ SecretId: secretName })),
  ]);
  return Promise.all(keys.map(async ({ AccessKeyId: id = '', Status: status, CreateDate: created }) => {
    const { AccessKeyLastUsed: used } = await engine.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    return {
      id,
      isActive: status === 'Active',
      createdAt: created?.getTime() ?? 0,
      labels: labels[versionOf(id)] ?? [],
      ...(used?.LastUsedDate === undefined ? {} : { lastUsedAt: used.LastUsedDate.getTime() }),
    };
  }));
}

/** Returns the keys after the deed. IAM may list a new or a deleted key only after some seconds. */
async function perform(
  engine: Engine, { userName: UserName, secretName: SecretId }: DeclaredAccessKey, seen: SeenKey[], deed: KeyDeed,
): Promise<SeenKey[]> {
  if (deed.do === 'make') {
    const { AccessKey: made } = await engine.iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: id = '', SecretAccessKey: secret = '' } = made ?? {};
    // If the process dies before the next call ends, no version of the secret has the key: the next try deletes it.
    await engine.secrets.send(new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: versionOf(id),
      SecretString: JSON.stringify({ [ACCESS_KEY_FIELDS.id]: id, [ACCESS_KEY_FIELDS.secret]: secret }),
      VersionStages: [deed.label],
    }));
    const others = deed.label === 'AWSCURRENT' ? seen.map((key) => without(key, 'AWSPREVIOUS')) : seen;
    return [...others, { id, isActive: true, createdAt: engine.now().getTime(), labels: [deed.label] }];
  }
  const { id } = deed.key;
  const replacing = (change: (key: SeenKey) => SeenKey): SeenKey[] => seen.map((key) => (key.id === id ? change(key) : key));
  switch (deed.do) {
    case 'publish': {
      const { VersionIdsToStages: labels = {} } = await engine.secrets.send(new DescribeSecretCommand({ SecretId }));
      const from = Object.keys(labels).find((version) => labels[version].includes('AWSCURRENT'));
      await engine.secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: versionOf(id), RemoveFromVersionId: from }));
      return seen.map((key) => {
        const others = without(key, 'AWSPREVIOUS');
        return key.id === id ? { ...others, labels: ['AWSCURRENT'] } : versionOf(key.id) === from ? { ...others, labels: ['AWSPREVIOUS'] } : others;
      });
    }
    case 'activate':
    case 'deactivate': {
      const isActive = deed.do === 'activate';
      await engine.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status: isActive ? 'Active' : 'Inactive' }));
      return replacing((key) => ({ ...key, isActive }));
    }
    case 'delete':
      await deleteKey(engine, UserName, id);
      return seen.filter((key) => key.id !== id);
  }
}

function without(key: SeenKey, label: string): SeenKey {
  return { ...key, labels: key.labels.filter((one) => one !== label) };
}

function keysOf({ iam }: Engine, UserName: string) {
  return allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata);
}

/** A deleted key works for some seconds longer than an inactive one. */
async function deleteKey({ iam }: Engine, UserName: string, AccessKeyId: string): Promise<void> {
  await unlessGone(() => iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })));
  await unlessGone(() => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
}

/** A version's id has 32 to 64 characters. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function versionOf(keyId: string): string {
  return createHash('sha256').update(keyId).digest('hex');
}

/** Whether a review denies something that the user's policy allows. The Deny of a review is on the role only, so the key must not work until the code declares less. */
function isReduced({ declared, reduction }: PlacementState): boolean {
  const denied = (reduction?.denied ?? []).map(({ action }) => action.toLowerCase());
  const stages = (declared.access?.stages ?? []).filter(({ stage }) => [declared.stage, EVERY_STAGE].includes(stage));
  const allowed = stages.flatMap(({ grants }) => grants.filter(({ effect }) => effect === undefined).flatMap(({ actions }) => actions));
  const meets = (action: string, one: string): boolean => {
    const [service, name] = action.toLowerCase().split(':');
    return one.startsWith(`${service}:`) && (one.endsWith(':*') || one === `${service}:${name}` || name?.includes('*'));
  };
  return denied.length > 0 && (stages.some(({ omitted }) => omitted > 0) || allowed.some((action) => action === '*' || denied.some((one) => meets(action, one))));
}

function eventsOf(state: PlacementState, user: string, before: AccessKeyRecord, after: AccessKeyRecord): PlannedEvent[] {
  const { declared: { stage }, present: roleId } = state;
  return changesBetween(before, after).map(({ what, id }) => (
    { name: 'access-key-changed', stage, roleId, details: { change: what, user, keyId: id }, key: `access-key-changed/${id}/${what}` }));
}
