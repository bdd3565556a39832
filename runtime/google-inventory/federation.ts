import { at, Grant, list, text } from './facts';
import { Pool } from './members';
import { NEEDS } from './permissions';
import { CustomRoles } from './power';
import { Reading } from './reading';
import { allPages } from '../google/api';
import { inParallel } from '../google/in-parallel';

const CALLS_AT_ONCE = 8;
const POOL = /^principal(?:Set)?:\/\/iam\.googleapis\.com\/(projects\/([a-z0-9:.-]+)\/locations\/global\/workloadIdentityPools\/([a-z0-9-]+))\//;
const ROLE = /^(projects\/[a-z0-9:.-]+|organizations\/\d+)\/roles\/[A-Za-z0-9_.]+$/;

/** What the providers of the pools accept that the grants name: a call for each pool. */
export async function poolsOf(reading: Reading, grants: readonly Grant[]): Promise<Map<string, Pool>> {
  const names = new Map(grants.flatMap(({ members }) => members.flatMap((member) => {
    const [, name, project] = POOL.exec(member) ?? [];
    return name === undefined ? [] : [[name, project] as const];
  })));
  const pools = await inParallel([...names], CALLS_AT_ONCE, async ([name, account]) => {
    const providers = await reading.attempt({ account, service: `providers of workload identity pool ${name.split('/').at(-1)}`, api: 'iam', permissions: NEEDS.providers }, () => (
      allPages(reading.api, { service: 'iam', method: 'GET', path: `/v1/${name}/providers`, query: { pageSize: '100' } },
        ({ workloadIdentityPoolProviders: its }: { workloadIdentityPoolProviders?: unknown[]; nextPageToken?: string }) => its)));
    const enabled = (providers ?? []).filter((provider) => at(provider, 'disabled') !== true && text(at(provider, 'state')) !== 'DELETED');
    return providers === undefined ? [] : [[name, {
      issuers: [...new Set(enabled.map(issuerOf))], hasConditions: enabled.length > 0 && enabled.every((provider) => text(at(provider, 'attributeCondition')) !== ''),
    }] as const];
  });
  return new Map(pools.flat());
}

function issuerOf(provider: unknown): string {
  const issuer = text(at(provider, 'oidc', 'issuerUri')).replace(/^https:\/\//, '');
  const aws = text(at(provider, 'aws', 'accountId'));
  return issuer !== '' ? issuer : aws !== '' ? `AWS account ${aws}` : at(provider, 'x509') === undefined ? 'a SAML provider' : 'certificates';
}

/** Permissions of the custom roles that accounts have, or that let others act as accounts: a call for each role. */
export async function customRolesOf(reading: Reading, grants: readonly Grant[]): Promise<CustomRoles> {
  const names = [...new Set(grants.map(({ role }) => role))].filter((role) => ROLE.test(role));
  const roles = await inParallel(names, CALLS_AT_ONCE, async (name) => {
    const role = await reading.attempt({ account: name.split('/')[1], service: `custom role ${name.split('/').at(-1)}`, api: 'iam', permissions: NEEDS.roles }, () => (
      reading.api.call({ service: 'iam', method: 'GET', path: `/v1/${name}` })));
    return role === undefined ? [] : [[name, list(at(role, 'includedPermissions')).map(text)] as const];
  });
  return new Map(roles.flat());
}
