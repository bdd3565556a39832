import { ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { RegistryNames } from '../../../src/contract/registry-names';
import { Placement } from '../../../src/core/lifecycle-event';
import { PageText, SourceName } from '../../model/campaign';
import { isAdopted, PlacementState } from '../../model/placement-state';
import { Connection } from '../connection';

/** Where the next page of a source begins. */
type Cursor = unknown;

interface ReadPage {
  readonly items: readonly unknown[];
  readonly requestId: string;
  readonly next?: Cursor;
}

interface SourceOf {
  readonly source: SourceName;
  readonly call: string;
  readonly read: (after: Cursor) => Promise<ReadPage>;
}

/** What a page holds: few enough that what is read of its agents fits into memory, and that a part of a package is a small object. */
const ROWS_A_PAGE = 200;
/** The most that IAM returns. */
const PRINCIPALS_A_PAGE = 1_000;

/**
 * The sources of a population, in the order in which they are read. An agent that leaves in between is in both of the ledger's. One that joins in between may be in none, and its
 * role is younger than an hour then.
 */
export function sourcesOf({ iam, ledger: { fleet } }: Pick<Connection, 'iam' | 'ledger'>, PathPrefix: string): SourceOf[] {
  const rows = (which: 'living' | 'left') => async (after: Cursor): Promise<ReadPage> => {
    const { items, last, requestId } = await fleet.rawPage(which, ROWS_A_PAGE, after as never);
    return { items, requestId, ...(last === undefined ? {} : { next: last }) };
  };
  return [
    { source: 'ledger-living', call: 'dynamodb:Query of the living agents, strongly consistent', read: rows('living') },
    { source: 'ledger-left', call: 'dynamodb:Query of the departed agents, strongly consistent', read: rows('left') },
    {
      source: 'iam-roles',
      call: `iam:ListRoles with PathPrefix ${PathPrefix}`,
      read: async (after) => {
        const page = await iam.send(new ListRolesCommand({ PathPrefix, MaxItems: PRINCIPALS_A_PAGE, Marker: after as string | undefined }));
        return listed(page.Roles, page);
      },
    },
    {
      source: 'iam-users',
      call: `iam:ListUsers with PathPrefix ${PathPrefix}`,
      read: async (after) => {
        const page = await iam.send(new ListUsersCommand({ PathPrefix, MaxItems: PRINCIPALS_A_PAGE, Marker: after as string | undefined }));
        return listed(page.Users, page);
      },
    },
  ];
}

/**
 * The IAM path of the registry's agents. The registry's naming may set one of its own, which the role of any agent shows that has a role of its own: an adopted one is where its
 * owner put it.
 */
export async function registryPath({ registry, ledger }: Pick<Connection, 'registry' | 'ledger'>): Promise<string> {
  let after: Cursor;
  do {
    const { items, last } = await ledger.fleet.rawPage('living', ROWS_A_PAGE, after as never);
    for (const { summary } of items as { readonly summary: Placement }[]) {
      const path = rootOf(summary, await ledger.state(summary));
      if (path !== undefined) {
        return path;
      }
    }
    after = last;
  } while (after !== undefined);
  return new RegistryNames(registry).path;
}

/** Of `/<root>/<stage>/`, or of `/<root>/<stage>/<agent>/` where CloudFormation generates the names. Undefined without a role of the agent's own. */
function rootOf({ agentName }: Placement, state: PlacementState | undefined): string | undefined {
  const { path = '', stage = '' } = Object.values(state?.principals ?? {}).find((principal) => !isAdopted(principal)) ?? {};
  const end = [`/${stage}/`, `/${stage}/${agentName}/`].find((one) => path.endsWith(one));
  return end === undefined ? undefined : path.slice(0, path.length - end.length + 1);
}

/** All pages of a source, one at a time. A source without items has one empty page, which proves that it was read. */
export async function* pagesOf({ source, call, read }: SourceOf, clock: () => Date): AsyncGenerator<PageText> {
  let after: Cursor;
  do {
    const at = clock().toISOString();
    const { items, requestId, next } = await read(after);
    yield { kind: 'nhi-campaign-page', source, call, requestId, at, items };
    after = next;
  } while (after !== undefined);
}

interface ListPage {
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
  readonly $metadata?: { readonly requestId?: string };
}

function listed(items: readonly unknown[] = [], { IsTruncated: more, Marker: marker, $metadata: metadata }: ListPage): ReadPage {
  return { items, requestId: metadata?.requestId ?? '', ...(more === true ? { next: marker } : {}) };
}
