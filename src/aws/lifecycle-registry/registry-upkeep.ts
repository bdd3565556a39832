import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { registriesMade } from './registries';
import { contentsOf } from '../iam/contents';
import { textsOf, UNKNOWN } from '../iam/resource-text';

/** By registry: ARNs of what it needs and others made: its key and the topic of its alarms. */
const UPKEEP = new WeakMap<IConstruct, readonly string[]>();
const TARGETS = new WeakMap<IConstruct, ReadonlySet<IConstruct>>();

export function setUpkeep(registry: IConstruct, arns: readonly string[]): void {
  UPKEEP.set(registry, arns);
}

/** As far as they are literal; an unknown account or region is a star. */
export function literalUpkeep(registry: IConstruct): string[] {
  return (UPKEEP.get(registry) ?? []).flatMap((arn) => textsOf(Stack.of(registry).resolve(arn)))
    .filter((arn) => arn.startsWith('arn:') && !arn.split(':').slice(5).join(':').includes(UNKNOWN))
    .map((arn) => arn.replaceAll(UNKNOWN, '*'));
}

/** Whether a construct is the key or the topic of a registry of the app. */
export function isUpkeep(construct: IConstruct): boolean {
  return registriesMade(construct).some(({ registry }) => targetsOf(registry).has(construct));
}

function targetsOf(registry: IConstruct): ReadonlySet<IConstruct> {
  const targets = TARGETS.get(registry) ?? new Set(contentsOf(registry, [...UPKEEP.get(registry) ?? []]).references
    .map(({ what: { target } }) => target).filter((target) => !Stack.isStack(target)));
  TARGETS.set(registry, targets);
  return targets;
}
