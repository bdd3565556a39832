import { GetAccountAuthorizationDetailsCommand } from '@aws-sdk/client-iam';
import { AgentRow, DefinedPolicy, Definition } from './model';
import { InvalidInputError } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { InventorySource, readingPolicy } from '../inventory';
import { Entities, entitiesOf, Holder, merged, Policy } from '../inventory/entities';
import { allItems } from '../pages';

const PAGE = 1_000;

/**
 * Reads the identities that get roles of their own, by ARN: who may assume them, and what they may do. One listing an account.
 *
 * @throws InvalidInputError `AccountNotReadable`, `IdentityMissing`, and the codes of the connection
 */
export async function definitionsOf(
  agents: readonly AgentRow[], source: InventorySource, roleName: string | undefined,
): Promise<ReadonlyMap<string, Definition>> {
  const found = new Map<string, Definition>();
  for (const account of new Set(agents.map((agent) => agent.account))) {
    const entities = await entitiesIn(await sourceIn(account, source, roleName));
    const wanted = new Set(agents.map(({ arn }) => arn));
    entities.roles.filter(({ arn }) => wanted.has(arn)).forEach((role) => found.set(role.arn, { trust: role.trust, ...heldBy(role, [], entities) }));
    entities.users.filter(({ arn }) => wanted.has(arn)).forEach((user) => found.set(user.arn, heldBy(user, user.groups, entities)));
  }
  const missing = agents.filter(({ arn }) => !found.has(arn)).map(({ arn }) => shown(arn));
  if (missing.length > 0) {
    throw new InvalidInputError('IdentityMissing', `IAM has no ${missing.join(', ')}: take a new inventory, or write leave in the column how`);
  }
  return found;
}

async function sourceIn(account: string, source: InventorySource, roleName: string | undefined): Promise<InventorySource> {
  if (account === source.account) {
    return source;
  }
  if (roleName === undefined) {
    throw new InvalidInputError('AccountNotReadable',
      `rows with the way migrate are of account ${account}, and the credentials are of ${source.account}: give --role-name with a role of that account, or split the table`);
  }
  return source.assume(account, roleName, readingPolicy({}));
}

async function entitiesIn({ iam }: InventorySource): Promise<Entities> {
  return merged(await allItems(
    async (Marker) => iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: PAGE, Marker })),
    (page) => [entitiesOf(page)],
    ({ IsTruncated: isTruncated, Marker: marker }) => (isTruncated === true ? marker : undefined),
  ));
}

function heldBy(holder: Holder, memberOf: readonly string[], { groups, policies }: Entities): Definition {
  const holders = [holder, ...groups.filter(({ name }) => memberOf.includes(name))];
  const attached = [...new Set(holders.flatMap((one) => one.attached))];
  return {
    policies: [
      ...holders.flatMap(({ inline }) => inline.map(({ name, document }: Policy): DefinedPolicy => ({ name, document }))),
      ...attached.map((arn): DefinedPolicy => ({ name: arn.split('/').at(-1)!, arn, ...(policies[arn] === undefined ? {} : { document: policies[arn] }) })),
    ],
    ...(holder.boundary === undefined ? {} : { boundary: holder.boundary }),
  };
}
