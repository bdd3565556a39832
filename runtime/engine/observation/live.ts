import { GetAccessKeyLastUsedCommand, GetRoleCommand, IAMClient, ListAccessKeysCommand, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { RegistryNames } from '../../../src/contract/registry-names';
import { DEFAULT_TAG_PREFIX } from '../../../src/contract/tags';
import { attachedPolicies } from '../../aws/granted/attached-policies';
import { allPages } from '../../aws/iam-pages';
import { describePrincipal, TaggedContext } from '../../aws/principals';
import { readServiceUses } from '../../aws/usage/service-uses';
import { usersOf } from '../../aws/wipers/users-of-agent';
import { grantsIn, itemsOf, ShownItem } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { idleDaysOf } from '../agenda/idle';

/** A key of an IAM user that was made for the agent. */
export interface ShownKey {
  /** The service of a service-specific credential, such as `bedrock.amazonaws.com`. Absent for an access key. */
  readonly service?: string;
  readonly user: string;
  readonly key: string;
  readonly status: string;
  readonly createdAt?: string;
  /** When IAM ends it by its age. */
  readonly expiresAt?: string;
  /** Absent if IAM knows of no use, and for service-specific credentials, of which it says none. */
  readonly lastUsedAt?: string;
}

/** What an agent may do and does, by service, as IAM has it now. */
export interface LiveAccess {
  readonly items: readonly ShownItem[];
  /** Policies that could not be read, so what they allow is missing. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

/** A client that only reads, so that an operator can use it. */
interface LiveReader {
  readonly iam: IAMClient;
  readonly partition: string;
  readonly registry: string;
}

interface Looking {
  readonly now: Date;
  /** Waits, while IAM makes a report. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Compares what is declared with the policies of the present role and with IAM's report of use. Undefined if the role does not exist. */
export async function liveAccess(reader: LiveReader, state: PlacementState, { now, pause }: Looking): Promise<LiveAccess | undefined> {
  const { principals, present, declared, reduction } = state;
  // An operator reads an adopted role with the own rights, and not through the role that the engine has for it.
  const { reach: _reach, ...principal } = principals[present];
  const context = contextOf(reader, state);
  const described = await describePrincipal(context, principal);
  if (described === undefined) {
    return undefined;
  }
  const attached = await attachedPolicies(context, described.attached);
  const inline = Object.entries(described.inline).map(([name, document]) => ({ document, source: `inline policy ${name}` }));
  const { Role: role } = await reader.iam.send(new GetRoleCommand({ RoleName: principal.roleName }));
  const unread = [...attached.unread];
  const uses = await readServiceUses({
    ...context, pause, now: () => now, warn: (reason) => void unread.push({ what: 'IAM\'s report of use', reason }),
  }, principal, role?.CreateDate, idleDaysOf(state) ?? 0);
  const stages = declared.access?.stages ?? [];
  const items = itemsOf({
    declared: stages.filter(({ stage }) => stage === declared.stage || stage === EVERY_STAGE).flatMap(({ grants }) => grants),
    granted: grantsIn([...inline, ...attached.found]),
    uses,
    denied: reduction?.denied ?? [],
    peers: { agents: 0, having: new Map() },
    peerSharePercent: 0,
  });
  return { items, unread };
}

/** The access keys of users that were made for the agent, with their last use, and their credentials for single services. */
export async function liveKeys(reader: LiveReader, state: PlacementState): Promise<ShownKey[]> {
  const users = (await usersOf(contextOf(reader, state), state.placement)).filter(([, claim]) => claim === 'own').map(([user]) => user);
  const keys = await Promise.all(users.map((user) => accessKeysOf(reader, user)));
  const credentials = await Promise.all(users.map((user) => serviceCredentialsOf(reader, user)));
  return [...keys, ...credentials].flat();
}

async function accessKeysOf({ iam }: LiveReader, UserName: string): Promise<ShownKey[]> {
  const keys = await allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata);
  return Promise.all(keys.map(async ({ UserName: user = '', AccessKeyId: key = '', Status: status = '', CreateDate: created }) => {
    const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }));
    return {
      user,
      key,
      status,
      ...(created === undefined ? {} : { createdAt: created.toISOString() }),
      ...(used?.LastUsedDate === undefined ? {} : { lastUsedAt: used.LastUsedDate.toISOString() }),
    };
  }));
}

async function serviceCredentialsOf({ iam }: LiveReader, UserName: string): Promise<ShownKey[]> {
  const credentials = await allPages(
    (Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker })), (page) => page.ServiceSpecificCredentials);
  return credentials.map((one) => ({
    service: one.ServiceName ?? '',
    user: one.UserName ?? '',
    key: one.ServiceSpecificCredentialId ?? '',
    status: one.Status ?? '',
    ...(one.CreateDate === undefined ? {} : { createdAt: one.CreateDate.toISOString() }),
    ...(one.ExpirationDate === undefined ? {} : { expiresAt: one.ExpirationDate.toISOString() }),
  }));
}

/** A registry's path is that of its roles, without the stage. */
function contextOf({ iam, partition, registry }: LiveReader, { principals, present }: PlacementState): TaggedContext {
  const { path, stage, reach } = principals[present];
  const at = reach === undefined ? path.indexOf(`/${stage}/`) : -1;
  const registryPath = at === -1 ? new RegistryNames(registry).path : path.slice(0, at + 1);
  return { iam, partition, registry, registryPath, tagPrefix: DEFAULT_TAG_PREFIX };
}
