import { aws_events as events, aws_events_targets as targets, aws_lambda as lambda, aws_sns as sns, Duration, Token } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { eventQueue } from './event-queue';
import { FeatureContext, FeatureParts } from './feature';
import { catalogue } from './features/catalogue';
import { alarmsOf } from './registry-alarms';
import { RegistryRuntime } from './registry-runtime';
import { AGENT_REGISTRY_ARN, CATALOGUED_EVENTS, CatalogueSettings, RECONCILE_CATALOGUE } from '../../contract/catalogue';
import { ENVIRONMENT } from '../../contract/environment';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';

/** Options for records in AWS Agent Registry. */
export interface SyncCatalogueOptions {
  /**
   * ARN of the Agent Registry of AWS, such as `registry.attrRegistryArn` of a `CfnRegistry`: `arn:aws:agent-registry:<region>:<account>:registry/<id>`. It may be in another region, or shared by
   * another account.
   */
  readonly agentRegistryArn: string;

  /**
   * How long the record of an agent that left stays, as deprecated, until it is deleted: whole days, 1 to 3650.
   *
   * @default Duration.days(30)
   */
  readonly deleteAfter?: Duration;

  /**
   * Whether records have the mail address of the accountable person besides the name. Everybody who may read the Agent Registry sees it.
   *
   * @default false
   */
  readonly showSponsorMail?: boolean;
}

interface CatalogueContext extends FeatureContext {
  readonly alarmTopic?: sns.ITopic;
}

/** Tries of an event before it goes to the dead-letter queue, two hours after the first. */
const TRIES = 10;
const DELETE_AFTER = Duration.days(30);
const LONGEST_DAYS = 3_650;
const CALLS_AT_ONCE = 2;

/** Adds to the registry what keeps the records of its agents in step, and returns the rule that matches what changes them. */
export function addCatalogue(
  registry: Construct, runtime: RegistryRuntime, context: CatalogueContext, options: SyncCatalogueOptions,
): { readonly rule: events.Rule; readonly made: readonly IDependable[] } {
  const { names, place, alarmTopic } = context;
  if (runtime.has(names.catalogueFunction)) {
    throw new InvalidInputError('CatalogueTwice', `${registry.node.path}: the registry has a catalogue already: call syncCatalogue() once`);
  }
  const settings: CatalogueSettings = { ...withPath(registry, () => checked(options)), queueArn: names.queueArn(place, names.catalogueQueue) };
  const scope = new Construct(registry, 'Catalogue');
  let made: readonly [rule: events.Rule, ...others: IDependable[]] | undefined;
  runtime.add({
    functions: ({ settings: others, ...rest }) => catalogue.functions!({ ...rest, settings: { ...others, agentRegistryArn: settings.arn } }),
    build: (_scope, parts) => {
      parts.functions.get(names.catalogueFunction)!.addEnvironment(ENVIRONMENT.catalogue, JSON.stringify(settings));
      made = comparing(scope, parts);
      return [];
    },
  });
  const [rule, ...others] = made!;
  return { rule, made: [rule, ...others, ...alarmsOf(scope, [catalogue], context, alarmTopic)] };
}

/** @throws InvalidInputError `CatalogueInvalid` */
function checked({ agentRegistryArn: arn, deleteAfter = DELETE_AFTER, showSponsorMail = false }: SyncCatalogueOptions): Omit<CatalogueSettings, 'queueArn'> {
  if (!Token.isUnresolved(arn) && !(typeof arn === 'string' && AGENT_REGISTRY_ARN.test(arn))) {
    throw new InvalidInputError('CatalogueInvalid', `the ARN ${shown(arn)} is not that of an Agent Registry: use arn:aws:agent-registry:<region>:<account>:registry/<id>`);
  }
  // Another copy of the CDK has another class.
  const days = typeof deleteAfter.isUnresolved === 'function' && !deleteAfter.isUnresolved() ? deleteAfter.toDays({ integral: false }) : NaN;
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS) {
    throw new InvalidInputError('CatalogueInvalid', `the time ${shown(deleteAfter)} until records are deleted is not allowed: use whole days from 1 to ${LONGEST_DAYS}, such as Duration.days(30)`);
  }
  return { arn, deleteAfterSeconds: deleteAfter.toSeconds(), showsMail: showSponsorMail };
}

/** The queue of agents to compare, the rule that fills it, and the one that has all compared each day. */
function comparing(scope: Construct, parts: FeatureParts): readonly [events.Rule, ...IDependable[]] {
  const { names, functions, deadLetters } = parts;
  const { queue, rule } = eventQueue(scope, parts, {
    queueName: names.catalogueQueue,
    visibilityTimeout: Duration.minutes(12),
    tries: TRIES,
    ruleName: names.catalogueRule,
    description: `What changes records of agents of the registry ${names.registryName} in AWS Agent Registry`,
    types: CATALOGUED_EVENTS,
  });
  const source = new lambda.EventSourceMapping(scope, 'Source', {
    target: functions.get(names.catalogueFunction)!, eventSourceArn: queue.queueArn, batchSize: 1, maxConcurrency: CALLS_AT_ONCE,
  });
  const reconcile = new events.Rule(scope, 'Reconcile', {
    ruleName: names.reconcileCatalogueRule,
    description: `Compares all records of agents of the registry ${names.registryName} in AWS Agent Registry`,
    schedule: events.Schedule.rate(Duration.days(1)),
    targets: [new targets.SqsQueue(queue, { message: events.RuleTargetInput.fromObject(RECONCILE_CATALOGUE), deadLetterQueue: deadLetters })],
  });
  return [rule, reconcile, queue, source];
}
