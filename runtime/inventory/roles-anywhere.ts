import { InventorySource } from './connect';
import { allItems } from '../pages';

/** A certificate's subject that has asked for credentials. https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListSubjects.html */
export interface AnywhereSubject {
  readonly subjectArn?: string;
  readonly subjectId?: string;
  readonly x509Subject?: string;
  readonly enabled?: boolean;
  readonly createdAt?: string;
  readonly lastSeenAt?: string;
}

/** Names the roles for which certificates are accepted. https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListProfiles.html */
export interface AnywhereProfile {
  readonly profileArn?: string;
  readonly profileId?: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly createdAt?: string;
  readonly roleArns?: readonly string[];
}

/** A certificate authority that is trusted. https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTrustAnchors.html */
export interface AnywhereAnchor {
  readonly trustAnchorArn?: string;
  readonly trustAnchorId?: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly createdAt?: string;
  readonly source?: { readonly sourceType?: string };
}

/** What IAM Roles Anywhere has in one region. */
export interface RolesAnywhere {
  readonly subjects: readonly AnywhereSubject[];
  readonly profiles: readonly AnywhereProfile[];
  readonly anchors: readonly AnywhereAnchor[];
}

/** Roles Anywhere allows one such call a second. */
const BETWEEN_MS = 1_000;

export async function rolesAnywhereOf({ plain }: Pick<InventorySource, 'plain'>, pause: (milliseconds: number) => Promise<void>): Promise<RolesAnywhere> {
  const list = <T>(what: 'profiles' | 'subjects' | 'trustanchors', member: string): Promise<T[]> => allItems(
    async (token) => {
      const page = await plain.rolesAnywhere<Record<string, unknown>>(what, token === undefined ? {} : { nextToken: token });
      await pause(BETWEEN_MS);
      return page;
    },
    (page) => page[member] as T[] | undefined,
    ({ nextToken }) => nextToken as string | undefined,
  );
  return {
    profiles: await list<AnywhereProfile>('profiles', 'profiles'),
    anchors: await list<AnywhereAnchor>('trustanchors', 'trustAnchors'),
    subjects: await list<AnywhereSubject>('subjects', 'subjects'),
  };
}
