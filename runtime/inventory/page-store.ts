import * as z from 'zod';
import { Entities } from './entities';
import { FiledPage, PageFiles } from './page-files';

/** A page of the listing of roles and users. */
export type KeptPage = FiledPage<Entities>;

const POLICIES = z.array(z.object({ name: z.string(), document: z.string() }));
const HOLDER = {
  name: z.string(),
  arn: z.string(),
  id: z.string(),
  path: z.string(),
  createdAt: z.string(),
  inline: POLICIES,
  attached: z.array(z.string()),
  boundary: z.string().optional(),
  tags: z.record(z.string(), z.string()),
};
/** The form of a page. A file is not more trusted than what else is on the machine, and a version before this one may have written it. */
const ENTITIES = z.object({
  roles: z.array(z.object({
    ...HOLDER,
    trust: z.string(),
    lastUsed: z.object({ at: z.iso.datetime(), region: z.string().optional() }).optional(),
    instanceProfiles: z.array(z.string()),
  })),
  users: z.array(z.object({ ...HOLDER, groups: z.array(z.string()) })),
  groups: z.array(z.object({ name: z.string(), inline: POLICIES, attached: z.array(z.string()) })),
  policies: z.record(z.string(), z.string()),
});

/** Pages of an account's listing. */
export class PageStore extends PageFiles<Entities> {
  /** @throws InvalidInputError `StateFolderUnusable` */
  public constructor(folder: string, account: string) {
    super(folder, account, ENTITIES);
  }
}
