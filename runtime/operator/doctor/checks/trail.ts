import { InvalidInputError } from '../../../../src/core/errors';
import { Check, error, Examined, ok } from '../check';

interface Trail {
  readonly TrailARN?: string;
  readonly HomeRegion?: string;
  readonly IsMultiRegionTrail?: boolean;
}

interface FieldSelector {
  readonly Field?: string;
  readonly Equals?: readonly string[];
}

interface Selectors {
  readonly EventSelectors?: readonly { readonly IncludeManagementEvents?: boolean; readonly ReadWriteType?: string }[];
  readonly AdvancedEventSelectors?: readonly { readonly FieldSelectors?: readonly FieldSelector[] }[];
}

/** Region of the events of IAM. */
const IAM_REGION = 'us-east-1';

/** A trail of CloudTrail brings the calls that lift a suspension to EventBridge: those of IAM in us-east-1, those of Lambda in the registry's region. */
export const trail: Check = {
  name: 'CloudTrail',
  needs: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
  async look({ connection, place: { partition, region } }) {
    if (partition !== 'aws') {
      throw new InvalidInputError('PartitionUnsupported', `where the events of IAM are in the partition ${partition} is not known here`);
    }
    const regions = [...new Set([IAM_REGION, region])];
    const trails = new Map<string, Trail>();
    for (const one of regions) {
      const { trailList = [] } = await connection.plain.cloudTrail<{ trailList?: Trail[] }>('DescribeTrails', { includeShadowTrails: true }, one);
      trailList.forEach((found) => trails.set(found.TrailARN ?? '', found));
    }
    const covered = new Set<string>();
    for (const found of trails.values()) {
      const reach = regions.filter((one) => found.IsMultiRegionTrail === true || found.HomeRegion === one);
      if (reach.some((one) => !covered.has(one)) && await records(connection, found)) {
        reach.forEach((one) => covered.add(one));
      }
    }
    const missing = regions.filter((one) => !covered.has(one));
    return [missing.length === 0 ? ok(`a trail records calls that change something in ${regions.join(' and ')}`)
      : error(`no trail that is on records calls that change something in ${missing.join(' and ')}: what lifts a suspension there is not denied again at once, and events of calls suspend nobody`,
        'create a trail for all regions with management events, and turn it on')];
  },
};

/** Whether a trail is on and has management events that write. */
async function records({ plain }: Examined['connection'], { TrailARN: arn = '', HomeRegion: home }: Trail): Promise<boolean> {
  const { IsLogging: isOn } = await plain.cloudTrail<{ IsLogging?: boolean }>('GetTrailStatus', { Name: arn }, home);
  return isOn === true && writes(await plain.cloudTrail<Record<string, unknown> & Selectors>('GetEventSelectors', { TrailName: arn }, home));
}

function writes({ EventSelectors: basic = [], AdvancedEventSelectors: advanced = [] }: Selectors): boolean {
  return basic.some(({ IncludeManagementEvents: has, ReadWriteType: type }) => has === true && type !== 'ReadOnly')
    || advanced.some(({ FieldSelectors: fields = [] }) => selects(fields, 'eventCategory', 'Management') && !selects(fields, 'readOnly', 'true'));
}

function selects(fields: readonly FieldSelector[], name: string, value: string): boolean {
  return fields.some(({ Field: field, Equals: values = [] }) => field === name && values.includes(value));
}
