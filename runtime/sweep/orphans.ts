import { ListRolesCommand, Role } from '@aws-sdk/client-iam';
import { Sweeper } from './sweep';
import { tellRegistry } from './tell';
import { METRICS } from '../../src/contract/metrics';
import { ORPHAN_ROLE_TYPE } from '../../src/contract/registry-events';
import { agentOfRole } from '../../src/contract/role-names';
import { OrphanRole, PlacementSummary } from '../ledger';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A page is compared in one transaction of the table, which reads two rows for each agent. */
const ROLES_A_PAGE = 50;

/** A role with an id, a name, an ARN and a date. */
interface ListedRole extends Pick<OrphanRole, 'roleId' | 'roleArn' | 'createdAt'> {
  readonly roleName: string;
  readonly path: string;
}

/**
 * Once a day, compares the roles under the registry's path with the ledger, page by page. A role that belongs to no agent is notified once, if a second check
 * at least an hour later still finds it. Roles younger than an hour are left out: their agents may be joining.
 */
export async function findOrphans(sweeper: Sweeper): Promise<void> {
  const { orphans, now, iam, registryPath: PathPrefix } = sweeper;
  const began = now();
  const due = await orphans.checkAt();
  if (due !== undefined && Date.parse(due) > began.getTime()) {
    return;
  }
  let open = false;
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListRolesCommand({ PathPrefix, Marker, MaxItems: ROLES_A_PAGE }));
    for (const role of await withoutAgent(sweeper, (page.Roles ?? []).flatMap(listed), began)) {
      open = !await recorded(sweeper, role, began) || open;
    }
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  await orphans.forgetOthers(began.toISOString());
  await orphans.setCheckAt(new Date(began.getTime() + (open ? HOUR_MS : DAY_MS)).toISOString());
}

function listed({ RoleId: roleId, RoleName: roleName, Path: path = '/', Arn: roleArn, CreateDate: created }: Role): ListedRole[] {
  return roleId === undefined || roleName === undefined || roleArn === undefined || created === undefined
    ? [] : [{ roleId, roleName, path, roleArn, createdAt: created.toISOString() }];
}

async function withoutAgent({ fleet, account, namePrefix, registryPath }: Sweeper, roles: readonly ListedRole[], now: Date): Promise<ListedRole[]> {
  const old = roles.filter(({ createdAt }) => Date.parse(createdAt) <= now.getTime() - HOUR_MS);
  const named = old.map(({ roleName, path }) => agentOfRole(namePrefix, registryPath, path, roleName));
  const names = [...new Set(named.flatMap((name) => name ?? []))];
  const rows = await fleet.rowsOf(names.map((agentName) => ({ account, agentName })));
  const ofName = new Map(names.map((name, index) => [name, rows[index]]));
  return old.filter(({ roleId }, index) => !isOf(named[index] === undefined ? undefined : ofName.get(named[index]), roleId));
}

/** A row of an earlier version doesn't list roles, so nothing is said of them. */
function isOf(row: PlacementSummary | undefined, roleId: string): boolean {
  return row !== undefined && (row.roleIds === undefined || row.roleIds.includes(roleId));
}

/** Returns whether the orphan was notified. The event is sent before that is recorded: a repetition sends it again with the same id. */
async function recorded(sweeper: Sweeper, { roleId, roleArn, createdAt }: ListedRole, now: Date): Promise<boolean> {
  const { orphans, count } = sweeper;
  const lookedAt = now.toISOString();
  const before: OrphanRole = await orphans.orphan(roleId) ?? { roleId, roleArn, createdAt, since: lookedAt };
  const isDue = before.toldAt === undefined && Date.parse(before.since) <= now.getTime() - HOUR_MS;
  if (isDue) {
    const data = { roleId, roleArn, createdAt, since: before.since, advice: ADVICE };
    await tellRegistry(sweeper, { type: ORPHAN_ROLE_TYPE, id: roleId, time: lookedAt, data });
    count(METRICS.orphanFound);
  }
  const after = isDue ? { ...before, toldAt: lookedAt } : before;
  await orphans.save(after, lookedAt, now);
  return after.toldAt !== undefined;
}

const ADVICE = 'the registry does not know this role: find out who created it, and delete it, or move it to another path';
