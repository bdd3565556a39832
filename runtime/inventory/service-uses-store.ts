import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isRecent, KeptFiles } from './kept-files';
import { Identity } from './model';

type ServiceUses = NonNullable<Identity['services']>;

/** IAM itself is up to four hours late with what it says of uses. */
const VALID_MS = 4 * 3_600_000;
const FORM = z.strictObject({
  version: z.literal(1),
  arn: z.string(),
  id: z.string(),
  at: z.iso.datetime(),
  services: z.array(z.strictObject({ name: z.string(), lastUsedAt: z.iso.datetime().optional() })),
});

/**
 * When the services of each identity of an account were last used, as IAM said it. Each takes calls of its own, so an interrupted inventory continues
 * after those that it has. An identity that was created again under its old name has another id.
 */
export class ServiceUsesStore {
  private readonly files: KeptFiles;

  /** @throws InvalidInputError `StateFolderUnusable` */
  public constructor(folder: string, account: string) {
    this.files = new KeptFiles(folder, `${account}-services`);
  }

  public get({ arn, id }: Pick<Identity, 'arn' | 'id'>, now: Date): ServiceUses | undefined {
    const { data: kept } = FORM.safeParse(this.files.read(nameOf(arn)));
    return kept?.arn === arn && kept.id === id && isRecent(kept.at, now, VALID_MS) ? kept.services : undefined;
  }

  public keep({ arn, id }: Pick<Identity, 'arn' | 'id'>, services: ServiceUses, now: Date): void {
    this.files.write(nameOf(arn), { version: 1, arn, id, at: now.toISOString(), services });
  }

  public clear(): void {
    this.files.clear();
  }
}

/** Names of identities are no file names. */
function nameOf(arn: string): string {
  return createHash('sha256').update(arn).digest('hex');
}
