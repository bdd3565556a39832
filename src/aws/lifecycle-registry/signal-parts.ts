import { aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_sns as sns, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { eventQueue } from './event-queue';
import { FeatureContext, FeatureParts } from './feature';
import { sharedSignals } from './features/shared-signals';
import { httpApi } from './http-api';
import { alarmsOf } from './registry-alarms';
import { RegistryRuntime } from './registry-runtime';
import { ReceiverFacts, SignalFacts } from './signal-facts';
import { ENVIRONMENT } from '../../contract/environment';
import { DELIVER_SIGNALS, SIGNALLED_EVENTS, SignalSettings } from '../../contract/signals';
import { InvalidInputError } from '../../core/errors';
import { acknowledge } from '../findings/acknowledge';

/** Tries of an event before it goes to the dead-letter queue, an hour after the first. */
const TRIES = 10;

interface SignalContext extends FeatureContext {
  readonly removalPolicy: RemovalPolicy;
  readonly alarmTopic?: sns.ITopic;
}

interface AddedSignals {
  /** Scheme and host of the endpoint. */
  readonly origin: string;
  /** What has to exist as long as the registry. */
  readonly made: readonly IDependable[];
}

/** Adds to the registry what signs, sends and serves signals. */
export function addSignals(scope: Construct, runtime: RegistryRuntime, context: SignalContext, facts: SignalFacts): AddedSignals {
  if (runtime.has(context.names.signalsFunction)) {
    throw new InvalidInputError('SharedSignalsTwice', `${scope.node.path}: the registry ${context.names.registryName} has a SharedSignals already: name all receivers in that one`);
  }
  const { keyGeneration } = facts;
  const key = signingKey(scope, context, keyGeneration, true);
  // What it has signed still waits for receivers.
  const former = keyGeneration === 1 ? [] : [signingKey(scope, context, keyGeneration - 1, false)];
  const keyArns = { signalsKeyArn: key.keyArn, formerSignalsKeyArns: former.map(({ keyArn }) => keyArn) };
  let created: AddedSignals | undefined;
  runtime.add({
    ...sharedSignals,
    functions: ({ settings, ...rest }) => sharedSignals.functions!({ ...rest, settings: { ...settings, ...keyArns } }),
    build: (_scope, parts) => {
      const { origin, made } = httpApi(scope, parts, {
        ...facts,
        functionName: parts.names.signalsEndpointFunction,
        description: `Signals of the registry ${parts.names.registryName}`,
        authorizes: 'The metadata and the public key are for everybody, and the function checks the tokens of receivers on each request',
      });
      const formerKeyArns = keyArns.formerSignalsKeyArns;
      configure(parts, facts.receivers, { issuer: origin, keyArn: key.keyArn, ...(former.length === 0 ? {} : { formerKeyArns }) });
      created = { origin, made: [...made, key, ...former, ...collecting(scope, parts), delivering(scope, parts)] };
      return [];
    },
  });
  const alarms = alarmsOf(scope, [sharedSignals], context, context.alarmTopic);
  return { origin: created!.origin, made: [...created!.made, ...alarms] };
}

/**
 * RSA with 2,048 bits, as the interoperability profile demands at least. Its policy denies signing to everybody but the one function, administrators of keys included, and denies agents everything. A key that
 * signed before signs for nobody.
 */
function signingKey(
  scope: Construct, { names, place: { partition, account }, removalPolicy }: SignalContext, generation: number, signs: boolean,
): kms.Key {
  const number = generation === 1 ? '' : String(generation);
  const key = new kms.Key(scope, `Key${number}`, {
    alias: `${names.signalsKeyAlias}${number === '' ? '' : `-${number}`}`,
    description: `Signs signals of the registry ${names.registryName}`,
    keySpec: kms.KeySpec.RSA_2048,
    keyUsage: kms.KeyUsage.SIGN_VERIFY,
    removalPolicy,
  });
  const roles = `arn:${partition}:iam::${account}:role`;
  key.addToResourcePolicy(signs ? denied('OnlyTheRegistrySigns', 'kms:Sign', { ArnNotEquals: { 'aws:PrincipalArn': `${roles}/${names.signalsRole}` } }) : denied('NobodySigns', 'kms:Sign'));
  key.addToResourcePolicy(denied('NoAgents', 'kms:*', { ArnLike: { 'aws:PrincipalArn': [`${roles}${names.path}*`] } }));
  acknowledge(key, { checkov: { CKV_AWS_7: 'KMS does not rotate asymmetric keys' } });
  return key;
}

function denied(sid: string, action: string, conditions: Record<string, unknown> = {}): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions: [action], resources: ['*'], conditions });
}

/** The queue that keeps events while they can't be signed, and the rule that fills it. */
function collecting(scope: Construct, parts: FeatureParts): IDependable[] {
  const { names, functions } = parts;
  const { queue, rule } = eventQueue(scope, parts, {
    queueName: names.signalsQueue,
    visibilityTimeout: Duration.minutes(6),
    tries: TRIES,
    ruleName: names.signalsRule,
    description: `What is sent to receivers of signals of the registry ${names.registryName}`,
    types: SIGNALLED_EVENTS,
  });
  const source = new lambda.EventSourceMapping(scope, 'Source', {
    target: functions.get(names.signalsFunction)!, eventSourceArn: queue.queueArn, batchSize: 10, reportBatchItemFailures: true,
  });
  return [queue, source, rule];
}

/** Sends each minute what a receiver did not take at once, and answers verifications. */
function delivering(scope: Construct, { names, functions }: FeatureParts): events.Rule {
  return new events.Rule(scope, 'Deliver', {
    ruleName: names.deliverSignalsRule,
    description: `Signals of the registry ${names.registryName} that wait`,
    schedule: events.Schedule.rate(Duration.minutes(1)),
    // The next minute tries again.
    targets: [new targets.LambdaFunction(functions.get(names.signalsFunction)!, {
      event: events.RuleTargetInput.fromObject(DELIVER_SIGNALS), retryAttempts: 0,
    })],
  });
}

function configure(
  { names, functions, roles }: FeatureParts, receivers: readonly ReceiverFacts[], base: Pick<SignalSettings, 'issuer' | 'keyArn' | 'formerKeyArns'>,
): void {
  const streams = receivers.map(({ id, audience, push, token }) => ({
    id,
    audience,
    ...(push === undefined ? {} : {
      push: { endpoint: push.endpoint, ...(push.authorization === undefined ? {} : { authorizationArn: push.authorization.secretArn }) },
    }),
    ...(token === undefined ? {} : { tokenArn: token.secretArn }),
  }));
  const settings = JSON.stringify({ ...base, streams } satisfies SignalSettings);
  for (const name of [names.signalsFunction, names.signalsEndpointFunction]) {
    functions.get(name)!.addEnvironment(ENVIRONMENT.signals, settings);
  }
  for (const { push, token } of receivers) {
    push?.authorization?.grantRead(roles.get(names.signalsRole)!);
    token?.grantRead(roles.get(names.signalsEndpointRole)!);
  }
}
