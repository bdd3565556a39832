import { FoundRecord, RecordStatus } from './next-step';
import { RecordContent } from './wanted';
import { AGENT_REGISTRY_ARN, CATALOGUE_TAG } from '../../src/contract/catalogue';
import { InvalidInputError, RefusedError } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { PlainCalls } from '../aws/plain-calls';

/**
 * The type of our records. `AGENT` demands an agent card of A2A, with the URL at which the agent is called; that is not known here, and most agents have none.
 */
const RECORD_TYPE = 'CUSTOM';

interface Summary {
  readonly name?: string;
  readonly recordId?: string;
  readonly recordType?: string;
  readonly status?: string;
  readonly updatedAt?: string | number;
}

type SummaryPage = { readonly registryRecords?: readonly Summary[]; readonly nextToken?: string };

type RecordAnswer = Summary & {
  readonly displayName?: string;
  readonly description?: string;
  readonly descriptors?: { readonly custom?: { readonly data?: string } };
};

/** A record in a list. */
export interface ListedRecord {
  readonly name: string;
  readonly status: RecordStatus;
  readonly updatedAt: Date;
}

/** One Agent Registry. https://docs.aws.amazon.com/agent-registry-control/latest/APIReference/ */
export class CatalogueRecords {
  private readonly inRegion: string;

  /**
   * @param arn ARN of the Agent Registry, which is the id of one of another account
   * @param tag value of the tag of all records that this registry creates
   * @throws InvalidInputError `AgentRegistryArnInvalid`
   */
  public constructor(private readonly calls: Pick<PlainCalls, 'agentRegistry'>, private readonly arn: string, private readonly tag: string) {
    const [, region] = AGENT_REGISTRY_ARN.exec(arn) ?? [];
    if (region === undefined) {
      throw new InvalidInputError('AgentRegistryArnInvalid', `the ARN ${shown(arn)} is not that of an Agent Registry: use arn:aws:agent-registry:<region>:<account>:registry/<id>`);
    }
    this.inRegion = region;
  }

  /**
   * The record with this name, in its latest revision.
   *
   * @throws RefusedError `CatalogueNameTaken` if it is of a type that we don't create
   */
  public async find(name: string): Promise<FoundRecord | undefined> {
    const found = await this.named(name);
    if (found?.recordId === undefined) {
      return undefined;
    }
    if (found.recordType !== RECORD_TYPE) {
      throw new RefusedError('CatalogueNameTaken', `the record ${shown(name)} in AWS Agent Registry has the type ${shown(found.recordType)} and was not created by this registry: delete or rename it`);
    }
    const { recordId, status, updatedAt, displayName = '', description = '', descriptors } = await this.call<RecordAnswer>([found.recordId], undefined, 'GET');
    return { id: recordId!, status: status as RecordStatus, updatedAt: instant(updatedAt), displayName, description, data: descriptors?.custom?.data ?? '' };
  }

  /** A part of all records of the type. */
  public async page(limit: number, nextToken?: string): Promise<{ readonly records: readonly ListedRecord[]; readonly next?: string }> {
    const { registryRecords = [], nextToken: next } = await this.list({ maxResults: limit, filters: [{ name: 'recordType', values: [RECORD_TYPE] }], ...(nextToken === undefined ? {} : { nextToken }) });
    const records = registryRecords.map(({ name = '', status, updatedAt }) => ({ name, status: status as RecordStatus, updatedAt: instant(updatedAt) }));
    return { records, ...(next === undefined || next === '' ? {} : { next }) };
  }

  public async create(name: string, { displayName, description, data }: RecordContent): Promise<void> {
    // Names are unique, so that a repeated or simultaneous creation conflicts. A client token would return what was created and deleted before.
    await this.call([], { name, displayName, description, recordType: RECORD_TYPE, descriptors: { custom: { data } }, tags: { [CATALOGUE_TAG]: this.tag } }, 'POST');
  }

  public async update(id: string, { displayName, description, data }: RecordContent): Promise<void> {
    await this.call([id], {
      displayName: { optionalValue: displayName },
      description: { optionalValue: description },
      descriptors: { optionalValue: { custom: { optionalValue: { data: { optionalValue: data } } } } },
    }, 'PATCH');
  }

  /** Asks the catalogue's curators to approve the latest revision. An Agent Registry with automatic approval does so at once. */
  public async submit(id: string): Promise<void> {
    await this.call([id, 'submit-for-approval'], {}, 'POST');
  }

  public async deprecate(id: string, statusReason: string): Promise<void> {
    await this.call([id, 'status'], { status: 'DEPRECATED', statusReason }, 'PATCH');
  }

  public async delete(id: string): Promise<void> {
    await this.call([id], undefined, 'DELETE');
  }

  /** The filter may match more than the name, so the name is compared. */
  private async named(name: string): Promise<Summary | undefined> {
    let nextToken: string | undefined;
    do {
      const page: SummaryPage = await this.list({ filters: [{ name: 'name', values: [name] }], ...(nextToken === undefined ? {} : { nextToken }) });
      const found = page.registryRecords?.find((one) => one.name === name);
      if (found !== undefined) {
        return found;
      }
      nextToken = page.nextToken || undefined;
    } while (nextToken !== undefined);
    return undefined;
  }

  private list(input: Record<string, unknown>): Promise<SummaryPage> {
    return this.calls.agentRegistry<{ [K in keyof SummaryPage]: SummaryPage[K] }>(['registries', this.arn, 'records-list'], input, { inRegion: this.inRegion });
  }

  private call<T extends object>(path: readonly string[], input: Record<string, unknown> | undefined, method: 'GET' | 'POST' | 'PATCH' | 'DELETE'): Promise<T> {
    return this.calls.agentRegistry<Record<string, unknown>>(['registries', this.arn, 'records', ...path], input, { method, inRegion: this.inRegion }) as Promise<T>;
  }
}

function instant(at: string | number | undefined): Date {
  return new Date(typeof at === 'number' ? at * 1000 : at ?? NaN);
}
