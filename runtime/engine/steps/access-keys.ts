import { createHash } from 'node:crypto';
import { DescribeSecretCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { USER_KEY_KINDS, USER_KEYS, UserKeyKind } from '../../../src/contract/access-keys';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { ownSecretPrefix, userPath } from '../../../src/contract/role-names';
import { InvalidInputError, RetryableError } from '../../../src/core/errors';
import { unlessGone } from '../../aws/principals/errors-of-iam';
import { claimOn } from '../../aws/wipers/users-of-agent';
import { AccessKeyRecord, changesBetween, DeclaredAccessKey, KeyDeed, nextDeed, recordAfter, SeenKey } from '../../model/access-keys';
import { PlacementState } from '../../model/placement-state';
import { Plan, PlannedEvent } from '../../model/plan';
import { instantAt } from '../agenda/instants';
import { Engine } from '../engine';
import { eventContext, PlannedRequest } from '../loaded-request';
import { USER_KEY_CALLS } from './user-keys';

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
      await record(key.userName, { stage: declared.stage, ...await tend(engine, state, key) });
    } catch (error) {
      // Each failure is an event. Without this, the next sweep would fail in the same way.
      const was = state.accessKeys?.[key.userName];
      await record(key.userName, { stage: declared.stage, ...was, nextAt: instantAt(engine.now().getTime() + AFTER_FAILURE_MS) });
      throw error;
    }
  }
  for (const userName of withdrawn) {
    if (await claimOn(engine, request.placement, userName) === 'own') {
      await deleteKeys(engine, userName, USER_KEY_KINDS);
    }
    await record(userName, undefined);
  }
  return state;
}

/** @throws InvalidInputError `AccessKeyForeign`; RetryableError `AccessKeysUnsettled` */
async function tend(engine: Engine, state: PlacementState, declared: DeclaredAccessKey): Promise<AccessKeyRecord> {
  const { placement: { agentName }, accessKeys: records = {}, declared: { stage } } = state;
  const { userName, secretName } = declared;
  const prefix = ownSecretPrefix(engine.registry, agentName);
  // The template says both names, and another agent may be behind them.
  if (!secretName.startsWith(prefix) || await claimOn(engine, { agentName }, userName) !== 'own') {
    throw new InvalidInputError('AccessKeyForeign',
      `the user ${userName} or the secret ${secretName} is not of agent ${agentName}: its users are under ${userPath(engine.registryPath, agentName)}, its secrets under ${prefix}; declare the key with accessKey() of the agent or AgentBedrockApiKey`);
  }
  const now = engine.now();
  // A key works without a session and from anywhere, so the key of a former stage would have what the agent may do in the present one.
  const isFormer = (records[userName]?.stage ?? stage) !== stage;
  if (isFormer) {
    await deleteKeys(engine, userName, [kindOf(declared)]);
  }
  const record = isFormer ? {} : records[userName] ?? {};
  const common = { declared, record, isHeld: isReduced(state, kindOf(declared)), propagationSeconds: engine.config.propagationWaitSeconds, now };
  let seen = isFormer ? [] : await look(engine, declared);
  for (let deeds = 0; deeds < MOST_DEEDS; deeds++) {
    const deed = nextDeed({ ...common, seen });
    if (deed === undefined) {
      return recordAfter({ ...common, seen });
    }
    engine.log.info(kindOf(declared), { agent: agentName, user: userName, does: deed.do, ...('key' in deed ? { key: deed.key.id } : {}) });
    seen = await perform(engine, declared, seen, deed);
  }
  throw new RetryableError('AccessKeysUnsettled', `the keys of the user ${userName} change again and again: look at who else changes them`);
}

/** What IAM and Secrets Manager have. The id of a secret's version is made of the id of its key, so the engine needs to read no secret. */
async function look({ iam, secrets }: Engine, declared: DeclaredAccessKey): Promise<SeenKey[]> {
  const [keys, { VersionIdsToStages: labels = {} }] = await Promise.all([
    USER_KEY_CALLS[kindOf(declared)].list(iam, declared.userName), secrets.send(new DescribeSecretCommand({ SecretId: declared.secretName })),
  ]);
  return keys.map((key) => ({ ...key, labels: labels[versionOf(key.id)] ?? [] }));
}

/** Returns the keys after the deed. IAM may list a new or a deleted key only after some seconds. */
async function perform(engine: Engine, declared: DeclaredAccessKey, seen: SeenKey[], deed: KeyDeed): Promise<SeenKey[]> {
  const { userName, secretName: SecretId } = declared;
  const kind = kindOf(declared);
  if (deed.do === 'make') {
    const { id, secret } = await USER_KEY_CALLS[kind].make(engine.iam, declared, engine.now());
    const { fields } = USER_KEYS[kind];
    // If the process dies before the next call ends, no version of the secret has the key: the next try deletes it.
    await engine.secrets.send(new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: versionOf(id),
      SecretString: JSON.stringify({ [fields.id]: id, [fields.secret]: secret }),
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
      await USER_KEY_CALLS[kind].setActive(engine.iam, userName, id, isActive);
      return replacing((key) => ({ ...key, isActive }));
    }
    case 'delete':
      await deleteKey(engine, kind, userName, deed.key);
      return seen.filter((key) => key.id !== id);
  }
}

function without(key: SeenKey, label: string): SeenKey {
  return { ...key, labels: key.labels.filter((one) => one !== label) };
}

/** All keys of these kinds. */
async function deleteKeys(engine: Engine, userName: string, kinds: readonly UserKeyKind[]): Promise<void> {
  for (const kind of kinds) {
    await Promise.all((await USER_KEY_CALLS[kind].list(engine.iam, userName)).map((key) => deleteKey(engine, kind, userName, key)));
  }
}

/** A deleted key works for some seconds longer than an inactive one. */
async function deleteKey({ iam }: Engine, kind: UserKeyKind, userName: string, { id, isExpired }: Pick<SeenKey, 'id' | 'isExpired'>): Promise<void> {
  if (!isExpired) {
    await unlessGone(() => USER_KEY_CALLS[kind].setActive(iam, userName, id, false));
  }
  await unlessGone(() => USER_KEY_CALLS[kind].delete(iam, userName, id));
}

function kindOf({ kind = 'access-key' }: DeclaredAccessKey): UserKeyKind {
  return kind;
}

/** A version's id has 32 to 64 characters. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function versionOf(keyId: string): string {
  return createHash('sha256').update(keyId).digest('hex');
}

/** Whether a review denies something that the user's policy allows. The Deny of a review is on the role only, so the key must not work until the code declares less. */
function isReduced({ declared, reduction }: PlacementState, kind: UserKeyKind): boolean {
  const denied = (reduction?.denied ?? []).map(({ action }) => action.toLowerCase()).filter((action) => kind === 'access-key' || /^bedrock(-mantle)?:/.test(action));
  const stages = (declared.access?.stages ?? []).filter(({ stage }) => [declared.stage, EVERY_STAGE].includes(stage));
  const allowed = stages.flatMap(({ grants }) => grants.filter(({ effect }) => effect === undefined).flatMap(({ actions }) => actions));
  const meets = (action: string, one: string): boolean => {
    const [service, name] = action.toLowerCase().split(':');
    return one.startsWith(`${service}:`) && (one.endsWith(':*') || one === `${service}:${name}` || name?.includes('*'));
  };
  return denied.length > 0 && (stages.some(({ omitted }) => omitted > 0) || allowed.some((action) => action === '*' || denied.some((one) => meets(action, one))));
}

function eventsOf(state: PlacementState, user: string, before: AccessKeyRecord, after: AccessKeyRecord): PlannedEvent[] {
  const { declared: { stage, accessKeys = [] }, present: roleId } = state;
  // Of a key that is declared no more, only the id says the kind.
  const kind = accessKeys.find(({ userName }) => userName === user)?.kind;
  return changesBetween(before, after).map(({ what, id }) => (
    { name: 'access-key-changed', stage, roleId, details: { change: what, ...(kind === undefined ? {} : { kind }), user, keyId: id }, key: `access-key-changed/${id}/${what}` }));
}
