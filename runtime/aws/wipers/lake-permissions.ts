import { createHash } from 'node:crypto';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { allItems } from '../../pages';

interface Permission {
  readonly Principal?: { readonly DataLakePrincipalIdentifier?: string };
  readonly Resource?: Record<string, unknown>;
  readonly Permissions?: string[];
  readonly PermissionsWithGrantOption?: string[];
  readonly Condition?: unknown;
}
interface Page { readonly PrincipalResourcePermissions?: Permission[]; readonly NextToken?: string }

/**
 * Permissions of AWS Lake Formation, which lists them by principal. The engine's role must be an administrator of the data lake to revoke them.
 * https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
 */
export const lakePermissions: Wiper = {
  name: 'lake-permissions',
  ofAgent: false,
  residue: ResidueKind.LAKE_FORMATION,
  source: 'permissions of AWS Lake Formation, which it lists by principal',
  gaps: ['catalogs of other accounts and regions', 'the lists of administrators of the data lake'],
  // Lake Formation can't restrict these to resources.
  needs: [{
    sid: 'RevokeLakePermissions', actions: ['lakeformation:ListPermissions', 'lakeformation:RevokePermissions'], resources: ['*'], of: ResidueKind.LAKE_FORMATION,
  }],
  async list(context, target) {
    return (await permissionsOf(context, target)).map((permission) => ({ wiper: 'lake-permissions', kind: 'lake-permission', id: idOf(permission), actedOn: true }));
  },
  async wipe(context, target, { id }) {
    const found = (await permissionsOf(context, target)).filter((one) => idOf(one) === id);
    for (const { Principal, Resource, Permissions, PermissionsWithGrantOption, Condition } of found) {
      await context.calls.rest('lakeformation', ['RevokePermissions'], { Principal, Resource, Permissions, PermissionsWithGrantOption, Condition });
    }
  },
};

async function permissionsOf({ calls }: WiperContext, { dead }: WipeTarget): Promise<Permission[]> {
  const found = await Promise.all(dead.filter(({ isArnTaken }) => !isArnTaken).map(({ roleArn: DataLakePrincipalIdentifier }) => allItems(
    async (NextToken) => await calls.rest('lakeformation', ['ListPermissions'], { Principal: { DataLakePrincipalIdentifier }, NextToken }) as Page,
    (page) => page.PrincipalResourcePermissions, (page) => page.NextToken)));
  return found.flat();
}

/** A permission has no id. What it is on tells it from the others. */
function idOf({ Principal, Resource = {}, Condition }: Permission): string {
  const text = canonicalJson(JSON.parse(JSON.stringify({ Principal, Resource, Condition })) as JsonValue);
  return `lake-permission/${Object.keys(Resource).join('+')}/${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
